import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { resolve, resourcesOf, synthesise } from './synthesised.ts';

const template = synthesise();

const queueSchema = z.object({
  QueueName: z.string(),
  MessageRetentionPeriod: z.number(),
  VisibilityTimeout: z.optional(z.number()),
  RedrivePolicy: z.optional(z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() })),
  RedriveAllowPolicy: z.optional(
    z.object({ redrivePermission: z.string(), sourceQueueArns: z.array(z.unknown()) }),
  ),
});

const queues = resourcesOf(template, 'AWS::SQS::Queue').map(([id, { Properties }]) => ({
  id,
  arn: resolve(template, { 'Fn::GetAtt': [id, 'Arn'] }),
  ...queueSchema.parse(Properties),
}));

const withDeadLetters = queues.filter((queue) => queue.RedrivePolicy);
const deadLetters = queues.filter((queue) => !queue.RedrivePolicy);

const targetOf = (queue: (typeof queues)[number]) =>
  resolve(template, queue.RedrivePolicy?.deadLetterTargetArn);

describe('queues', () => {
  test.each(deadLetters)('$QueueName, without dead letters, takes those of another', ({ arn }) => {
    expect(withDeadLetters.map(targetOf)).toContain(arn);
  });

  test.each(deadLetters)(
    '$QueueName takes dead letters of its own queue only',
    ({ arn, RedriveAllowPolicy }) => {
      const sources = withDeadLetters.filter((queue) => targetOf(queue) === arn).map((queue) => queue.arn);
      expect(RedriveAllowPolicy?.redrivePermission).toBe('byQueue');
      expect(RedriveAllowPolicy?.sourceQueueArns.map((source) => resolve(template, source))).toEqual(sources);
    },
  );

  test.each(queues)('$QueueName keeps its messages for 14 days', ({ MessageRetentionPeriod }) => {
    expect(MessageRetentionPeriod).toBe(14 * 86_400);
  });

  test('a message may rest many times before it is dead', () => {
    const invocations = queues.find((queue) => queue.QueueName.endsWith('-invocations'));
    expect(invocations?.RedrivePolicy?.maxReceiveCount).toBeGreaterThanOrEqual(20);
  });

  test('readers of results set the pace of theirs', () => {
    const slow = synthesise({ resultQueue: { visibilityTimeoutSeconds: 900, maxReceiveCount: 3 } });
    const results = resourcesOf(slow, 'AWS::SQS::Queue').find(
      ([, { Properties }]) => Properties['QueueName'] === 'ManageConnector-results',
    );
    expect(results?.[1].Properties).toMatchObject({
      VisibilityTimeout: 900,
      RedrivePolicy: { maxReceiveCount: 3 },
    });
  });
});

const mappingSchema = z.object({
  EventSourceArn: z.unknown(),
  FunctionName: z.object({ Ref: z.string() }),
  FunctionResponseTypes: z.array(z.string()),
  BatchSize: z.number(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
});

const mappings = (of = template) =>
  resourcesOf(of, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) =>
    mappingSchema.parse(Properties),
  );

describe('event sources', () => {
  test('a queue hides messages six times as long as its function may run', () => {
    for (const { EventSourceArn, FunctionName } of mappings()) {
      const timeout = z.number().parse(template.Resources[FunctionName.Ref]?.Properties['Timeout']);
      const queue = queues.find(({ arn }) => arn === resolve(template, EventSourceArn));
      expect(queue?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
    }
  });

  test('a message that fails does not fail its batch', () => {
    for (const { FunctionResponseTypes } of mappings()) {
      expect(FunctionResponseTypes).toContain('ReportBatchItemFailures');
    }
  });

  test('concurrency is bounded, by five unless configured', () => {
    expect(mappings().map((mapping) => mapping.ScalingConfig.MaximumConcurrency)).toEqual([5]);
    const wide = mappings(synthesise({ maxConcurrency: 40 }));
    expect(wide.map((mapping) => mapping.ScalingConfig.MaximumConcurrency)).toEqual([40]);
  });
});

describe('a deployment with fifo', () => {
  const ordered = synthesise({ fifo: true });

  test('orders the invocations, and their dead letters with them, and nothing else', () => {
    const names = resourcesOf(ordered, 'AWS::SQS::Queue')
      .filter(([, { Properties }]) => Properties['FifoQueue'] === true)
      .map(([, { Properties }]) => Properties['QueueName']);
    expect(names).toEqual([
      'ManageConnector-invocations-dead-letters.fifo',
      'ManageConnector-invocations.fifo',
    ]);
  });
});
