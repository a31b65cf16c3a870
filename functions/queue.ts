import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import middy from 'middy';
import { checkClaim, type Rendered } from '../lib/claim.ts';
import { type Invocation, type ParsedInvocation, parseInvocation } from '../lib/invocation.ts';
import { JsonText } from '../lib/json-text.ts';
import type { Outcome } from '../lib/outcome.ts';
import type { Result } from '../lib/result.ts';
import { type Count, givenUp, noteReturn, readCount, restMs } from './deliveries.ts';
import { crashOf, logError } from './log.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { type Services, servicesOnce } from './services.ts';
import { traceIdOf } from './settings.ts';
import type { Attempt } from './watch.ts';

/** SQS takes 1,048,576 bytes with the attributes; the rest is room for them. */
const maxResultBytes = 1_000_000;
/** Kept back from the function's time to store claims and send results. */
const reserveMs = 10_000;
/** How long a result waits for its neighbours', so that they go in one call: less than a call to ConnectWise takes. */
const gatherMs = 40;

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
  /** It goes on as another message, because this one has been delivered too often. */
  | { readonly kind: 'handed_on'; readonly delivery: Delivery }
  | { readonly kind: 'crashed'; readonly delivery: Delivery; readonly why: string }
  | { readonly kind: 'given_up'; readonly delivery: Delivery; readonly why: string };
type FateOf<Kind> = Fate & { readonly kind: Kind };

/**
 * Executes a batch of invocations, all at once, and sends their results. A record is reported as failed only when it is
 * to come back: because ConnectWise asked for a pause, because its result could not be sent, or because of a fault of ours.
 */
export function queueHandler(services: () => Services) {
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 500 }).handler(
    async (event: SQSEvent, context: Context) => {
      const built = services();
      try {
        return await processBatch(event.Records, built, context.getRemainingTimeInMillis());
      } finally {
        built.watch.flush();
      }
    },
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
  if (!services.results)
    throw new Error('RESULT_QUEUE_URL is missing from the environment of the queue function.');
  const outbox = createOutbox(services.results, gatherMs, services.sleep);
  const sending: Promise<readonly SQSRecord[]>[] = [];
  const settleAll = async (group: readonly SQSRecord[]) => {
    const fates = await settleGroup(group, services, deadlineMs);
    for (const fate of fates) if (fate.kind === 'answered') sending.push(sendResult(fate, outbox, services));
    return fates;
  };
  const fates = (await Promise.all(inOrder(records).map(settleAll))).flat();
  outbox.flush();
  const ofKind = <Kind extends Fate['kind']>(kind: Kind) =>
    fates.filter((fate): fate is FateOf<Kind> => fate.kind === kind);
  const returning = await Promise.all([
    ...sending,
    ...ofKind('resting').map((fate) => rest(fate, services)),
    ...ofKind('crashed').map((fate) => giveBack(fate.delivery, fate.why, services)),
    ...ofKind('handed_on').map((fate) => handOn(fate, services)),
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
  const attempt = attemptOf(delivery);
  const parsed = parseInvocation(record.body);
  try {
    const outcome = await services.watch.attempt(attempt, () =>
      execute(delivery, parsed, services, deadlineMs),
    );
    if (outcome.kind === 'wait')
      return { kind: 'resting', delivery, waitMs: restMs(outcome.waitMs, receives) };
    if (outcome.kind === 'again')
      return receives < handedOnFrom
        ? { kind: 'resting', delivery, waitMs: 0 }
        : { kind: 'handed_on', delivery };
    const { text, result } = await render(outcome.result, services);
    services.watch.leaving(attempt, result);
    return { kind: 'answered', delivery, text };
  } catch (error) {
    const name = parsed.valid ? nameOf(parsed.invocation, record) : {};
    services.watch.crashed({ ...attempt, ...name }, error);
    return { kind: 'crashed', delivery, why: `it crashed with ${crashOf(error)['error']}` };
  }
}

const attemptOf = ({ record: { messageId, attributes }, receives }: Delivery): Attempt => ({
  door: 'queue',
  delivery: messageId,
  attempt: receives,
  traceId: traceIdOf(attributes.AWSTraceHeader),
});

/** What the journal, the result and the log know an invocation by. */
const nameOf = ({ id, connection }: Invocation, { messageId }: SQSRecord) => ({
  id: id ?? messageId,
  connection,
});

/** SQS gives up a message after 1,000 deliveries; one that works on, such as a long pull, is sent anew before that. */
const handedOnFrom = 800;

async function execute(
  { record, receives }: Delivery,
  parsed: ParsedInvocation,
  services: Services,
  deadlineMs: number,
): Promise<Outcome> {
  if (parsed.valid) {
    const emit = (result: Result) => emitResult(result, services);
    const terms = {
      deadlineMs,
      delivery: record.messageId,
      turn: { lane: 'bulk', rests: receives - 1 },
      canWait: true,
      tracked: isTracked(record),
      emit,
    } as const;
    return services.engine.execute(nameOf(parsed.invocation, record).id, parsed.invocation, terms);
  }
  // It would be as unreadable the next time: it is answered and gone, and the answer quotes the message's id.
  const message = `Message ${record.messageId}: ${parsed.message}`;
  const failure = { reason: 'invalid_invocation', message, retried: 0 };
  const result: Result = { version: 1, id: record.messageId, ...parsed.quoted, succeeded: false, failure };
  return { kind: 'result', result };
}

const isTracked = ({ messageAttributes }: SQSRecord): boolean =>
  messageAttributes['tracked']?.stringValue === 'true';

/** What a message takes along when it is sent anew. */
const addressOf = (record: SQSRecord) => ({
  group: record.attributes.MessageGroupId,
  tracked: isTracked(record),
});

/** The text that leaves, and what the result is by then. Nobody reads the answer itself after this. */
async function render(result: Result, { claims }: Services): Promise<Rendered> {
  const rendered = await checkClaim(result, maxResultBytes, claims);
  if (result.response instanceof JsonText) result.response.release();
  return rendered;
}

/** A result that did not get out, or not whole: the message comes back, and what it was about is sent again. */
class ResultNotSent extends Error {
  override readonly name = 'ResultNotSent';
}

/** Sends a result that is not the last of its invocation. @throws ResultNotSent */
async function emitResult(result: Result, services: Services): Promise<void> {
  const { text, result: sent } = await render(result, services);
  if (sent.failure?.reason === 'response_not_stored') throw new ResultNotSent(sent.failure.message);
  const [refusal] = (await services.results?.sendAll([text])) ?? ['there is no result queue'];
  if (refusal !== undefined) throw new ResultNotSent(refusal);
}

/** @returns the record, where its result did not get out. */
async function sendResult(
  { delivery, text }: FateOf<'answered'>,
  outbox: Outbox,
  services: Services,
): Promise<readonly SQSRecord[]> {
  const refusal = await outbox.send(text);
  if (refusal === undefined) return [];
  logError({ event: 'result_not_sent', delivery: delivery.record.messageId, why: refusal });
  return giveBack(delivery, `its result could not be sent (${refusal})`, services);
}

/** Puts the record to rest until it may go again. Where even that fails, the queue's own visibility brings it back later. */
async function rest({ delivery, waitMs }: FateOf<'resting'>, services: Services): Promise<SQSRecord[]> {
  const { record, receives, count } = delivery;
  await noteReturn(services.deliveries, record.messageId, receives, count, 'rest');
  try {
    await services.invocations.rest(record.receiptHandle, waitMs);
  } catch (error) {
    logError({ event: 'rest_failed', delivery: record.messageId, ...crashOf(error) });
  }
  return [record];
}

async function handOn({ delivery }: FateOf<'handed_on'>, { invocations }: Services): Promise<SQSRecord[]> {
  const { record } = delivery;
  try {
    await invocations.send(withId(record), addressOf(record));
    return [];
  } catch (error) {
    logError({ event: 'not_handed_on', delivery: record.messageId, ...crashOf(error) });
    return [record];
  }
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
  logError({ event: 'given_up', delivery: record.messageId, receives, why });
  if (!deadLetters) throw new Error('DEAD_LETTER_QUEUE_URL is missing from the environment.');
  const refusal = await deadLetters.bury(withId(record), why, addressOf(record));
  if (refusal === undefined) return [];
  logError({ event: 'not_buried', delivery: record.messageId, why: refusal });
  return [record];
}
