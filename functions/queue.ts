import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import middy from 'middy';
import { checkClaim } from '../lib/claim.ts';
import { parseInvocation } from '../lib/invocation.ts';
import type { Outcome } from '../lib/outcome.ts';
import type { Result } from '../lib/result.ts';
import { crashOf, logError, logInfo, traceOf } from './log.ts';
import { type Services, servicesOnce } from './services.ts';

/** SQS takes 1,048,576 bytes with the attributes; the rest is room for them. */
const maxResultBytes = 1_000_000;
/** Kept back from the function's time to store claims and send results. */
const reserveMs = 10_000;

/** What becomes of a record: it has a result to send, or it rests on the queue and comes back. */
type Fate =
  | { readonly kind: 'answered'; readonly record: SQSRecord; readonly text: string }
  | { readonly kind: 'resting'; readonly record: SQSRecord; readonly waitMs: number }
  | { readonly kind: 'crashed'; readonly record: SQSRecord };

/**
 * Executes a batch of invocations, all at once, and sends their results. A record is reported as failed only when it is
 * to come back: because ConnectWise asked for a pause, because its result could not be sent, or because of a fault of ours.
 */
export function queueHandler(services: () => Services) {
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 500 }).handler(
    (event: SQSEvent, context: Context) =>
      processBatch(event.Records, services(), context.getRemainingTimeInMillis()),
  );
}

/** What Lambda calls. */
export const handler = queueHandler(servicesOnce());

async function processBatch(
  records: readonly SQSRecord[],
  services: Services,
  remainingMs: number,
): Promise<SQSBatchResponse> {
  const deadlineMs = services.now() + remainingMs - reserveMs;
  const fates = await Promise.all(records.map((record) => settle(record, services, deadlineMs)));
  const returning = await Promise.all([
    sendResults(
      fates.filter((fate) => fate.kind === 'answered'),
      services,
    ),
    ...fates.filter((fate) => fate.kind === 'resting').map((fate) => rest(fate, services)),
  ]);
  const crashed = fates.filter((fate) => fate.kind === 'crashed').map((fate) => fate.record);
  return {
    batchItemFailures: [...returning.flat(), ...crashed].map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
}

/** Never throws, so that one record cannot fail its neighbours. */
async function settle(record: SQSRecord, services: Services, deadlineMs: number): Promise<Fate> {
  const startedAtMs = services.now();
  try {
    const outcome = await execute(record, services, deadlineMs);
    logInfo({ event: outcome.kind, ...traceOf(outcome.result, services.now() - startedAtMs) });
    if (outcome.kind === 'wait') return { kind: 'resting', record, waitMs: outcome.waitMs };
    const { text } = await checkClaim(outcome.result, maxResultBytes, services.claims);
    return { kind: 'answered', record, text };
  } catch (error) {
    logError({ event: 'crashed', messageId: record.messageId, ...crashOf(error) });
    return { kind: 'crashed', record };
  }
}

async function execute(record: SQSRecord, { engine }: Services, deadlineMs: number): Promise<Outcome> {
  const parsed = parseInvocation(record.body);
  if (parsed.valid) {
    const tracked = record.messageAttributes['tracked']?.stringValue === 'true';
    const terms = { deadlineMs, delivery: record.messageId, canWait: true, tracked };
    return engine.execute(parsed.invocation.id ?? record.messageId, parsed.invocation, terms);
  }
  // It would be as unreadable the next time: it is answered and gone, and the answer quotes the message's id.
  const message = `Message ${record.messageId}: ${parsed.message}`;
  const failure = { reason: 'invalid_invocation', message, retried: 0 };
  const result: Result = { version: 1, id: record.messageId, ...parsed.quoted, succeeded: false, failure };
  return { kind: 'result', result };
}

/** @returns the records whose results did not get out. */
async function sendResults(
  answered: readonly (Fate & { kind: 'answered' })[],
  { results }: Services,
): Promise<SQSRecord[]> {
  if (!results) throw new Error('RESULT_QUEUE_URL is missing from the environment of the queue function.');
  const refusals = await results.sendAll(answered.map((fate) => fate.text));
  return answered.flatMap(({ record }, index) => {
    const refusal = refusals[index];
    if (refusal === undefined) return [];
    logError({ event: 'result_not_sent', messageId: record.messageId, why: refusal });
    return [record];
  });
}

/** Puts the record to rest until it may go again. Where even that fails, the queue's own visibility brings it back later. */
async function rest(
  { record, waitMs }: Fate & { kind: 'resting' },
  { invocations }: Services,
): Promise<SQSRecord[]> {
  try {
    await invocations.rest(record.receiptHandle, waitMs);
  } catch (error) {
    logError({ event: 'rest_failed', messageId: record.messageId, ...crashOf(error) });
  }
  return [record];
}
