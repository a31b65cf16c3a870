import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { checkpointDays } from '../../lib/pull/checkpoint.ts';
import { resourcesOf, synthesise } from './synthesised.ts';

const template = synthesise();

/** The statements of the resource policies of one type, by the logical id of what they guard. */
function policiesOf(type: string, guarded: (properties: Record<string, unknown>) => string[]) {
  const policySchema = z.object({ Statement: z.array(z.record(z.string(), z.unknown())) });
  return resourcesOf(template, type).flatMap(([, { Properties }]) =>
    guarded(Properties).map((id) => ({
      id,
      statements: policySchema.parse(Properties['PolicyDocument']).Statement,
    })),
  );
}

const logicalId = z.object({ Ref: z.string() });
const queuePolicies = policiesOf('AWS::SQS::QueuePolicy', ({ Queues }) =>
  z
    .array(logicalId)
    .parse(Queues)
    .map((queue) => queue.Ref),
);
const bucketPolicies = policiesOf('AWS::S3::BucketPolicy', ({ Bucket }) => [logicalId.parse(Bucket).Ref]);

const idsOf = (type: string) => resourcesOf(template, type).map(([id]) => id);

describe('stores', () => {
  test.each([
    { kind: 'queue', type: 'AWS::SQS::Queue', action: 'sqs:*', policies: queuePolicies },
    { kind: 'bucket', type: 'AWS::S3::Bucket', action: 's3:*', policies: bucketPolicies },
  ])('every $kind denies what does not come by TLS', ({ type, action, policies }) => {
    for (const id of idsOf(type)) {
      const statements = policies.filter((policy) => policy.id === id).flatMap((policy) => policy.statements);
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: action,
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  test.each(resourcesOf(template, 'AWS::SQS::Queue'))('%s is encrypted', (_, queue) => {
    expect(queue.Properties['SqsManagedSseEnabled']).toBe(true);
  });

  test('no resource policy lets anyone in', () => {
    const statements = [...queuePolicies, ...bucketPolicies].flatMap((policy) => policy.statements);
    expect(statements.filter(({ Effect }) => Effect !== 'Deny')).toEqual([]);
  });

  test.each(resourcesOf(template, 'AWS::S3::Bucket'))('%s is encrypted, private and kept', (_, bucket) => {
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  const lifecycleOf = (bucket: { readonly Properties: Record<string, unknown> }) =>
    z
      .object({
        Rules: z.array(
          z.object({ Prefix: z.string(), ExpirationInDays: z.number(), Status: z.literal('Enabled') }),
        ),
      })
      .parse(bucket.Properties['LifecycleConfiguration'])
      .Rules.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays] as const);

  test('what a checkpoint names outlives it', () => {
    const [, bucket] = resourcesOf(template, 'AWS::S3::Bucket')[0] ?? [];
    const [, days] = (bucket && lifecycleOf(bucket).find(([prefix]) => prefix === 'checkpoints/')) ?? [];
    // DynamoDB removes what has expired within days.
    expect(days).toBeGreaterThanOrEqual(checkpointDays + 7);
  });

  test('a claim outlives the message that holds it', () => {
    const seconds = resourcesOf(template, 'AWS::SQS::Queue').map(([, { Properties }]) =>
      z.number().parse(Properties['MessageRetentionPeriod']),
    );
    for (const [, bucket] of resourcesOf(template, 'AWS::S3::Bucket'))
      for (const [, days] of lifecycleOf(bucket))
        expect(days * 86_400).toBeGreaterThan(2 * Math.max(...seconds));
  });

  test('the files of pulls are kept as long as the deployment says', () => {
    const [, bucket] = resourcesOf(synthesise({ exportRetentionDays: 400 }), 'AWS::S3::Bucket')[0] ?? [];
    expect(bucket && lifecycleOf(bucket)).toEqual([
      ['results/', 30],
      ['exports/', 400],
      ['checkpoints/', 100],
    ]);
  });
});
