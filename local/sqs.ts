import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type Action, AwsError, action, type JsonService } from './aws-call.ts';
import type { Queue } from './queue.ts';
import { type Queues, queueArn, queueNameIn } from './queues.ts';
import {
  bytesOf,
  delivered,
  type MessageInput,
  maxMessageBytes,
  messageShape,
  newMessage,
  receiptOf,
} from './sqs-message.ts';

/** How often a long poll looks. */
const pollMs = 10;

const seconds = (max: number) => z.int().check(z.gte(0), z.lte(max));
const QueueUrl = z.string();
const entryId = z
  .string()
  .check(z.regex(/^[\w-]{1,80}$/, 'must be 1 to 80 letters, digits, hyphens or underscores'));
const batch = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject({ QueueUrl, Entries: z.array(z.strictObject({ Id: entryId, ...shape })) });
const visibility = { ReceiptHandle: z.string(), VisibilityTimeout: seconds(43_200) };
const names = z._default(z.array(z.string()), []);

const receiveSchema = z.strictObject({
  QueueUrl,
  MaxNumberOfMessages: z._default(z.int().check(z.gte(1), z.lte(10)), 1),
  WaitTimeSeconds: z._default(seconds(20), 0),
  VisibilityTimeout: z.optional(seconds(43_200)),
  MessageAttributeNames: names,
  MessageSystemAttributeNames: names,
  AttributeNames: names,
});

/**
 * SQS for standard queues over its JSON protocol. FIFO queues, tags and permissions are not emulated.
 * @param endpoint where queue URLs lead.
 */
export function createSqs(queues: Queues, endpoint: string): JsonService {
  return {
    version: '1.0',
    namespace: 'com.amazonaws.sqs',
    actions: { ...queueActions(queues, endpoint), ...messageActions(queues) },
  };
}

function queueActions(queues: Queues, endpoint: string): Record<string, Action> {
  const urlOf = (name: string) => queueUrl(endpoint, name);
  return {
    GetQueueUrl: action(z.strictObject({ QueueName: z.string() }), ({ QueueName }) => {
      return { QueueUrl: urlOf(existing(queues.find(QueueName)).settings.name) };
    }),
    ListQueues: action(
      z.strictObject({ QueueNamePrefix: z.optional(z.string()) }),
      ({ QueueNamePrefix = '' }) => {
        const found = queues.all().map(({ settings }) => settings.name);
        return { QueueUrls: found.filter((name) => name.startsWith(QueueNamePrefix)).map(urlOf) };
      },
    ),
    GetQueueAttributes: action(
      z.strictObject({ QueueUrl, AttributeNames: names }),
      ({ QueueUrl, AttributeNames }) => {
        const all = Object.entries(attributesOf(existing(queues.at(QueueUrl))));
        return {
          Attributes: Object.fromEntries(
            all.filter(([name]) => AttributeNames.some((it) => it === 'All' || it === name)),
          ),
        };
      },
    ),
    PurgeQueue: action(z.strictObject({ QueueUrl }), ({ QueueUrl }) => existing(queues.at(QueueUrl)).purge()),
    StartMessageMoveTask: action(
      z.strictObject({ SourceArn: z.string(), DestinationArn: z.optional(z.string()) }),
      ({ SourceArn, DestinationArn }) => redrive(queues, SourceArn, DestinationArn),
    ),
  };
}

function messageActions(queues: Queues): Record<string, Action> {
  const at = (url: string) => existing(queues.at(url));
  return {
    SendMessage: action(z.strictObject({ QueueUrl, ...messageShape }), ({ QueueUrl, ...message }) =>
      receiptOf(at(QueueUrl).send(newMessage(message))),
    ),
    SendMessageBatch: action(batch(messageShape), ({ QueueUrl, Entries }) => {
      checkBatchSize(Entries);
      return eachEntry(Entries, ({ Id, ...message }) => receiptOf(at(QueueUrl).send(newMessage(message))));
    }),
    ReceiveMessage: action(receiveSchema, (input, signal) => receive(at(input.QueueUrl), input, signal)),
    DeleteMessage: action(
      z.strictObject({ QueueUrl, ReceiptHandle: z.string() }),
      ({ QueueUrl, ReceiptHandle }) => remove(at(QueueUrl), ReceiptHandle),
    ),
    DeleteMessageBatch: action(batch({ ReceiptHandle: z.string() }), ({ QueueUrl, Entries }) =>
      eachEntry(Entries, ({ ReceiptHandle }) => remove(at(QueueUrl), ReceiptHandle)),
    ),
    ChangeMessageVisibility: action(z.strictObject({ QueueUrl, ...visibility }), ({ QueueUrl, ...change }) =>
      hide(at(QueueUrl), change),
    ),
    ChangeMessageVisibilityBatch: action(batch(visibility), ({ QueueUrl, Entries }) =>
      eachEntry(Entries, (change) => hide(at(QueueUrl), change)),
    ),
  };
}

export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/000000000000/${name}`;

function existing(queue: Queue | undefined): Queue {
  if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}

function attributesOf(queue: Queue): Record<string, string> {
  const { name, visibilitySeconds, retentionSeconds, delaySeconds, redrive } = queue.settings;
  const { visible, inFlight, delayed } = queue.count();
  return {
    QueueArn: queueArn(name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: String(retentionSeconds),
    DelaySeconds: String(delaySeconds),
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(redrive.queueName),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}

/** Looks until there is something, the wait is over, or the caller has gone: a message is never handed to nobody. */
async function receive(
  queue: Queue,
  input: z.infer<typeof receiveSchema>,
  signal: AbortSignal,
): Promise<object> {
  const deadlineMs = Date.now() + input.WaitTimeSeconds * 1000;
  const systemNames = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
  while (!signal.aborted) {
    const messages = queue.receive(input.MaxNumberOfMessages, input.VisibilityTimeout);
    if (messages.length > 0)
      return { Messages: messages.map((it) => delivered(it, systemNames, input.MessageAttributeNames)) };
    if (Date.now() >= deadlineMs) break;
    await setTimeout(pollMs);
  }
  return {};
}

function remove(queue: Queue, receiptHandle: string): object {
  if (queue.remove(receiptHandle)) return {};
  throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}

function hide(
  queue: Queue,
  change: { readonly ReceiptHandle: string; readonly VisibilityTimeout: number },
): object {
  if (queue.hide(change.ReceiptHandle, change.VisibilityTimeout)) return {};
  throw new AwsError('MessageNotInflight', 'The message is not in flight: it came back, or was deleted.');
}

/** Runs each entry of a batch for itself: one that fails leaves the others alone. */
function eachEntry<T extends { readonly Id: string }>(
  entries: readonly T[],
  run: (entry: T) => object,
): object {
  checkEntries(entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === 'QueueDoesNotExist') throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

function checkEntries(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  }
}

function checkBatchSize(entries: readonly MessageInput[]): void {
  if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) <= maxMessageBytes) return;
  throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${maxMessageBytes} bytes.`);
}

/** Moves what is visible in a dead-letter queue back to where it came from, or to another queue, at once and as new messages. */
function redrive(queues: Queues, sourceArn: string, destinationArn: string | undefined): object {
  const source = existing(queues.find(queueNameIn(sourceArn)));
  for (const message of source.release()) {
    const target = queues.find(
      destinationArn === undefined ? (message.movedFrom ?? '') : queueNameIn(destinationArn),
    );
    if (target) target.send({ ...message, delaySeconds: 0 });
    else source.adopt(message, message.movedFrom);
  }
  return { TaskHandle: randomUUID() };
}
