import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

const client = new SQSClient({});

/** Puts a message to rest for one second at its first delivery, and reports when each delivery came. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  for (const { receiptHandle, attributes } of Records) {
    const count = attributes.ApproximateReceiveCount;
    await client.send(
      new SendMessageCommand({ QueueUrl: process.env['DONE_URL'], MessageBody: `${count} ${Date.now()}` }),
    );
    if (count !== '1') return { batchItemFailures: [] };
    const rest = { QueueUrl: process.env['WORK_URL'], ReceiptHandle: receiptHandle, VisibilityTimeout: 1 };
    await client.send(new ChangeMessageVisibilityCommand(rest));
  }
  return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
