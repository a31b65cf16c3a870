import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Connection } from '../connection.ts';
import type { Invocation } from '../invocation.ts';
import type { Subject } from '../journal.ts';
import { type Call, conclude, ended, type Outcome, waiting } from '../outcome.ts';
import { errorOf } from '../response.ts';
import { failed, type Result, succeeded } from '../result.ts';
import { type SendingParts, sendOrder } from '../sending.ts';
import { StoreUnavailable, type VersionedStore } from '../versioned-store.ts';
import type { Certificate } from './certificate.ts';
import { closeExport, type ExportParts, exporter } from './export.ts';
import { countOf, shardsOf } from './extent.ts';
import { type EmittedPage, type Stop, walkShard } from './lane.ts';
import { type Page, pageRequest, readPage, type Stretch } from './page.ts';
import type { Plan } from './plan.ts';
import { type Book, Overtaken, openBook, type Progress } from './progress.ts';

export interface PullParts extends SendingParts {
  readonly catalogue: Catalogue;
  readonly pulls: VersionedStore<Progress>;
  readonly exports: ExportParts;
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
  const { head, subject } = pull;
  const found = await parts.pulls.read(subject.key);
  const known = found?.value;
  if (known && known.digest !== subject.digest) {
    const message = `The id '${head.id}' was used before for another pull of this connection. Give each invocation an id of its own.`;
    return ended(failed(head, { reason: 'id_reused', message }));
  }
  if (known?.result) return ended(known.result);
  if (known && known.leaseUntilMs > parts.now()) return overtaken(pull);
  try {
    const progress = known ?? (await begin(parts, pull, connection));
    if ('kind' in progress) return progress;
    progress.leaseUntilMs = pull.deadlineMs + leaseMarginMs;
    const book = openBook(progress, found?.version, subject.key, parts.pulls);
    await book.save();
    const first = await walk(parts, pull, connection, book);
    const stop = fallsBack(first, book) ? await walk(parts, pull, connection, book) : first;
    return await conclusion(parts, pull, connection, book, stop);
  } catch (error) {
    if (error instanceof Overtaken) return overtaken(pull);
    if (error instanceof StoreUnavailable) return unavailable(pull, error);
    throw error;
  }
}

function overtaken({ head }: Pull): Outcome {
  const message = `The pull '${head.id}' is going on elsewhere at this moment.`;
  return waiting(failed(head, { reason: 'in_progress', message }), overtakenWaitMs);
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

function unavailable({ head }: Pull, { message }: StoreUnavailable): Outcome {
  return waiting(failed(head, { reason: 'journal_unavailable', message }), overtakenWaitMs);
}

/** A pull that has not sent anything yet: how large it is, and how it is divided. */
async function begin(parts: PullParts, pull: Pull, connection: Connection): Promise<Progress | Outcome> {
  const { plan, subject, invocation } = pull;
  const asking = { parts, pull, connection };
  const countBefore = await countOf(asking);
  if (typeof countBefore === 'object') return conclude(pull, countBefore.ending);
  const isWhole = invocation.pages === 'all' && plan.way === 'keyset';
  const shards = isWhole ? await shardsOf(asking, countBefore) : [{ after: 0, until: null, ended: false }];
  if ('ending' in shards) return conclude(pull, shards.ending);
  return {
    digest: subject.digest,
    leaseUntilMs: 0,
    way: plan.way,
    shards: [...shards],
    pages: 0,
    rows: 0,
    ...(countBefore !== undefined && { countBefore }),
    startedAtMs: parts.now(),
  };
}

/** ConnectWise answers ten calls at a time without complaint as long as they keep to its rate, which the governor sees to. */
const maxLanes = 10;

const paused: Stop = { kind: 'paused' };

/** Walks all shards, several at a time. @returns why it stopped before the end; undefined where it is through. */
async function walk(
  parts: PullParts,
  pull: Pull,
  connection: Connection,
  book: Book,
): Promise<Stop | undefined> {
  const { progress } = book;
  const limit = typeof pull.invocation.pages === 'number' ? pull.invocation.pages : Number.POSITIVE_INFINITY;
  const state: { stop?: Stop } = {};
  const isOver = () =>
    state.stop !== undefined || progress.pages >= limit || pull.deadlineMs - parts.now() < pageMs;
  const fetch = (stretch: Stretch) => fetchPage(parts, pull, connection, progress.way, stretch);
  const emit = emitterOf(parts, pull, book);
  const open = progress.shards.filter((shard) => !shard.ended).values();
  const lane = async () => {
    for (const shard of open) {
      if (isOver() && !shard.pending) state.stop ??= paused;
      if (state.stop) return;
      const reason = await walkShard(shard, { book, key: pull.subject.key, fetch, emit, isOver });
      // What really went wrong says more than that others paused because of it.
      if (reason && (state.stop ?? paused).kind === 'paused') state.stop = reason;
    }
  };
  const stopOthers = (error: unknown) => {
    state.stop ??= paused;
    throw error;
  };
  const lanes = await Promise.allSettled(Array.from({ length: maxLanes }, () => lane().catch(stopOthers)));
  const crashed = lanes.find((it) => it.status === 'rejected');
  if (crashed) throw crashed.reason;
  return state.stop;
}

/** A page is a result, or a file where the message asks for objects. */
function emitterOf(parts: PullParts, pull: Pull, book: Book): (page: EmittedPage) => Promise<void> {
  if (pull.invocation.output === 'objects') return exporter(parts.exports, pull, book);
  return ({ page, rows }) =>
    pull.emit({ ...succeeded(pull.head, { responseCode: '200', response: rows.parsed() }), page });
}

const tooLong =
  'The filter is too long for a URL, and pages cannot be asked for in parts. Take several pulls with a part of the filter each.';

async function fetchPage(
  parts: PullParts,
  pull: Pull,
  connection: Connection,
  way: Progress['way'],
  stretch: Stretch,
): Promise<Page> {
  const request = pageRequest({ ...pull, catalogue: parts.catalogue }, way, stretch);
  if (!request) return { kind: 'broken', why: tooLong };
  const ending = await sendOrder(parts, { ...pull, request }, connection);
  return readPage(ending, way, stretch, pull.plan.pageSize);
}

async function conclusion(
  parts: PullParts,
  pull: Pull,
  connection: Connection,
  { progress, save }: Book,
  stop: Stop | undefined,
): Promise<Outcome> {
  const { head, invocation } = pull;
  const isLimited = stop?.kind === 'paused' && progress.pages === invocation.pages;
  const isPaused = stop?.kind === 'paused' && !isLimited;
  const outcome = stop?.kind === 'ended' ? conclude(pull, stop.ending) : undefined;
  if (isPaused || outcome?.kind === 'wait') {
    progress.leaseUntilMs = 0;
    await save();
    return outcome ?? { kind: 'again', result: failed(head, notYet(pull, progress)) };
  }
  const countAfter = await countOf({ parts, pull, connection });
  const certificate = certify(
    progress,
    stop,
    typeof countAfter === 'number' ? countAfter : undefined,
    parts.now(),
  );
  const broken =
    stop?.kind === 'broken' ? failed(head, { reason: 'paging_broken', message: stop.why }) : undefined;
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

const timeText = (ms: number) => new Date(ms).toISOString();

/** A pull is complete where every stretch was walked to its end in the order of ids, and the counts do not speak against it. */
function certify(
  progress: Progress,
  stop: Stop | undefined,
  countAfter: number | undefined,
  nowMs: number,
): Certificate {
  const { way, pages, rows, firstId, lastId, countBefore, startedAtMs } = progress;
  const why = whyIncomplete(progress, stop, countAfter);
  return {
    complete: why === undefined,
    ...(why !== undefined && { why }),
    way,
    stable: way !== 'numbers',
    pages,
    rows,
    ...(firstId !== undefined && { firstId }),
    ...(lastId !== undefined && { lastId }),
    ...(countBefore !== undefined && { countBefore }),
    ...(countAfter !== undefined && { countAfter }),
    startedAt: timeText(startedAtMs),
    endedAt: timeText(nowMs),
  };
}

function whyIncomplete(
  { way, pages, rows, countBefore, shards }: Progress,
  stop: Stop | undefined,
  countAfter: number | undefined,
): string | undefined {
  if (stop?.kind === 'ended') return 'ConnectWise did not answer one of the pages.';
  if (stop?.kind === 'broken') return stop.why;
  if (!shards.every(({ ended }) => ended)) return `It ended after ${pages} pages, as it was asked to.`;
  if (way === 'numbers' && pages > 1)
    return 'Pages by number are no picture of one moment: records that come or go shift others from page to page.';
  const isSteady = countBefore !== undefined && countBefore === countAfter;
  if (isSteady && rows < countBefore)
    return `ConnectWise counts ${countBefore} records by the same filter, before and after, but gave ${rows}.`;
  return undefined;
}
