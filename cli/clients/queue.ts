import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { AwsSettings } from '../place.ts';

/** A message as it was received. */
export interface Received {
  readonly messageId: string;
  readonly handle: string;
  readonly body: string;
  readonly receives: number;
  readonly sentAtMs: number;
  readonly group: string | undefined;
  /** Its text attributes by name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A queue as a consumer has it. */
export interface Inbox {
  /** @param hiddenSeconds for how long nobody else gets them; as the queue says unless told. */
  receive(waitSeconds: number, hiddenSeconds?: number): Promise<readonly Received[]>;
  delete(received: readonly Received[]): Promise<void>;
  /** Gives messages back: others get them at once. */
  release(received: readonly Received[]): Promise<void>;
  counts(): Promise<{ readonly waiting: number; readonly inFlight: number; readonly arn: string }>;
  /** Lets SQS move everything that waits here to another queue. */
  moveAllTo(destinationArn: string): Promise<void>;
  close(): void;
}

const most = 10;

export function openInbox(queueUrl: string, aws: AwsSettings): Inbox {
  const client = new SQSClient(aws);
  const QueueUrl = queueUrl;
  const counts = async () => {
    const request = { QueueUrl, AttributeNames: ['All' as const] };
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand(request));
    return {
      waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      arn: Attributes['QueueArn'] ?? '',
    };
  };
  return {
    counts,
    receive: async (waitSeconds, hiddenSeconds) => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: most,
          WaitTimeSeconds: waitSeconds,
          ...(hiddenSeconds !== undefined && { VisibilityTimeout: hiddenSeconds }),
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages.map(read);
    },
    delete: async (received) => {
      for (const Entries of entriesOf(received))
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    },
    release: async (received) => {
      for (const entries of entriesOf(received)) {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },
    moveAllTo: async (DestinationArn) => {
      const { arn: SourceArn } = await counts();
      await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    },
    close: () => client.destroy(),
  };
}

function entriesOf(received: readonly Received[]) {
  const batches = Array.from({ length: Math.ceil(received.length / most) }, (_, batch) =>
    received.slice(batch * most, (batch + 1) * most),
  );
  return batches.map((batch) =>
    batch.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle })),
  );
}

function read({
  MessageId = '',
  ReceiptHandle = '',
  Body = '',
  Attributes = {},
  MessageAttributes = {},
}: Message) {
  const texts = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue] as const],
  );
  return {
    messageId: MessageId,
    handle: ReceiptHandle,
    body: Body,
    receives: Number(Attributes.ApproximateReceiveCount ?? 1),
    sentAtMs: Number(Attributes.SentTimestamp ?? 0),
    group: Attributes.MessageGroupId,
    attributes: Object.fromEntries(texts),
  };
}
