import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContractTarget, startContractTarget } from './contract-target.ts';

describe('secrets', () => {
  let target: ContractTarget;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    target = await startContractTarget();
    client = new SecretsManagerClient(target.client);
  });
  afterAll(() => target.close());

  const create = async (base: string, SecretString = 'first') => {
    const Name = target.name(base);
    return { Name, ...(await client.send(new CreateSecretCommand({ Name, SecretString }))) };
  };

  test('a secret is read by name and by ARN', async () => {
    const { Name, ARN } = await create('read');
    const byName = await client.send(new GetSecretValueCommand({ SecretId: Name }));
    const byArn = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
    expect(byName).toMatchObject({ Name, ARN, SecretString: 'first', VersionStages: ['AWSCURRENT'] });
    expect(byName.CreatedDate).toBeInstanceOf(Date);
    expect(byArn.SecretString).toBe('first');
  });

  test('a binary secret comes back byte for byte', async () => {
    const Name = target.name('binary');
    const SecretBinary = Uint8Array.from([0, 255, 16]);
    await client.send(new CreateSecretCommand({ Name, SecretBinary }));
    const read = await client.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(read.SecretBinary).toEqual(SecretBinary);
    expect(read.SecretString).toBeUndefined();
  });

  test('a new value leaves the one before it as previous', async () => {
    const { Name, VersionId } = await create('rotated');
    await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'second' }));
    const current = await client.send(new GetSecretValueCommand({ SecretId: Name }));
    const previous = await client.send(
      new GetSecretValueCommand({ SecretId: Name, VersionStage: 'AWSPREVIOUS' }),
    );
    expect(current.SecretString).toBe('second');
    expect(previous).toMatchObject({ SecretString: 'first', VersionId });
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(Object.values(VersionIdsToStages).flat().toSorted()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  test('a secret that is not there is named by its error', async () => {
    const SecretId = target.name('missing');
    await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toThrow(
      ResourceNotFoundException,
    );
    await expect(client.send(new PutSecretValueCommand({ SecretId, SecretString: 'x' }))).rejects.toThrow(
      ResourceNotFoundException,
    );
  });

  test('a version that is not there is not found', async () => {
    const { Name } = await create('versions');
    const request = new GetSecretValueCommand({ SecretId: Name, VersionStage: 'AWSPREVIOUS' });
    await expect(client.send(request)).rejects.toThrow(ResourceNotFoundException);
  });

  test('a name is taken once', async () => {
    const { Name } = await create('twice');
    await expect(client.send(new CreateSecretCommand({ Name, SecretString: 'x' }))).rejects.toThrow(
      ResourceExistsException,
    );
  });

  test('a deleted secret cannot be read in its recovery window', async () => {
    const { Name } = await create('deleted');
    await client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    await expect(client.send(new GetSecretValueCommand({ SecretId: Name }))).rejects.toThrow(
      InvalidRequestException,
    );
  });

  test('a secret that is deleted at once is listed no more', async () => {
    const { Name } = await create('gone');
    const names = async () =>
      (await client.send(new ListSecretsCommand({}))).SecretList?.map((secret) => secret.Name);
    expect(await names()).toContain(Name);
    await client.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    expect(await names()).not.toContain(Name);
  });
});
