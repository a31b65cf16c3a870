import { join } from 'node:path';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { type SmallFunction, smallTemplate } from './small-template.ts';

/** A small stack with a client to it, and the lines that its function printed. */
export interface Work {
  readonly stack: LocalStack;
  readonly sqs: SQSClient;
  readonly lines: readonly string[];
}

export async function startWork(small: SmallFunction): Promise<Work> {
  const lines: string[] = [];
  const root = join(import.meta.dirname, '../..');
  const stack = await startStack({ template: smallTemplate(small), root, log: (line) => lines.push(line) });
  return { stack, sqs: new SQSClient(stack.client), lines };
}

export async function sendAll({ stack, sqs }: Work, bodies: readonly string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies
      .slice(start, start + 10)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queueUrl('Work'), Entries }));
  }
}

/** Takes messages from a queue until there are so many, or the deadline is over. */
export async function take(
  { stack, sqs }: Work,
  queue: string,
  count: number,
  deadlineMs: number,
): Promise<string[]> {
  const taken: string[] = [];
  const QueueUrl = stack.queueUrl(queue);
  for (const end = Date.now() + deadlineMs; taken.length < count && Date.now() < end; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    taken.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  return taken;
}

/** How many messages a queue still has, in sight or not. */
export async function leftIn({ stack, sqs }: Work, queue: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: stack.queueUrl(queue), AttributeNames: ['All'] }),
  );
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } = Attributes;
  return Number(visible) + Number(hidden);
}
