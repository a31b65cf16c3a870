import type { Catalogue } from './catalogue/catalogue.ts';
import type { Connection } from './connection.ts';
import type { Failure } from './failure.ts';
import type { Invocation } from './invocation.ts';
import type { Journal, Opening, Page, Subject } from './journal.ts';
import { type Call, conclude, ended, type Outcome, waiting } from './outcome.ts';
import type { Sent } from './response.ts';
import { failed, type Result, succeeded } from './result.ts';
import { type SendingParts, sendOrder } from './sending.ts';
import { type Doubtful, notApplied, settledBy, unknown } from './settlement/doubt.ts';
import { lookUpFor } from './settlement/look-up.ts';
import { settle } from './settlement/settlement.ts';

export interface WritingParts extends SendingParts {
  readonly catalogue: Catalogue;
  readonly journal: Journal;
  /** Makes a result small enough for the journal; what comes back is the one that everybody gets. */
  readonly compact: (result: Result) => Promise<Result>;
}

/** A write with what the journal and a look-up need to know of it. */
interface Writing extends Call {
  readonly invocation: Invocation;
  readonly subject: Subject;
  /** The door can wait until a write that left no trace has surely not been executed. */
  readonly canWait: boolean;
}

/** After its deadline a worker may be slow to die, and clocks differ a little. */
const leaseMarginMs = 15_000;
/** A server that has not executed a request by now has given it up: gateways and IIS end requests within minutes. */
const horizonMs = 10 * 60_000;
/** A look-up that cannot be made is not tried for ever. */
const lookingMs = 60 * 60_000;
const betweenLooksMs = 60_000;
/** Kept back from a write's time, so that a look-up can still tell what became of it. */
const settlingMs = 4_000;
/** Whoever is at work is mostly done long before their lease ends. */
const busyWaitMs = 30_000;
const unavailableWaitMs = 30_000;

/**
 * Sends a write at most once, whatever happens to the worker (docs/guarantees.md). What was sent and not answered is
 * settled by looking, never by sending again.
 */
export async function executeWrite(
  parts: WritingParts,
  writing: Writing,
  connection: Connection,
): Promise<Outcome> {
  const page = parts.journal.page(writing.subject);
  let sentAtMs = parts.now();
  const open = async () => {
    sentAtMs = parts.now();
    const opening = await page.open(writing.deadlineMs + leaseMarginMs);
    return opening.kind === 'granted' ? undefined : opening;
  };
  const gate = { open, release: () => page.release() };
  const order = { ...writing, deadlineMs: writing.deadlineMs - settlingMs };
  const ending = await sendOrder(parts, order, connection, gate);
  if (ending.kind === 'doubtful')
    return settleDoubt(parts, writing, connection, page, { sentAtMs: ending.dispatchedAtMs });
  if (ending.kind !== 'sent' && ending.kind !== 'unsent') return barred(writing, ending, parts.now());
  const outcome = conclude(writing, ending);
  if (outcome.kind !== 'result') return outcome;
  if (ending.kind === 'unsent') {
    // ConnectWise cannot be reached just now; that another delivery of this message sent it can still be looked into.
    return refuse(parts, writing, outcome.result, page, (sentAtMs) =>
      settleDoubt(parts, writing, connection, page, { sentAtMs }),
    );
  }
  // A caller who wants HTTP failures as results has got one: that is an answer, not a doubt.
  if (ending.verdict.action === 'unknown' && !outcome.result.succeeded) {
    const { sent } = ending;
    return settleDoubt(parts, writing, connection, page, { sentAtMs, sent, result: outcome.result });
  }
  return finish(parts, page, outcome.result, wasExecuted(ending.sent));
}

/** What never reached the operation may be sent anew under the same id, after mending what was wrong. */
const wasExecuted = (sent: Sent): boolean =>
  sent.kind !== 'refused' && !(sent.kind === 'response' && sent.response.status === 401);

/** Executes a read that the journal shall keep the result of; where it has one already, that is the result. */
export async function keepTracked(
  parts: WritingParts,
  subject: Subject,
  execute: () => Promise<Outcome>,
): Promise<Outcome> {
  const page = parts.journal.page(subject);
  const known = await page.look();
  if (known?.kind === 'done') return ended(known.result);
  const outcome = await execute();
  return outcome.kind === 'result' ? finish(parts, page, outcome.result, true) : outcome;
}

const finish = async ({ compact }: WritingParts, page: Page, result: Result, executed: boolean) =>
  ended(await page.finish(await compact(result), executed));

/**
 * A write that ends without being sent; another delivery of the same invocation may have sent it.
 * @param settle looks into that; where it is absent, the look-up that could tell is not possible either.
 */
export async function refuse(
  parts: WritingParts,
  writing: Pick<Writing, 'head' | 'request' | 'subject'>,
  result: Result,
  page = parts.journal.page(writing.subject),
  settle?: (sentAtMs: number) => Promise<Outcome>,
): Promise<Outcome> {
  const opening = await page.look();
  if (!opening) return finish(parts, page, result, false);
  if (opening.kind !== 'doubtful') return barred(writing, opening, parts.now());
  const sentAtMs = opening.dispatchedAtMs;
  if (settle) return settle(sentAtMs);
  const why = result.failure?.message ?? 'No look-up can be made.';
  return finish(parts, page, unknown(writing, { sentAtMs }, why), true);
}

export const idReused = (id: string): Failure => ({
  reason: 'id_reused',
  message: `The id '${id}' was used before for another call of this connection, so this one was not sent. Give each invocation an id of its own.`,
});

function barred(
  { head }: Pick<Writing, 'head'>,
  opening: Exclude<Opening, { kind: 'doubtful' }>,
  nowMs: number,
): Outcome {
  switch (opening.kind) {
    case 'done':
      return ended(opening.result);
    case 'reused':
      return ended(failed(head, idReused(head.id)));
    case 'unavailable': {
      const message =
        'The journal could not be asked just now, so nothing was sent. Send it again in a while.';
      return waiting(failed(head, { reason: 'journal_unavailable', message }), unavailableWaitMs);
    }
    default: {
      const leftMs = opening.kind === 'busy' ? opening.untilMs - nowMs : 0;
      const waitMs = Math.min(busyWaitMs, Math.max(1_000, leftMs));
      const message = `The invocation '${head.id}' is being executed at this moment. Ask for its result in a while.`;
      return waiting(failed(head, { reason: 'in_progress', message }), waitMs);
    }
  }
}

/** Looks for what became of a write, and goes on looking as long as that can tell and the door can wait. */
async function settleDoubt(
  parts: WritingParts,
  writing: Writing,
  connection: Connection,
  page: Page,
  doubtful: Doubtful,
): Promise<Outcome> {
  const { head, operation, invocation, canWait } = writing;
  const lookUp = lookUpFor(operation, invocation, parts.catalogue);
  if ('none' in lookUp) return finish(parts, page, unknown(writing, doubtful, lookUp.none), true);
  const seen = await settle(parts, lookUp, connection, doubtful.sentAtMs, writing);
  const nowMs = parts.now();
  const ageMs = nowMs - doubtful.sentAtMs;
  if (seen.kind === 'applied') {
    const settled = settledBy(lookUp, doubtful.sentAtMs, nowMs);
    return finish(parts, page, succeeded(head, { response: seen.record, settled }), true);
  }
  const isOver = ageMs >= horizonMs || (lookUp.isPrompt && gaveUp(doubtful));
  if (seen.kind === 'untouched' && isOver) return finish(parts, page, notApplied(writing, doubtful), true);
  const why = 'why' in seen ? seen.why : 'A look-up saw no trace of it yet.';
  const result = unknown(writing, doubtful, why, lookUp);
  const mayTell = seen.kind === 'untouched' || (seen.kind === 'unread' && ageMs < lookingMs);
  if (!mayTell || !canWait) return finish(parts, page, result, true);
  await page.leave();
  return waiting(result, betweenLooksMs);
}

/** The application itself said that it failed: it is not at work any more. A gateway's 502 or 504 says nothing of it. */
const gaveUp = ({ sent }: Doubtful): boolean => sent?.kind === 'response' && sent.response.status === 500;
