import { createHash } from 'node:crypto';
import type { Asking } from './asking.ts';
import type { Turn } from './checkpoint.ts';
import { countOf, shardsOf } from './extent.ts';
import { mostStrays } from './increment.ts';
import type { EmittedPage, Stop } from './lane.ts';
import type { Page, Stretch } from './page.ts';
import { largestPage } from './plan.ts';
import type { Book, IncrementProgress, Shard } from './progress.ts';
import { idOf, rowsOf } from './rows.ts';
import { lastUpdatedOf } from './sieve.ts';
import { idSetOf, type Mark, marksOf, passing } from './snapshot.ts';

interface SweepParts {
  /** Asks for all records of the filter, whenever they were changed. */
  readonly asking: Asking;
  readonly turn: Turn;
  readonly book: Book;
  readonly fetch: (stretch: Stretch) => Promise<Page>;
  readonly emit: (page: EmittedPage) => Promise<void>;
  readonly isOver: () => boolean;
  /** How many stretches are walked at once. */
  readonly lanes: number;
}

export type Sweep = NonNullable<IncrementProgress['sweep']>;

/** Of a thousand records, two hundred may go from one pull to the next; more look like a filter or a right that was changed. */
const shareUnlessTold = 0.2;

/**
 * Finds all ids that there are, and sends those that the consumer may hold and that are not among them. It comes before the pages,
 * which then carry no record that it has not seen: so every id that was ever sent is known to the next sweep, also where the
 * worker died or the pull failed, and one that goes between sweep and page is not missed. What came after the sweep is left for
 * the next pull, which asks for it by its lastUpdated.
 */
export async function sweep(parts: SweepParts, sweep: Sweep): Promise<Stop | undefined> {
  if (sweep.current === undefined) {
    const stop = (await findIds(parts, sweep)) ?? (await compare(parts, sweep));
    if (stop) return stop;
  }
  return sendGone(parts, sweep);
}

/** Walks the ids, in several stretches at once; where there is no time left, what was found is put away. */
async function findIds(parts: SweepParts, sweep: Sweep): Promise<Stop | undefined> {
  const { asking, turn, book, isOver } = parts;
  if (sweep.shards.length === 0) {
    const count = await countOf(asking);
    if (typeof count === 'object') return { kind: 'ended', ending: count.ending };
    const shards = await shardsOf(asking, count);
    if ('ending' in shards) return { kind: 'ended', ending: shards.ending };
    sweep.shards.push(...shards);
  }
  const found: number[] = [];
  const isStray = await strayTest(parts);
  const state: { stop?: Stop } = {};
  const open = sweep.shards.filter(({ ended }) => !ended).values();
  const lane = async () => {
    for (const shard of open) {
      const over = () => state.stop !== undefined || isOver();
      const stop = await walkIds(shard, { fetch: parts.fetch, found, isOver: over, isStray, sweep });
      if (stop && (state.stop?.kind ?? 'paused') === 'paused') state.stop = stop;
      if (state.stop) return;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: parts.lanes }, lane));
  const crashed = lanes.find((it) => it.status === 'rejected');
  if (crashed) throw crashed.reason;
  if (found.length > 0) sweep.found.push(await turn.snapshots.write(marksOf(found)));
  await book.save();
  return state.stop;
}

interface IdWalk extends Pick<SweepParts, 'fetch' | 'isOver'> {
  readonly found: number[];
  readonly isStray: (row: unknown, id: number) => boolean;
  readonly sweep: Sweep;
}

async function walkIds(
  shard: Shard,
  { fetch, found, isOver, isStray, sweep }: IdWalk,
): Promise<Stop | undefined> {
  while (!shard.ended) {
    if (isOver()) return { kind: 'paused' };
    const page = await fetch(shard);
    if (page.kind !== 'rows') return page;
    for (const row of page.rows.parsed()) {
      const id = idOf(row) ?? 0;
      found.push(id);
      if (sweep.strays.length <= mostStrays && isStray(row, id)) sweep.strays.push(id);
    }
    shard.after = page.ids?.last ?? shard.after;
    shard.ended = page.isEnd;
  }
  return undefined;
}

/**
 * A record that the consumer does not surely hold, and that will not come because it was changed: it came into the filter by a
 * change elsewhere, or came back after it was taken for deleted.
 */
async function strayTest({ turn, book }: SweepParts): Promise<IdWalk['isStray']> {
  const { since } = book.progress.increment ?? {};
  const { sure } = turn.checkpoint;
  if (since === undefined || sure === undefined) return () => false;
  const ids = idSetOf(await turn.snapshots.read(sure));
  return (row, id) => !ids.has(id) && (lastUpdatedOf(row) ?? '') < since;
}

/**
 * Compares what there is with what the consumer may hold. Before anything is sent by it, the checkpoint says that the consumer may
 * hold both, and remembers none of what is gone: if this pull fails, the next one sends the deletions again.
 */
async function compare({ asking, turn, book }: SweepParts, sweep: Sweep): Promise<Stop | undefined> {
  const { checkpoint, snapshots } = turn;
  const current = idSetOf(...(await Promise.all(sweep.found.map(snapshots.read))));
  const read = async (name: string | undefined) => (name === undefined ? [] : snapshots.read(name));
  const gone: Mark[] = [];
  let held = 0;
  for (const mark of await read(checkpoint.held)) {
    held += 1;
    if (!current.has(mark.id)) gone.push(mark);
  }
  const { maxDeletedShare = shareUnlessTold } = asking.pull.invocation.incremental ?? {};
  if (gone.length > held * maxDeletedShare) return tooMany(gone.length, held, maxDeletedShare);
  const name = await snapshots.write(current.marks());
  if (gone.length > 0) {
    const lost = idSetOf(gone);
    const isLeft = ({ id }: Mark) => !lost.has(id);
    await turn.change({
      held: await snapshots.write(passing(() => true, current.marks(), gone)),
      sure: await snapshots.write(passing(isLeft, await read(checkpoint.sure))),
      memory: await snapshots.write(passing(isLeft, await read(checkpoint.memory))),
    });
    sweep.gone = await snapshots.write(gone);
  } else await turn.change({ held: name });
  sweep.current = name;
  sweep.deleted = gone.length;
  book.progress.pages = Math.ceil(gone.length / largestPage);
  await book.save();
  return undefined;
}

function tooMany(gone: number, held: number, share: number): Stop {
  const why = `${gone} of ${held} records are gone, more than the share of ${share} that may be, so nothing was sent. If that is right, send the pull with a higher 'maxDeletedShare'.`;
  return { kind: 'broken', why, reason: 'too_many_deleted' };
}

/** Sends the ids that are gone, in pages whose names and content are settled. */
async function sendGone(
  { turn, book, emit, isOver, asking }: SweepParts,
  sweep: Sweep,
): Promise<Stop | undefined> {
  if (sweep.gone === undefined) return undefined;
  const gone = [...(await turn.snapshots.read(sweep.gone))];
  while (sweep.sent * largestPage < gone.length) {
    if (isOver()) return { kind: 'paused' };
    const marks = gone.slice(sweep.sent * largestPage, (sweep.sent + 1) * largestPage);
    const number = sweep.sent + 1;
    const name = createHash('sha256').update(JSON.stringify([asking.pull.subject.key, 'deleted', number]));
    const rows = marks.map(({ id }) => ({ id, deleted: true }));
    const bounds = { firstId: marks[0]?.id ?? 0, lastId: marks.at(-1)?.id ?? 0 };
    const page = { id: name.digest('hex').slice(0, 32), number, rows: rows.length, ...bounds };
    await emit({ page, rows: rowsOf(rows) });
    sweep.sent = number;
    // What is gone comes first: the pages after it go on counting.
    book.progress.pages = number;
    await book.save();
  }
  return undefined;
}
