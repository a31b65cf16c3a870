import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { AwsError } from './aws-call.ts';
import type { MessageAttribute, NewMessage, QueuedMessage } from './queue.ts';
import { queueArn } from './queues.ts';

/** Of a message, and of all messages of a batch together (aws.md §3). */
export const maxMessageBytes = 1_048_576;

const attributeSchema = z.strictObject({
  DataType: z
    .string()
    .check(z.regex(/^(?:String|Number|Binary)(?:\.|$)/, 'must be String, Number or Binary')),
  StringValue: z.optional(z.string()),
  BinaryValue: z.optional(z.string()),
});

/** What describes one message in SendMessage and in an entry of SendMessageBatch. */
export const messageShape = {
  MessageBody: z.string(),
  DelaySeconds: z.optional(z.int().check(z.gte(0), z.lte(900))),
  MessageAttributes: z.optional(z.record(z.string(), attributeSchema)),
  MessageGroupId: z.optional(
    z.string().check(z.regex(/^[!-~]{1,128}$/, 'must be 1 to 128 ASCII characters')),
  ),
};

export interface MessageInput {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** A message as SQS takes it. Throws an AwsError where SQS refuses it. */
export function newMessage(input: MessageInput): NewMessage {
  const { MessageBody, DelaySeconds, MessageAttributes = {}, MessageGroupId } = input;
  if (MessageBody === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(MessageBody)) {
    throw new AwsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  if (Object.keys(MessageAttributes).length > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      'Number of message attributes exceeds the allowed maximum 10.',
    );
  }
  if (bytesOf(input) > maxMessageBytes) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`,
    );
  }
  return {
    body: MessageBody,
    attributes: MessageAttributes,
    group: MessageGroupId,
    delaySeconds: DelaySeconds,
  };
}

/** What counts for the limit: the body, and the names, types and values of the attributes. */
export function bytesOf({ MessageBody, MessageAttributes = {} }: MessageInput): number {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
  );
  return attributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(MessageBody));
}

/** What SendMessage answers; the SDK checks the body's digest. */
export function receiptOf(message: QueuedMessage): object {
  return { MessageId: message.id, ...digestsOf(message, 'MD5OfMessageBody') };
}

/** A received message with the attributes that were asked for; `All` and prefixes (`trace.*`) are known. */
export function delivered(
  message: QueuedMessage,
  systemNames: readonly string[],
  names: readonly string[],
): object {
  const attributes = pick(systemAttributes(message), systemNames);
  const messageAttributes = pick(message.attributes, names);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    ...digestsOf({ body: message.body, attributes: messageAttributes }, 'MD5OfBody'),
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(Object.keys(messageAttributes).length > 0 && { MessageAttributes: messageAttributes }),
  };
}

function systemAttributes(message: QueuedMessage): Record<string, string> {
  return {
    SenderId: 'LOCAL',
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.group !== undefined && { MessageGroupId: message.group }),
    ...(message.movedFrom !== undefined && { DeadLetterQueueSourceArn: queueArn(message.movedFrom) }),
  };
}

function pick<T>(values: Readonly<Record<string, T>>, wanted: readonly string[]): Record<string, T> {
  const matches = (name: string) =>
    wanted.some(
      (it) => it === 'All' || it === name || (it.endsWith('.*') && name.startsWith(it.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(values).filter(([name]) => matches(name)));
}

function digestsOf(
  { body, attributes }: Pick<QueuedMessage, 'body' | 'attributes'>,
  bodyMember: string,
): object {
  const entries = Object.entries(attributes);
  return {
    [bodyMember]: md5([Buffer.from(body)]),
    ...(entries.length > 0 && { MD5OfMessageAttributes: digestOf(entries) }),
  };
}

/** By the SQS developer guide: each part with its length before it, values with their transport type, in the order of the names. */
function digestOf(attributes: [string, MessageAttribute][]): string {
  const sorted = attributes.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return md5(
    sorted.flatMap(([name, { DataType, StringValue, BinaryValue = '' }]) => {
      const value = StringValue === undefined ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue);
      const transport = Buffer.from([StringValue === undefined ? 2 : 1]);
      return [...sized(Buffer.from(name)), ...sized(Buffer.from(DataType)), transport, ...sized(value)];
    }),
  );
}

function sized(part: Buffer): [Buffer, Buffer] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return [length, part];
}

const md5 = (parts: readonly Buffer[]): string =>
  createHash('md5').update(Buffer.concat(parts)).digest('hex');
