import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { AwsError, action, type JsonService } from './aws-call.ts';
import { accountId, region } from './region.ts';

interface Version {
  readonly id: string;
  readonly text: string | undefined;
  /** In base64, as it travels. */
  readonly binary: string | undefined;
  readonly createdAtSeconds: number;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly current: Version;
  readonly previous: Version | undefined;
  readonly deletedAtSeconds: number | undefined;
}

const SecretId = z.string();
const value = {
  SecretString: z.optional(z.string()),
  SecretBinary: z.optional(z.string()),
  ClientRequestToken: z.optional(z.string()),
};
const createSchema = z.strictObject({ Name: z.string(), Description: z.optional(z.string()), ...value });
const putSchema = z.strictObject({ SecretId, ...value });
const getSchema = z.strictObject({
  SecretId,
  VersionId: z.optional(z.string()),
  VersionStage: z.optional(z.enum(['AWSCURRENT', 'AWSPREVIOUS'])),
});
const deleteSchema = z.strictObject({
  SecretId,
  RecoveryWindowInDays: z.optional(z.number()),
  ForceDeleteWithoutRecovery: z.optional(z.boolean()),
});

/** Secrets Manager in memory: two versions of each secret. Rotation, tags, policies and replicas are not emulated. */
export function createSecrets(now: () => number): JsonService {
  const secrets = new Map<string, Secret>();
  const find = (id: string): Secret => {
    const secret = secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id);
    if (!secret)
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  };
  const findLiving = (id: string): Secret => {
    const secret = find(id);
    if (secret.deletedAtSeconds === undefined) return secret;
    throw new AwsError('InvalidRequestException', 'The secret is marked for deletion.');
  };
  const actions = {
    CreateSecret: action(createSchema, (input) => {
      if (secrets.has(input.Name))
        throw new AwsError('ResourceExistsException', `The secret ${input.Name} already exists.`);
      const secret = newSecret(input.Name, input.Description, newVersion(input, now()));
      secrets.set(secret.name, secret);
      return { ARN: secret.arn, Name: secret.name, VersionId: secret.current.id };
    }),
    PutSecretValue: action(putSchema, (input) => {
      const secret = findLiving(input.SecretId);
      const current = newVersion(input, now());
      secrets.set(secret.name, { ...secret, current, previous: secret.current });
      return { ARN: secret.arn, Name: secret.name, VersionId: current.id, VersionStages: ['AWSCURRENT'] };
    }),
    GetSecretValue: action(getSchema, (input) => {
      const secret = findLiving(input.SecretId);
      return secretValue(secret, stageOf(secret, input.VersionStage, input.VersionId));
    }),
    DescribeSecret: action(z.strictObject({ SecretId }), (input) => describe(find(input.SecretId))),
    ListSecrets: action(z.strictObject({}), () => ({ SecretList: [...secrets.values()].map(describe) })),
    DeleteSecret: action(deleteSchema, (input) => {
      const secret = find(input.SecretId);
      const deletedAtSeconds = now() / 1000;
      if (input.ForceDeleteWithoutRecovery) secrets.delete(secret.name);
      else secrets.set(secret.name, { ...secret, deletedAtSeconds });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: deletedAtSeconds };
    }),
  };
  return { version: '1.1', namespace: 'com.amazonaws.secretsmanager', actions };
}

type Stage = 'AWSCURRENT' | 'AWSPREVIOUS';

function newSecret(name: string, description: string | undefined, current: Version): Secret {
  const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${randomUUID().slice(0, 6)}`;
  return { name, arn, description, current, previous: undefined, deletedAtSeconds: undefined };
}

interface VersionInput {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
  readonly ClientRequestToken?: string | undefined;
}

function newVersion(
  { SecretString, SecretBinary, ClientRequestToken }: VersionInput,
  nowMs: number,
): Version {
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  return {
    id: ClientRequestToken ?? randomUUID(),
    text: SecretString,
    binary: SecretBinary,
    createdAtSeconds: nowMs / 1000,
  };
}

function stageOf(secret: Secret, stage: Stage | undefined, versionId: string | undefined): Stage {
  if (versionId === undefined) return stage ?? 'AWSCURRENT';
  if (secret.current.id === versionId) return 'AWSCURRENT';
  if (secret.previous?.id === versionId) return 'AWSPREVIOUS';
  throw new AwsError('ResourceNotFoundException', `The secret has no version ${versionId}.`);
}

function secretValue(secret: Secret, stage: Stage): object {
  const version = stage === 'AWSCURRENT' ? secret.current : secret.previous;
  if (!version)
    throw new AwsError('ResourceNotFoundException', `The secret has no version with the stage ${stage}.`);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.text,
    SecretBinary: version.binary,
    VersionStages: [stage],
    CreatedDate: version.createdAtSeconds,
  };
}

function describe({ name, arn, description, current, previous, deletedAtSeconds }: Secret): object {
  return {
    ARN: arn,
    Name: name,
    Description: description,
    DeletedDate: deletedAtSeconds,
    VersionIdsToStages: { [current.id]: ['AWSCURRENT'], ...(previous && { [previous.id]: ['AWSPREVIOUS'] }) },
  };
}
