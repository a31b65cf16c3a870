import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EventSource, startEventSource } from '../../local/event-source.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import type { LambdaAnswer } from '../../local/lambda-environment.ts';
import { type Lambda, maxPayloadBytes } from '../../local/lambda-host.ts';
import type { Queue } from '../../local/queue.ts';
import { accessKey, region } from '../../local/region.ts';

const success: LambdaAnswer = { succeeded: true, text: 'null' };

/** A function that is observed: each invocation waits until it is told how it ended. */
function observedLambda() {
  const invocations: { readonly event: SQSEvent; end(answer: LambdaAnswer): void }[] = [];
  const lambda: Lambda = {
    timeoutMs: 1_000,
    invoke: (event) => new Promise((end) => invocations.push({ event: event as SQSEvent, end })),
    close: async () => undefined,
  };
  return { lambda, invocations };
}

describe('event source', () => {
  let gateway: Gateway;
  let queue: Queue;
  let source: EventSource | undefined;

  beforeEach(async () => {
    gateway = await startGateway({ now: Date.now, log: (line) => console.error(line) });
    const settings = { visibilitySeconds: 30, delaySeconds: 0, retentionSeconds: 600, redrive: undefined };
    queue = gateway.queues.create({ ...settings, name: 'work' });
  });
  afterEach(async () => {
    await source?.stop();
    await gateway.close();
  });

  const start = (
    lambda: Lambda,
    more: { batchSize?: number; windowSeconds?: number; maxConcurrency?: number } = {},
  ) => {
    const sqs = new SQSClient({ endpoint: gateway.endpoint, region, credentials: accessKey });
    const place = {
      queueUrl: `${gateway.endpoint}/000000000000/work`,
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    };
    const settings = {
      batchSize: 10,
      windowSeconds: 0,
      maxConcurrency: 2,
      reportsItemFailures: true,
      ...place,
      ...more,
    };
    source = startEventSource(settings, lambda, sqs, (line) => console.error(line));
    return source;
  };
  const send = (count: number, body = 'x', attributes = {}) => {
    for (let sent = 0; sent < count; sent += 1)
      queue.send({ body, attributes, group: 'acme', delaySeconds: undefined });
  };

  test('a record is what Lambda makes of a message', async () => {
    const { lambda, invocations } = observedLambda();
    send(1, 'body', {
      text: { DataType: 'String', StringValue: 'a' },
      bytes: { DataType: 'Binary', BinaryValue: 'AP8=' },
    });
    start(lambda);
    await expect.poll(() => invocations.length).toBe(1);
    expect(invocations[0]?.event.Records).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: 'body',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          MessageGroupId: 'acme',
        },
        messageAttributes: {
          text: { stringValue: 'a', stringListValues: [], binaryListValues: [], dataType: 'String' },
          bytes: { binaryValue: 'AP8=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfBody: '841a2d689ad86bd1611447453c22c6fc',
        md5OfMessageAttributes: expect.stringMatching(/^[\da-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
        awsRegion: 'us-east-1',
      },
    ]);
    invocations[0]?.end(success);
    await expect.poll(() => queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('no more is received than may run', async () => {
    const { lambda, invocations } = observedLambda();
    send(6);
    start(lambda, { batchSize: 1, maxConcurrency: 2 });
    await expect.poll(() => invocations.length).toBe(2);
    expect(queue.count()).toMatchObject({ visible: 4, inFlight: 2 });
    invocations[0]?.end(success);
    await expect.poll(() => invocations.length).toBe(3);
    expect(queue.count()).toMatchObject({ visible: 3, inFlight: 2 });
    for (let index = 0; index < 6; index += 1) {
      await expect.poll(() => invocations.length).toBeGreaterThan(index);
      invocations[index]?.end(success);
    }
  });

  test('batches that run when it is stopped run to their ends', async () => {
    const { lambda, invocations } = observedLambda();
    send(1);
    const { stop } = start(lambda);
    await expect.poll(() => invocations.length).toBe(1);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    // The poll that is under way still takes this one, and is then over.
    send(1);
    await expect.poll(() => invocations.length).toBe(2);
    invocations[1]?.end(success);
    await expect.poll(() => queue.count().inFlight).toBe(1);
    expect(stopped).toBe(false);
    invocations[0]?.end(success);
    await stopping;
    expect(queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('an event is never larger than Lambda takes', async () => {
    const { lambda, invocations } = observedLambda();
    send(10, 'ü'.repeat(500_000));
    start(lambda, { maxConcurrency: 1 });
    for (let index = 0; index < 2; index += 1) {
      await expect.poll(() => invocations.length).toBeGreaterThan(index);
      invocations[index]?.end(success);
    }
    await expect.poll(() => queue.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const sizes = invocations.map(({ event }) => Buffer.byteLength(JSON.stringify(event)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxPayloadBytes);
    expect(invocations.map(({ event }) => event.Records.length)).toEqual([6, 4]);
  });

  test('a window gathers a batch from several receives', async () => {
    const { lambda, invocations } = observedLambda();
    send(12);
    start(lambda, { batchSize: 20, windowSeconds: 1 });
    await expect.poll(() => invocations.length, { timeout: 4_000 }).toBe(1);
    expect(invocations[0]?.event.Records).toHaveLength(12);
    invocations[0]?.end(success);
  });

  test('what failed stays hidden, what succeeded is deleted', async () => {
    const { lambda, invocations } = observedLambda();
    send(3);
    start(lambda);
    await expect.poll(() => invocations.length).toBe(1);
    const [first] = invocations[0]?.event.Records ?? [];
    const response = { batchItemFailures: [{ itemIdentifier: first?.messageId }] };
    invocations[0]?.end({ succeeded: true, text: JSON.stringify(response) });
    await expect.poll(() => queue.count()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });
});
