import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import middy from 'middy';
import { checkClaim } from '../lib/claim.ts';
import { parseInvocation } from '../lib/invocation.ts';
import type { Outcome } from '../lib/outcome.ts';
import type { Result } from '../lib/result.ts';
import { type Count, givenUp, noteReturn, readCount, restMs } from './deliveries.ts';
import { crashOf, logError, logInfo, traceOf } from './log.ts';
import { type Services, servicesOnce } from './services.ts';

/** SQS takes 1,048,576 bytes with the attributes; the rest is room for them. */
const maxResultBytes = 1_000_000;
/** Kept back from the function's time to store claims and send results. */
const reserveMs = 10_000;

/** A record with how often it came, and why. */
interface Delivery {
  readonly record: SQSRecord;
  readonly receives: number;
  readonly count: Count;
}

/** What becomes of a delivery: it has a result to send, rests on the queue and comes back, or is given up. */
type Fate =
  | { readonly kind: 'answered'; readonly delivery: Delivery; readonly text: string }
  | { readonly kind: 'resting'; readonly delivery: Delivery; readonly waitMs: number }
  | { readonly kind: 'crashed'; readonly delivery: Delivery; readonly why: string }
  | { readonly kind: 'given_up'; readonly delivery: Delivery; readonly why: string };
type FateOf<Kind> = Fate & { readonly kind: Kind };

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
  const groups = inOrder(records);
  const fates = (await Promise.all(groups.map((group) => settleGroup(group, services, deadlineMs)))).flat();
  const ofKind = <Kind extends Fate['kind']>(kind: Kind) =>
    fates.filter((fate): fate is FateOf<Kind> => fate.kind === kind);
  const returning = await Promise.all([
    sendResults(ofKind('answered'), services),
    ...ofKind('resting').map((fate) => rest(fate, services)),
    ...ofKind('crashed').map((fate) => giveBack(fate.delivery, fate.why, services)),
    ...ofKind('given_up').map((fate) => bury(fate, services)),
  ]);
  return { batchItemFailures: returning.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** What has to go one after another: the records of one group of a FIFO queue. Others are groups of their own. */
function inOrder(records: readonly SQSRecord[]): readonly (readonly SQSRecord[])[] {
  const groups = Map.groupBy(records, ({ eventSourceARN, attributes, messageId }) =>
    eventSourceARN.endsWith('.fifo') ? `group ${attributes.MessageGroupId}` : messageId,
  );
  return [...groups.values()];
}

/** One after another, until one has to come back: those behind it come back with it, so that their order holds. */
async function settleGroup(
  records: readonly SQSRecord[],
  services: Services,
  deadlineMs: number,
): Promise<readonly Fate[]> {
  const fates: Fate[] = [];
  let waitMs: number | undefined;
  for (const record of records) {
    const receives = Number(record.attributes.ApproximateReceiveCount);
    const count = await readCount(services.deliveries, record.messageId, receives);
    const delivery = { record, receives, count };
    const fate: Fate =
      waitMs === undefined
        ? await settle(delivery, services, deadlineMs)
        : { kind: 'resting', delivery, waitMs };
    fates.push(fate);
    if (fate.kind === 'resting') waitMs = fate.waitMs;
    if (fate.kind === 'crashed') waitMs = 0;
  }
  return fates;
}

/** Never throws, so that one record cannot fail its neighbours. */
async function settle(delivery: Delivery, services: Services, deadlineMs: number): Promise<Fate> {
  const { record, receives, count } = delivery;
  const why = givenUp(count, receives);
  if (why !== undefined) return { kind: 'given_up', delivery, why };
  const startedAtMs = services.now();
  try {
    const outcome = await execute(record, services, deadlineMs);
    logInfo({ event: outcome.kind, ...traceOf(outcome.result, services.now() - startedAtMs) });
    if (outcome.kind === 'wait')
      return { kind: 'resting', delivery, waitMs: restMs(outcome.waitMs, receives) };
    const { text } = await checkClaim(outcome.result, maxResultBytes, services.claims);
    return { kind: 'answered', delivery, text };
  } catch (error) {
    const crash = crashOf(error);
    logError({ event: 'crashed', messageId: record.messageId, ...crash });
    return { kind: 'crashed', delivery, why: `it crashed with ${crash['error']}` };
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
  answered: readonly FateOf<'answered'>[],
  services: Services,
): Promise<readonly SQSRecord[]> {
  const { results } = services;
  if (!results) throw new Error('RESULT_QUEUE_URL is missing from the environment of the queue function.');
  const refusals = await results.sendAll(answered.map((fate) => fate.text));
  const returning = answered.map(async ({ delivery }, index) => {
    const refusal = refusals[index];
    if (refusal === undefined) return [];
    logError({ event: 'result_not_sent', messageId: delivery.record.messageId, why: refusal });
    return giveBack(delivery, `its result could not be sent (${refusal})`, services);
  });
  return (await Promise.all(returning)).flat();
}

/** Puts the record to rest until it may go again. Where even that fails, the queue's own visibility brings it back later. */
async function rest({ delivery, waitMs }: FateOf<'resting'>, services: Services): Promise<SQSRecord[]> {
  const { record, receives, count } = delivery;
  await noteReturn(services.deliveries, record.messageId, receives, count, 'rest');
  try {
    await services.invocations.rest(record.receiptHandle, waitMs);
  } catch (error) {
    logError({ event: 'rest_failed', messageId: record.messageId, ...crashOf(error) });
  }
  return [record];
}

/** The record comes back when its visibility ends. */
async function giveBack(delivery: Delivery, why: string, { deliveries }: Services): Promise<SQSRecord[]> {
  const { record, receives, count } = delivery;
  await noteReturn(deliveries, record.messageId, receives, count, { why });
  return [record];
}

/** A redriven message has a new message id, so one without an id of its own takes the old one along: the journal knows it by that. */
function withId({ body, messageId }: SQSRecord): string {
  const parsed = parseInvocation(body);
  return parsed.valid && parsed.invocation.id === undefined
    ? JSON.stringify({ ...parsed.invocation, id: messageId })
    : body;
}

/** Moves the record to the dead letters, with why: SQS itself would only do so after 1,000 deliveries, and without a word. */
async function bury({ delivery, why }: FateOf<'given_up'>, { deadLetters }: Services): Promise<SQSRecord[]> {
  const { record, receives } = delivery;
  logError({ event: 'given_up', messageId: record.messageId, receives, why });
  if (!deadLetters) throw new Error('DEAD_LETTER_QUEUE_URL is missing from the environment.');
  const refusal = await deadLetters.bury(withId(record), why, record.attributes.MessageGroupId);
  if (refusal === undefined) return [];
  logError({ event: 'not_buried', messageId: record.messageId, why: refusal });
  return [record];
}
