import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Connection } from '../connection.ts';
import type { Invocation } from '../invocation.ts';
import type { Subject } from '../journal.ts';
import { type Call, conclude, ended, type Outcome, waiting } from '../outcome.ts';
import { errorOf } from '../response.ts';
import { failed, type Result, succeeded } from '../result.ts';
import { type SendingParts, sendOrder } from '../sending.ts';
import { StoreUnavailable, type VersionedStore } from '../versioned-store.ts';
import { certify } from './certificate.ts';
import { type Checkpoint, leaveTurn, type Turn, takeTurn } from './checkpoint.ts';
import { closeExport, type ExportParts, exporter } from './export.ts';
import { type Asking, countOf, shardsOf, type Unasked } from './extent.ts';
import {
  beginIncrement,
  claimOf,
  moveCheckpoint,
  openSieve,
  recall,
  sincePlan,
  type Untellable,
  wholePlan,
} from './increment.ts';
import { type EmittedPage, type Stop, walkShard } from './lane.ts';
import { type Page, pageRequest, readPage, type Stretch } from './page.ts';
import { largestPage, type Plan } from './plan.ts';
import { type Book, type IncrementProgress, Overtaken, openBook, type Progress } from './progress.ts';
import type { Memory, Sieve } from './sieve.ts';
import type { SnapshotStore } from './snapshot.ts';
import { type Sweep, sweep } from './sweep.ts';

export interface PullParts extends SendingParts {
  readonly catalogue: Catalogue;
  readonly pulls: VersionedStore<Progress>;
  readonly exports: ExportParts;
  readonly checkpoints: VersionedStore<Checkpoint>;
  readonly snapshots: SnapshotStore;
}

/** An invocation that takes a whole collection, or some pages of it. */
export interface Pull extends Call {
  readonly invocation: Invocation;
  readonly plan: Plan;
  readonly subject: Subject;
  /** Sends a result that is not the last. @throws where it did not get out. */
  readonly emit: (result: Result) => Promise<void>;
}

/** After its deadline a worker may be slow to die, and clocks differ a little. */
const leaseMarginMs = 15_000;
/** A page that is begun later than this before the deadline might not get out any more. */
const pageMs = 10_000;
const overtakenWaitMs = 30_000;

/**
 * Takes a collection page by page. Each page leaves as it comes; how far the pull is stands in the table, so that it goes on there
 * after whatever ended its worker. Memory holds a page or two a lane, whatever the size of the collection.
 */
export async function executePull(parts: PullParts, pull: Pull, connection: Connection): Promise<Outcome> {
  try {
    return await goOn(parts, pull, connection);
  } catch (error) {
    if (error instanceof Overtaken) return overtaken(pull);
    if (error instanceof StoreUnavailable) return unavailable(pull, error);
    throw error;
  }
}

async function goOn(parts: PullParts, pull: Pull, connection: Connection): Promise<Outcome> {
  const { head, subject, invocation } = pull;
  const found = await parts.pulls.read(subject.key);
  const known = found?.value;
  if (known && known.digest !== subject.digest) {
    const message = `The id '${head.id}' was used before for another pull of this connection. Give each invocation an id of its own.`;
    return ended(failed(head, { reason: 'id_reused', message }));
  }
  if (known?.result) return ended(known.result);
  if (known && known.leaseUntilMs > parts.now()) return overtaken(pull);
  const { incremental } = invocation;
  const turn = incremental && (await takeTurn(parts, pull, incremental, known));
  if (turn && 'kind' in turn) return turn;
  const plan = incremental ? wholePlan(pull.plan, incremental) : pull.plan;
  const asking = { parts, pull: { ...pull, plan }, connection };
  const progress = known ?? (await begin(asking, turn));
  if ('kind' in progress) return progress;
  progress.leaseUntilMs = pull.deadlineMs + leaseMarginMs;
  const book = openBook(progress, found?.version, subject.key, parts.pulls);
  await book.save();
  const taking = { ...asking, book, turn };
  return conclusion(taking, await take(taking));
}

/** A pull that is going on, by a checkpoint or by none. */
interface Taking extends Asking {
  readonly book: Book;
  readonly turn: Turn | undefined;
}

function overtaken({ head }: Pull): Outcome {
  const message = `The pull '${head.id}' is going on elsewhere at this moment.`;
  return waiting(failed(head, { reason: 'in_progress', message }), overtakenWaitMs);
}

function unavailable({ head }: Pull, { message }: StoreUnavailable): Outcome {
  return waiting(failed(head, { reason: 'journal_unavailable', message }), overtakenWaitMs);
}

/** A pull that has not sent anything yet: since when it asks, how large it is, and how it is divided. */
async function begin(asking: Asking, turn: Turn | undefined): Promise<Progress | Outcome> {
  const { parts, pull } = asking;
  const { plan, subject, invocation } = pull;
  const { incremental } = invocation;
  const increment = turn && incremental && (await beginIncrement(asking, turn, incremental));
  if (increment && !('by' in increment)) return unbegun(pull, turn, increment);
  const changed = increment ? changedOf(asking, increment) : asking;
  const countBefore = await countOf(changed);
  if (typeof countBefore === 'object') return unbegun(pull, turn, countBefore);
  const isWhole = invocation.pages === 'all' && plan.way === 'keyset';
  const shards = isWhole ? await shardsOf(changed, countBefore) : [{ after: 0, until: null, ended: false }];
  if ('ending' in shards) return unbegun(pull, turn, shards);
  return {
    digest: subject.digest,
    leaseUntilMs: 0,
    way: plan.way,
    shards: [...shards],
    pages: 0,
    rows: 0,
    ...(countBefore !== undefined && { countBefore }),
    ...(increment && { increment }),
    startedAtMs: parts.now(),
  };
}

/** Nothing was sent, so another pull may have the turn, unless this one only waits. */
async function unbegun(pull: Pull, turn: Turn | undefined, reason: Unasked | Untellable): Promise<Outcome> {
  const outcome =
    'ending' in reason
      ? conclude(pull, reason.ending)
      : ended(failed(pull.head, { reason: 'cannot_tell_changes', message: reason.why }));
  if (outcome.kind === 'result') await turn?.change({ run: undefined });
  return outcome;
}

/** The same, asking for what was changed. */
const changedOf = (asking: Asking, increment: IncrementProgress): Asking => ({
  ...asking,
  pull: { ...asking.pull, plan: sincePlan(asking.pull.plan, increment) },
});

/** Why it stopped before the end, undefined where it is through; and what the consumer has by then. */
interface Taken {
  readonly stop: Stop | undefined;
  readonly memory?: Memory;
}

/** Takes all pages: where there is a checkpoint, what is gone first, and then what has changed. */
async function take(taking: Taking): Promise<Taken> {
  const { turn, book } = taking;
  const { increment } = book.progress;
  if (!increment || !turn) return { stop: await walkOrFallBack(taking) };
  const gone = increment.sweep && (await sweepFirst(taking, turn, increment.sweep));
  if (gone) return { stop: gone };
  const memory = await recall(turn, increment);
  const sieve = await openSieve(turn, increment, memory);
  return { stop: await walkOrFallBack({ ...taking, ...changedOf(taking, increment) }, sieve), memory };
}

function sweepFirst(taking: Taking, turn: Turn, kept: Sweep): Promise<Stop | undefined> {
  const { parts, pull, connection, book } = taking;
  const fields = book.progress.increment?.since === undefined ? 'id' : 'id,_info/lastUpdated';
  const plan = { ...pull.plan, pageSize: largestPage, inputs: { ...pull.plan.inputs, fields } };
  const asking = { parts, connection, pull: { ...pull, plan } };
  const fetch = (stretch: Stretch) => fetchPage(asking, 'keyset', stretch);
  const isOver = () => isLate(parts, pull);
  return sweep(
    { asking, turn, book, fetch, emit: emitterOf(parts, pull, book), isOver, lanes: maxLanes },
    kept,
  );
}

/** ConnectWise answers ten calls at a time without complaint as long as they keep to its rate, which the governor sees to. */
const maxLanes = 10;

const paused: Stop = { kind: 'paused' };

const isLate = ({ now }: PullParts, { deadlineMs }: Pull): boolean => deadlineMs - now() < pageMs;

function emitterOf(parts: PullParts, pull: Pull, book: Book): (page: EmittedPage) => Promise<void> {
  if (pull.invocation.output === 'objects') return exporter(parts.exports, pull, book);
  return ({ page, rows }) =>
    pull.emit({ ...succeeded(pull.head, { responseCode: '200', response: rows.response() }), page });
}

async function walkOrFallBack(taking: Taking, sieve?: Sieve): Promise<Stop | undefined> {
  const stop = await walk(taking, sieve);
  return fallsBack(stop, taking.book) ? walk(taking, sieve) : stop;
}

/** Where ConnectWise does not filter a collection by id, its own walk by id is taken, if nothing was sent yet (connectwise-api.md §3.3, §4.8). */
function fallsBack(stop: Stop | undefined, { progress }: Book): boolean {
  if (stop?.kind !== 'ended' || progress.way !== 'keyset' || progress.pages > 0) return false;
  const { ending } = stop;
  const isUnfilterable =
    ending.kind === 'sent' &&
    ending.sent.kind === 'response' &&
    errorOf(ending.sent.response)?.code === 'ApiFindCondition';
  if (!isUnfilterable) return false;
  progress.way = 'forward-only';
  progress.shards = [{ after: 0, until: null, ended: false }];
  return true;
}

/** Walks all shards, several at a time. @returns why it stopped before the end; undefined where it is through. */
async function walk(taking: Taking, sieve?: Sieve): Promise<Stop | undefined> {
  const { parts, pull, book } = taking;
  const { progress } = book;
  const limit = typeof pull.invocation.pages === 'number' ? pull.invocation.pages : Number.POSITIVE_INFINITY;
  const state: { stop?: Stop } = {};
  const isOver = () => state.stop !== undefined || progress.pages >= limit || isLate(parts, pull);
  const fetch = (stretch: Stretch) => fetchPage(taking, progress.way, stretch);
  const lane = { book, key: pull.subject.key, fetch, emit: emitterOf(parts, pull, book), sieve, isOver };
  const open = progress.shards.filter((shard) => !shard.ended).values();
  const walkLane = async () => {
    for (const shard of open) {
      if (isOver() && !shard.pending) state.stop ??= paused;
      if (state.stop) return;
      const reason = await walkShard(shard, lane);
      // What really went wrong says more than that others paused because of it.
      if (reason && (state.stop ?? paused).kind === 'paused') state.stop = reason;
    }
  };
  const stopOthers = (error: unknown) => {
    state.stop ??= paused;
    throw error;
  };
  const lanes = await Promise.allSettled(
    Array.from({ length: maxLanes }, () => walkLane().catch(stopOthers)),
  );
  const crashed = lanes.find((it) => it.status === 'rejected');
  if (crashed) throw crashed.reason;
  return state.stop;
}

const tooLong =
  'The filter is too long for a URL, and pages cannot be asked for in parts. Take several pulls with a part of the filter each.';

async function fetchPage(
  { parts, pull, connection }: Asking,
  way: Progress['way'],
  stretch: Stretch,
): Promise<Page> {
  const request = pageRequest({ ...pull, catalogue: parts.catalogue }, way, stretch);
  if (!request) return { kind: 'broken', why: tooLong };
  const ending = await sendOrder(parts, { ...pull, request }, connection);
  return readPage(ending, way, stretch, pull.plan.pageSize);
}

async function conclusion(taking: Taking, { stop, memory }: Taken): Promise<Outcome> {
  const { parts, pull, turn } = taking;
  const { progress, save } = taking.book;
  const { head, invocation, subject } = pull;
  const { increment } = progress;
  const isLimited = stop?.kind === 'paused' && progress.pages === invocation.pages;
  const isPaused = stop?.kind === 'paused' && !isLimited;
  const outcome = stop?.kind === 'ended' ? conclude(pull, stop.ending) : undefined;
  if (isPaused || outcome?.kind === 'wait') {
    progress.leaseUntilMs = 0;
    await save();
    return outcome ?? { kind: 'again', result: failed(head, notYet(pull, progress)) };
  }
  const isMoving = turn !== undefined && turn.moved === undefined && stop === undefined;
  const moved =
    isMoving && increment && memory
      ? await moveCheckpoint(turn, subject.key, increment, memory, parts.now())
      : turn?.moved;
  if (stop) await leaveTurn(turn, parts.now());
  const countAfter = await countOf(increment ? changedOf(taking, increment) : taking);
  const certificate = {
    ...certify(progress, stop, typeof countAfter === 'number' ? countAfter : undefined, parts.now()),
    ...(invocation.incremental && claimOf(invocation.incremental, progress, moved)),
  };
  const broken =
    stop?.kind === 'broken'
      ? failed(head, { reason: stop.reason ?? 'paging_broken', message: stop.why })
      : undefined;
  const exported = invocation.output && {
    export: await closeExport(parts.exports, pull, progress.export, certificate),
  };
  const result = { ...(outcome?.result ?? broken ?? succeeded(head, {})), ...exported, certificate };
  progress.result = result;
  await save();
  return ended(result);
}

const notYet = ({ head }: Pull, { rows, pages }: Progress) => ({
  reason: 'timed_out',
  message: `The pull '${head.id}' has sent ${rows} rows in ${pages} pages and goes on in the next invocation.`,
});
