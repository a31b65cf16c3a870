import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';

/** What SQS takes in one message and in one batch (aws.md §3). */
const maxBatchBytes = 1_048_576;
const maxBatchMessages = 10;

export interface Queue {
  /**
   * Sends messages in as few calls as they fit in.
   * @param addressOf the address of each, by its place; none where nobody needs one.
   * @returns for each message, in order, undefined when it was sent, else why it was not.
   */
  sendAll(
    messages: readonly string[],
    addressOf?: (place: number) => Address,
  ): Promise<readonly (string | undefined)[]>;
  /** Sends one message. */
  send(message: string, address: Address): Promise<void>;
  /**
   * Sends a message to a queue of dead letters, with why it is one in its attribute `why`.
   * @returns why it could not be sent; undefined where it was.
   */
  bury(message: string, why: string, address: Address): Promise<string | undefined>;
  /** Lets a received message rest before it is delivered again; at the most 12 hours from its receipt. */
  rest(receiptHandle: string, waitMs: number): Promise<void>;
}

interface Address {
  /** Messages of one group take turns with those of others, so that a busy connection does not starve the rest. */
  readonly group: string | undefined;
  /** Somebody will look for the result in the journal. */
  readonly tracked: boolean;
  /** It is not delivered before so long, 900 at the most. A FIFO queue takes none. */
  readonly delaySeconds?: number;
}

/** Queues by URL, over one client. */
export function createQueues(config: SQSClientConfig): (queueUrl: string) => Queue {
  const client = new SQSClient(config);
  return (queueUrl) => createQueue(client, queueUrl);
}

function createQueue(client: SQSClient, queueUrl: string): Queue {
  return {
    sendAll: async (messages, addressOf = () => nowhere) => {
      const entries = messages.map((message, place) => entryOf(queueUrl, message, addressOf(place)));
      const sending = pack(entries).map((batch) => sendBatch(client, queueUrl, batch));
      return (await Promise.all(sending)).flat();
    },
    send: (message, address) => sendOne(client, queueUrl, message, address),
    bury: async (message, why, address) => {
      try {
        await sendOne(client, queueUrl, message, address, { why });
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.name : 'unknown error';
      }
    },
    rest: async (receiptHandle, waitMs) => {
      const VisibilityTimeout = Math.min(43_000, Math.ceil(waitMs / 1000));
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout,
        }),
      );
    },
  };
}

async function sendOne(
  client: SQSClient,
  queueUrl: string,
  message: string,
  address: Address,
  texts: Readonly<Record<string, string>> = {},
): Promise<void> {
  const entry = entryOf(queueUrl, message, address, texts);
  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...entry }));
}

const nowhere: Address = { group: undefined, tracked: false };

/** A message as SQS takes it, alone and in a batch. */
function entryOf(
  queueUrl: string,
  message: string,
  { group, tracked, delaySeconds }: Address,
  texts: Readonly<Record<string, string>> = {},
) {
  const attributes = Object.entries({ ...texts, ...(tracked && { tracked: 'true' }) });
  return {
    MessageBody: escapeForSqs(message),
    ...(attributes.length > 0 && {
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
    ...(group !== undefined && { MessageGroupId: group }),
    ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
    ...onlyOnce(queueUrl, message),
  };
}

type Entry = ReturnType<typeof entryOf>;

/** A FIFO queue drops a second message of the same id within five minutes; a standard one refuses the parameter. */
const onlyOnce = (queueUrl: string, message: string) =>
  queueUrl.endsWith('.fifo')
    ? { MessageDeduplicationId: createHash('sha256').update(message).digest('hex') }
    : {};

/** SQS refuses U+FFFE and U+FFFF (aws.md §3 and local.md §1); in JSON they can be written as escapes. */
function escapeForSqs(json: string): string {
  return json.replaceAll(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

function pack(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const bytes = bytesOf(entry);
    const current = batches.at(-1);
    if (current && current.length < maxBatchMessages && bytes <= room) {
      current.push(entry);
      room -= bytes;
    } else {
      batches.push([entry]);
      room = maxBatchBytes - bytes;
    }
  }
  return batches;
}

/** Attributes count as the body does: by name, type and value (aws.md §3). */
function bytesOf({ MessageBody, MessageAttributes = {} }: Entry): number {
  const attributes = Object.entries(MessageAttributes).flatMap(([name, it]) => [
    name,
    it.DataType,
    it.StringValue,
  ]);
  return Buffer.byteLength([MessageBody, ...attributes].join(''));
}

async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  batch: readonly Entry[],
): Promise<(string | undefined)[]> {
  const Entries = batch.map((entry, index) => ({ Id: String(index), ...entry }));
  try {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    return batch.map((_, index) => {
      const entry = Failed.find((candidate) => candidate.Id === String(index));
      return entry && (entry.Code ?? 'refused');
    });
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown error';
    return batch.map(() => why);
  }
}
