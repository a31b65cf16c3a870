import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { succeededIds } from './batch-response.ts';
import { type Lambda, maxPayloadBytes } from './lambda-host.ts';
import { sqsRecord } from './sqs-record.ts';

/** Bounds how long `stop` waits for a poll to end. */
const pollSeconds = 1;
/** What SQS gives and takes in one call. */
const maxCallMessages = 10;
/** After a call to the queue that failed. */
const retryMs = 1_000;

export interface EventSourceSettings {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  /** How long a batch may be gathered, from its first message. */
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
  readonly reportsItemFailures: boolean;
}

export interface EventSource {
  /** Takes no further messages, and resolves when the batches that run have ended. */
  stop(): Promise<void>;
}

/**
 * Feeds a queue to a function as Lambda's event source mapping does. What succeeded is deleted; what failed is left alone
 * until its visibility ends, which the function may have changed.
 */
export function startEventSource(
  settings: EventSourceSettings,
  lambda: Lambda,
  sqs: SQSClient,
  log: (line: string) => void,
): EventSource {
  const running = new Set<Promise<void>>();
  let stopping = false;

  const poll = async (): Promise<void> => {
    while (!stopping) {
      if (running.size >= settings.maxConcurrency) {
        await Promise.race(running);
        continue;
      }
      const records = await gather(settings, sqs, () => stopping);
      if (records.length === 0) continue;
      const run = runBatch(records, settings, lambda, sqs, log).finally(() => running.delete(run));
      running.add(run);
    }
    await Promise.all(running);
  };
  const polling = pollAgain(poll, () => stopping, log);
  return {
    stop: async () => {
      stopping = true;
      await polling;
    },
  };
}

/** Goes on polling after a fault, as Lambda does. */
async function pollAgain(
  poll: () => Promise<void>,
  isStopping: () => boolean,
  log: (line: string) => void,
): Promise<void> {
  while (!isStopping()) {
    try {
      await poll();
    } catch (error) {
      log(`The event source failed and goes on: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** Receives until the batch is full or its window is over; without a window, what one call gives is the batch. */
async function gather(
  settings: EventSourceSettings,
  sqs: SQSClient,
  isStopping: () => boolean,
): Promise<SQSRecord[]> {
  const records: SQSRecord[] = [];
  let bytes = 0;
  let deadlineMs = Number.POSITIVE_INFINITY;
  do {
    const messages = await receive(
      settings,
      Math.min(maxCallMessages, settings.batchSize - records.length),
      sqs,
    );
    if (records.length === 0) deadlineMs = Date.now() + settings.windowSeconds * 1000;
    records.push(...messages.map((message) => sqsRecord(message, settings.queueArn)));
    bytes += messages.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
  } while (
    records.length > 0 &&
    records.length < settings.batchSize &&
    bytes < maxPayloadBytes &&
    Date.now() < deadlineMs &&
    !isStopping()
  );
  return records;
}

async function receive(settings: EventSourceSettings, max: number, sqs: SQSClient): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: settings.queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: pollSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

/** One after another where a batch is too large for one event, so that no more runs than may. */
async function runBatch(
  records: readonly SQSRecord[],
  settings: EventSourceSettings,
  lambda: Lambda,
  sqs: SQSClient,
  log: (line: string) => void,
): Promise<void> {
  for (const Records of payloads(records)) {
    const answer = await lambda.invoke({ Records });
    const ids = Records.map(({ messageId }) => messageId);
    const done = succeededIds(answer, ids, settings.reportsItemFailures);
    try {
      await deleteAll(
        Records.filter(({ messageId }) => done.includes(messageId)),
        settings.queueUrl,
        sqs,
      );
    } catch (error) {
      log(`Messages that were done could not be deleted and will come again: ${String(error)}`);
    }
  }
}

/** Splits records so that each event fits into what Lambda takes. */
function payloads(records: readonly SQSRecord[]): SQSRecord[][] {
  const batches: SQSRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    const current = batches.at(-1);
    if (current && bytes <= room) {
      current.push(record);
      room -= bytes;
    } else {
      batches.push([record]);
      room = maxPayloadBytes - '{"Records":[]}'.length - bytes;
    }
  }
  return batches;
}

async function deleteAll(records: readonly SQSRecord[], queueUrl: string, sqs: SQSClient): Promise<void> {
  for (let start = 0; start < records.length; start += maxCallMessages) {
    const Entries = records
      .slice(start, start + maxCallMessages)
      .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
}
