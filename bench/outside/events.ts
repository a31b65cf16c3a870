import { randomUUID } from 'node:crypto';
import type { Context, SQSEvent } from 'aws-lambda';
import { sqsRecord } from '../../local/sqs-record.ts';

/** What Lambda hands over: a record for each message, delivered for the first time. */
export function eventOf(messages: readonly object[]): SQSEvent {
  const records = messages.map((message) =>
    sqsRecord(
      {
        MessageId: randomUUID(),
        ReceiptHandle: randomUUID(),
        Body: JSON.stringify(message),
        Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
      },
      'arn:aws:sqs:eu-west-1:000000000000:invocations',
    ),
  );
  return { Records: records };
}

/** A read of one ticket; the server is slow over 999. */
export const readOf = (connection: string, id: number) => ({
  version: 1,
  connection,
  operationId: 'getServiceTicketsById',
  inputs: { id },
});

/** A function that may run for a minute. */
export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'bench',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:bench',
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  logGroupName: 'bench',
  logStreamName: 'bench',
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

/** As the runtime of Lambda logs JSON, but to nowhere: what an object of the console costs there, not what it costs a terminal. */
export function logToNowhere(): void {
  const log = (message: unknown) =>
    void JSON.stringify({ timestamp: new Date().toISOString(), level: 'INFO', message });
  console.info = log;
  console.error = log;
}
