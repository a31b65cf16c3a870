import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import { accessKey, region } from '../../local/region.ts';

/** The emulator makes its queues from the template alone, so this contract is not run against AWS. */
describe('queues', () => {
  let gateway: Gateway;
  let client: SQSClient;
  let QueueUrl: string;
  let deadUrl: string;
  let nowMs = 1_800_000_000_000;
  let made = 0;

  beforeAll(async () => {
    gateway = await startGateway({ now: () => nowMs, log: (line) => console.error(line) });
    client = new SQSClient({ endpoint: gateway.endpoint, region, credentials: accessKey });
  });
  afterAll(() => gateway.close());

  beforeEach(async () => {
    const [name, deadName] = [`work-${made}`, `dead-${made}`];
    made += 1;
    const common = { visibilitySeconds: 30, delaySeconds: 0, retentionSeconds: 345_600 };
    gateway.queues.create({ ...common, name: deadName, redrive: undefined });
    gateway.queues.create({ ...common, name, redrive: { queueName: deadName, maxReceiveCount: 2 } });
    QueueUrl = (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
    deadUrl = (await client.send(new GetQueueUrlCommand({ QueueName: deadName }))).QueueUrl ?? '';
  });

  const send = (MessageBody: string, more = {}) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ??
    [];
  const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
  const visibleCount = async () => {
    const request = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    return (await client.send(request)).Attributes?.['ApproximateNumberOfMessages'];
  };
  const pass = (seconds: number) => {
    nowMs += seconds * 1000;
  };

  test('a message comes with its attributes and their digests', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'ä' },
      number: { DataType: 'Number.count', StringValue: '3' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.from([1, 255]) },
    };
    const sent = await send('héllo 🎉', { MessageAttributes, MessageGroupId: 'acme' });
    const [message] = await receive({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: 'héllo 🎉', MessageAttributes });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: String(nowMs),
      MessageGroupId: 'acme',
    });
  });

  test('attributes come only where they were asked for', async () => {
    await send('a', {
      MessageAttributes: {
        'trace.id': { DataType: 'String', StringValue: '1' },
        other: { DataType: 'String', StringValue: '2' },
      },
    });
    const [message] = await receive({
      MessageAttributeNames: ['trace.*'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['trace.id']);
    expect(Object.keys(message?.Attributes ?? {})).toEqual(['SentTimestamp']);
  });

  test('a received message is hidden until its visibility ends', async () => {
    await send('a');
    expect(bodies(await receive())).toEqual(['a']);
    pass(29);
    expect(await receive()).toEqual([]);
    pass(1);
    expect(bodies(await receive())).toEqual(['a']);
  });

  test('a changed visibility counts from the change, and is no delivery', async () => {
    await send('a');
    const [message] = await receive();
    const change = { QueueUrl, ReceiptHandle: message?.ReceiptHandle ?? '' };
    await client.send(new ChangeMessageVisibilityCommand({ ...change, VisibilityTimeout: 100 }));
    pass(99);
    expect(await receive()).toEqual([]);
    await client.send(new ChangeMessageVisibilityCommand({ ...change, VisibilityTimeout: 0 }));
    const [again] = await receive({ MessageSystemAttributeNames: ['All'] });
    expect(again?.Attributes?.['ApproximateReceiveCount']).toBe('2');
  });

  test('a message goes to the dead letters at the delivery too many', async () => {
    await send('poison', { MessageGroupId: 'acme' });
    for (const _ of [1, 2]) {
      expect(bodies(await receive())).toEqual(['poison']);
      pass(30);
    }
    expect(await receive()).toEqual([]);
    const [dead] = await receive({ QueueUrl: deadUrl, MessageSystemAttributeNames: ['All'] });
    expect(dead).toMatchObject({
      Body: 'poison',
      Attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'acme' },
    });
    expect(dead?.Attributes?.['DeadLetterQueueSourceArn']).toMatch(/:work-\d+$/);
  });

  test('dead letters go back to where they came from', async () => {
    const sent = await send('mended');
    for (const _ of [1, 2, 3]) {
      await receive();
      pass(30);
    }
    const SourceArn = deadUrl.replace(/.*\//, 'arn:aws:sqs:us-east-1:000000000000:');
    await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const [again] = await receive({ MessageSystemAttributeNames: ['All'] });
    expect(again).toMatchObject({ Body: 'mended', Attributes: { ApproximateReceiveCount: '1' } });
    expect(again?.MessageId).not.toBe(sent.MessageId);
    expect(await receive({ QueueUrl: deadUrl })).toEqual([]);
  });

  test('a deleted message comes no more, even by an older receipt', async () => {
    await send('a');
    const [first] = await receive();
    pass(30);
    await receive();
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    pass(30);
    expect(await receive()).toEqual([]);
  });

  test('a delayed message waits', async () => {
    await send('late', { DelaySeconds: 5 });
    expect(await receive()).toEqual([]);
    pass(5);
    expect(bodies(await receive())).toEqual(['late']);
  });

  test('a quiet group does not wait for a busy one', async () => {
    for (let count = 0; count < 20; count += 1) await send(`busy ${count}`, { MessageGroupId: 'busy' });
    await send('quiet', { MessageGroupId: 'quiet' });
    expect(bodies(await receive({ MaxNumberOfMessages: 2 }))).toEqual(['busy 0', 'quiet']);
  });

  test('a long poll ends with the first message', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('soon');
    expect(bodies(await waiting)).toEqual(['soon']);
  });

  test('a caller that hangs up takes no message along', async () => {
    const gone = new AbortController();
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    // Its answers prove that the poll before it has arrived.
    for (let looks = 0; looks < 10; looks += 1) await visibleCount();
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await send('kept');
    for (let looks = 0; looks < 30; looks += 1) expect(await visibleCount()).toBe('1');
    expect(bodies(await receive({ WaitTimeSeconds: 1 }))).toEqual(['kept']);
  });

  test('each entry of a batch fails for itself', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: '\u0000' },
    ];
    const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
  });

  test('batches that SQS refuses are refused by name', async () => {
    const batch = (Entries: { Id: string; MessageBody: string }[]) =>
      client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const entries = (count: number, size: number) =>
      Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody: 'x'.repeat(size) }));
    await expect(batch(entries(11, 1))).rejects.toThrow(TooManyEntriesInBatchRequest);
    await expect(batch(entries(2, 600_000))).rejects.toThrow(BatchRequestTooLong);
    await expect(batch([...entries(1, 1), ...entries(1, 1)])).rejects.toThrow(BatchEntryIdsNotDistinct);
  });

  test('a message has at the most one mebibyte', async () => {
    await send('x'.repeat(1_048_576));
    await expect(send('x'.repeat(1_048_577))).rejects.toThrow('shorter than 1048576 bytes');
  });

  test('a queue that is not there is named by its error', async () => {
    await expect(receive({ QueueUrl: `${gateway.endpoint}/000000000000/none` })).rejects.toThrow(
      QueueDoesNotExist,
    );
  });

  test('what is not emulated is refused by name', async () => {
    const request = send('a', { MessageDeduplicationId: '1' });
    await expect(request).rejects.toThrow("There is no field 'MessageDeduplicationId'.");
  });

  test('counts tell what is visible, in flight and delayed', async () => {
    await send('seen');
    await receive();
    await send('waiting');
    await send('delayed', { DelaySeconds: 9 });
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });
});
