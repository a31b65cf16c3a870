import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Example } from './examples.ts';

/** Puts an example's message on the queue. @returns the id that its result will carry. */
export async function sendExample(client: SQSClient, queueUrl: string, example: Example): Promise<string> {
  const { MessageId } = await client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: example.message }),
  );
  return idIn(example.message) ?? MessageId ?? '';
}

export interface ReceivedResult {
  readonly id: string;
  readonly value: unknown;
}

/** Takes what is on the result queue, in polls of at the most one second, so that no poll has to be cut off at the end. */
export async function receiveResults(client: SQSClient, queueUrl: string): Promise<ReceivedResult[]> {
  const request = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
  const { Messages = [] } = await client.send(new ReceiveMessageCommand(request));
  if (Messages.length === 0) return [];
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return Messages.map(({ Body = '' }) => readResult(Body));
}

/** What somebody else put there may be no JSON: then it is shown as it is. */
export function readResult(body: string): ReceivedResult {
  const id = idIn(body) ?? '';
  try {
    return { id, value: JSON.parse(body) };
  } catch {
    return { id, value: body };
  }
}

/** The `id` member of a message's text, where it is JSON and has one. */
function idIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}
