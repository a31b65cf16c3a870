import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Connection } from '../connection.ts';
import type { Invocation } from '../invocation.ts';
import type { Subject } from '../journal.ts';
import { type Call, conclude, ended, type Outcome, waiting } from '../outcome.ts';
import { failed, type Result, succeeded } from '../result.ts';
import type { SendingParts } from '../sending.ts';
import { StoreUnavailable, type VersionedStore } from '../versioned-store.ts';
import { type Asking, fetchPage } from './asking.ts';
import { begin, changedOf } from './beginning.ts';
import { certify } from './certificate.ts';
import { type Checkpoint, leaveTurn, type Turn, takeTurn } from './checkpoint.ts';
import { closeExport, type ExportParts, exporter } from './export.ts';
import { countOf } from './extent.ts';
import { claimOf, moveCheckpoint, openSieve, recall, wholePlan } from './increment.ts';
import type { EmittedPage, Stop } from './lane.ts';
import type { Page, Stretch } from './page.ts';
import { largestPage, type Plan } from './plan.ts';
import { type Book, Overtaken, openBook, type Progress } from './progress.ts';
import type { Memory } from './sieve.ts';
import type { SnapshotStore } from './snapshot.ts';
import { type Sweep, sweep } from './sweep.ts';
import { maxLanes, orFallBack, servedFirst, type Walk, walkAll } from './walk.ts';

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
const isLate = ({ now }: PullParts, { deadlineMs }: Pull): boolean => deadlineMs - now() < pageMs;
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
  const begun = known ? { progress: known } : await begin(asking, turn);
  if ('kind' in begun) return begun;
  const { progress } = begun;
  progress.leaseUntilMs = pull.deadlineMs + leaseMarginMs;
  const book = openBook(progress, found?.version, subject.key, parts.pulls);
  await book.save();
  const taking = { ...asking, book, turn, first: 'first' in begun ? begun.first : undefined };
  return conclusion(taking, await take(taking));
}

/** A pull that is going on, by a checkpoint or by none. */
interface Taking extends Asking {
  readonly book: Book;
  readonly turn: Turn | undefined;
  /** The first page, where it was asked for before the pull was divided. */
  readonly first: Page | undefined;
}

function overtaken({ head }: Pull): Outcome {
  const message = `The pull '${head.id}' is going on elsewhere at this moment.`;
  return waiting(failed(head, { reason: 'in_progress', message }), overtakenWaitMs);
}

function unavailable({ head }: Pull, { message }: StoreUnavailable): Outcome {
  return waiting(failed(head, { reason: 'journal_unavailable', message }), overtakenWaitMs);
}

/** Why it stopped before the end, undefined where it is through; and what the consumer has by then. */
interface Taken {
  readonly stop: Stop | undefined;
  readonly memory?: Memory;
}

/** Takes all pages: where there is a checkpoint, what is gone first, and then what has changed. */
async function take(taking: Taking): Promise<Taken> {
  const { turn, book } = taking;
  const { increment } = book.progress;
  if (!increment || !turn) {
    const walk = walkOf(taking);
    return { stop: await orFallBack(book, () => walkAll(walk)) };
  }
  const gone = increment.sweep && (await sweepFirst(taking, turn, increment.sweep));
  if (gone) return { stop: gone };
  const memory = await recall(turn, increment);
  const sieve = await openSieve(turn, increment, memory);
  const walkChanged = () => {
    const changed = changedOf(taking, increment, book.progress.way);
    return walkAll({ ...walkOf({ ...taking, ...changed }), sieve });
  };
  return { stop: await orFallBack(book, walkChanged), memory };
}

function walkOf(taking: Taking): Walk {
  const { parts, pull, book, first } = taking;
  return {
    book,
    key: pull.subject.key,
    pages: pull.invocation.pages,
    fetch: servedFirst(first, (stretch, onNext) => fetchPage(taking, book.progress.way, stretch, onNext)),
    emit: emitterOf(parts, pull, book),
    isLate: () => isLate(parts, pull),
  };
}

function sweepFirst(taking: Taking, turn: Turn, kept: Sweep): Promise<Stop | undefined> {
  const { parts, pull, connection, book } = taking;
  const fields = book.progress.increment?.since === undefined ? 'id' : 'id,_info/lastUpdated';
  const plan = { ...pull.plan, pageSize: largestPage, inputs: { ...pull.plan.inputs, fields } };
  const asking = { parts, connection, pull: { ...pull, plan } };
  const fetch = (stretch: Stretch) => fetchPage(asking, book.progress.way, stretch);
  const isOver = () => isLate(parts, pull);
  const walked = { asking, turn, book, fetch, emit: emitterOf(parts, pull, book), isOver, lanes: maxLanes };
  return orFallBack(book, () => sweep(walked, kept));
}

function emitterOf(parts: PullParts, pull: Pull, book: Book): (page: EmittedPage) => Promise<void> {
  if (pull.invocation.output === 'objects') return exporter(parts.exports, pull, book);
  return ({ page, rows }) =>
    pull.emit({ ...succeeded(pull.head, { responseCode: '200', response: rows.response() }), page });
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
  const countAfter = await countOf(increment ? changedOf(taking, increment, progress.way) : taking);
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
