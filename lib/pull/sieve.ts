import { createHash } from 'node:crypto';
import { readDate } from '../conditions/dates.ts';
import type { IncrementProgress } from './progress.ts';
import { idOf } from './rows.ts';
import type { IdSet, Mark, Snapshots } from './snapshot.ts';

/** What of a page is sent. */
export interface Sifted {
  readonly rows: readonly unknown[];
  /** The snapshot of what is to be remembered of it; absent where that is nothing. It is there before the page leaves. */
  readonly note: string | undefined;
  /** Is called when the page is out, or there was nothing to send. */
  keep(): void;
}

/** To go on would leave out what the consumer does not have. */
export interface Unsiftable {
  readonly why: string;
}

/** Leaves out of pages what the consumer has, and notes what it gets. */
export interface Sieve {
  /** @param cut what was noted of the page when it was cut the first time, where it may be out already. */
  sift(rows: readonly unknown[], cut?: { readonly note?: string | undefined }): Promise<Sifted | Unsiftable>;
}

/** What the consumer has, by id. */
export type Memory = Map<number, Mark>;

export interface SieveParts {
  readonly increment: IncrementProgress;
  readonly memory: Memory;
  readonly snapshots: Snapshots;
  /** The ids that the sweep found; absent where there is none. */
  readonly current: IdSet | undefined;
}

/** A note is named in the progress, which must stay small, as must what is compared. */
const maxNotes = 2_000;
const mostRemembered = { lastUpdated: 50_000, content: 1_000_000 };
const tooMuch =
  'Records without lastUpdated are compared by their content, and these are too many pages for that, or over a million records. Ask for larger pages, or take several pulls with a part of the filter each.';

export function createSieve({ increment, memory, snapshots, current }: SieveParts): Sieve {
  const hasRoom = () => increment.notes.length < maxNotes && memory.size < mostRemembered[increment.by];

  const sort = (rows: readonly unknown[]) => {
    const sent: unknown[] = [];
    const marks: Mark[] = [];
    const left = { known: 0, foreign: 0 };
    for (const row of rows) {
      const mark = markOf(row, increment);
      if (current && !current.has(mark.id)) left.foreign += 1;
      else if (memory.get(mark.id)?.hash === mark.hash) left.known += 1;
      else {
        sent.push(row);
        if (isRemembered(mark, increment)) marks.push(mark);
      }
    }
    return { sent, marks, ...left };
  };
  return {
    sift: async (rows, cut) => {
      const { sent, marks, known, foreign } = sort(rows);
      const before = cut?.note === undefined ? [] : await snapshots.read(cut.note);
      const kept = cut ? agreed(before, marks) : marks;
      const isNoted = hasRoom() || cut !== undefined;
      if (kept.length > 0 && !isNoted && increment.by === 'content') return { why: tooMuch };
      const hasNote = kept.length > 0 && isNoted;
      const note = hasNote ? await snapshots.write(kept) : undefined;
      const keep = () => {
        increment.alreadySent += known;
        increment.leftForNext += foreign;
        if (note !== undefined) increment.notes.push(note);
        else if (kept.length > 0) increment.isForgetful = true;
        remember(note === undefined ? kept.map(({ id }) => ({ id })) : kept, memory);
      };
      return { rows: sent, note, keep };
    },
  };
}

/** Puts notes into the memory, in the order in which they were made. */
export function remember(marks: readonly Mark[], memory: Memory): void {
  for (const mark of marks) {
    if (mark.hash === undefined) memory.delete(mark.id);
    else memory.set(mark.id, mark);
  }
}

/**
 * A page that left twice reached its consumer once: as it was the first time, or as it was the second. Only what was the same both
 * times is known to be there. The rest is forgotten, and sent again by the next pull.
 */
function agreed(first: readonly Mark[], second: readonly Mark[]): readonly Mark[] {
  const [before, after] = [byId(first), byId(second)];
  return [...new Set([...before.keys(), ...after.keys()])].map((id) => {
    const [one, other] = [before.get(id), after.get(id)];
    return one?.hash !== undefined && one.hash === other?.hash ? one : { id };
  });
}

const byId = (marks: readonly Mark[]) => new Map(marks.map((mark) => [mark.id, mark]));

/**
 * What a record is like: its id, when it was changed, and a hash of all of it, since it may change twice within the one second that
 * lastUpdated tells (connectwise-api.md §9.1).
 */
function markOf(row: unknown, { by }: IncrementProgress): Mark & { readonly hash: string } {
  const hash = createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 22);
  const at = by === 'lastUpdated' ? lastUpdatedOf(row) : undefined;
  // A page whose rows have no ids does not get here.
  return { id: idOf(row) ?? 0, hash, ...(at !== undefined && { at }) };
}

/** In whole seconds of UTC, so that texts are in the order of time; undefined where it is missing or no date. */
export function lastUpdatedOf(row: unknown): string | undefined {
  const info: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, '_info') : undefined;
  const text: unknown =
    typeof info === 'object' && info !== null ? Reflect.get(info, 'lastUpdated') : undefined;
  return typeof text === 'string' ? readDate(text)?.utc : undefined;
}

/** Whether it will be asked for again though nothing has changed. A record that does not tell its time may be. */
export function isRemembered({ at }: Mark, { by, rememberedFrom }: IncrementProgress): boolean {
  return by === 'content' || at === undefined || rememberedFrom === undefined || at >= rememberedFrom;
}
