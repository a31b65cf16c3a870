import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

const client = new SQSClient({});

/** Does what each message says; one that is done is told on the done queue. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const outcomes = await Promise.all(event.Records.map(act));
  const failed = event.Records.filter((_, index) => !outcomes[index]);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function act(record: SQSRecord): Promise<boolean> {
  const [kind] = record.body.split(' ');
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  if (kind === 'poison' || (kind === 'fail-first' && receiveCount === 1)) return false;
  if (kind === 'exit') process.exit(1);
  if (kind === 'hang') await new Promise(() => undefined);
  for (; kind === 'loop'; );
  await client.send(new SendMessageCommand({ QueueUrl: process.env['DONE_URL'], MessageBody: record.body }));
  return true;
}
