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
  /** Of a page that may be out already: what was not in it the first time, or not so. It goes in a page of its own. */
  readonly rest?: Sifted;
}

/** A page that may be out already. */
interface Cut {
  /** What was noted of it when it was cut the first time. */
  readonly note?: string | undefined;
  /** It is the rest of another: what was left out of that one is counted already. */
  readonly isRest?: boolean | undefined;
}

/** To go on would leave out what the consumer does not have. */
interface Unsiftable {
  readonly why: string;
}

/** Leaves out of pages what the consumer has, and notes what it gets. */
export interface Sieve {
  sift(rows: readonly unknown[], cut?: Cut): Promise<Sifted | Unsiftable>;
}

/** What the consumer has, by id. */
export type Memory = Map<number, Mark>;

interface SieveParts {
  readonly increment: IncrementProgress;
  readonly memory: Memory;
  readonly snapshots: Snapshots;
  /** The ids that the sweep found; absent where there is none. */
  readonly current: IdSet | undefined;
}

/** A note is named in the progress, which must stay small, as must what is compared. */
const maxNotes = 2_000;
const mostRemembered = { lastUpdated: 50_000, content: 500_000 };
const tooMuch =
  'Records without lastUpdated are compared by their content, and these are too many pages for that, or over half a million records. Ask for larger pages, or take several pulls with a part of the filter each.';

export function createSieve({ increment, memory, snapshots, current }: SieveParts): Sieve {
  const hasRoom = () => increment.notes.length < maxNotes && memory.size < mostRemembered[increment.by];

  const sort = (rows: readonly unknown[], first: Memory | undefined, isRest = false) => {
    const sorted = { sent: nothing(), rest: nothing(), known: 0, foreign: 0 };
    for (const row of rows) {
      const mark = markOf(row, increment);
      const told = first?.get(mark.id)?.hash;
      const isToRemember = isRemembered(mark, increment);
      // What need not be remembered was in the page that this is the rest of.
      const isOut = memory.get(mark.id)?.hash === mark.hash || (isRest && !isToRemember);
      if (current && !current.has(mark.id)) sorted.foreign += 1;
      else if (told === undefined && isOut) sorted.known += 1;
      else {
        const isNew = first !== undefined && told !== mark.hash && (told !== undefined || isToRemember);
        const part = isNew ? sorted.rest : sorted.sent;
        part.rows.push(row);
        if (isToRemember) part.marks.push(mark);
      }
    }
    return sorted;
  };
  /** @param isNoted whether it is noted even where there is no room: what is to be forgotten. */
  const settled = async ({ rows, marks }: Part, isNoted: boolean, count: () => void) => {
    const hasNote = marks.length > 0 && (isNoted || hasRoom());
    // It is known before the page leaves: what is not noted of it cannot be compared when it leaves again.
    if (marks.length > 0 && !hasNote) increment.isForgetful = true;
    const note = hasNote ? await snapshots.write(marks) : undefined;
    const keep = () => {
      count();
      if (note !== undefined) increment.notes.push(note);
      remember(note === undefined ? marks.map(({ id }) => ({ id })) : marks, memory);
    };
    return { rows, note, keep };
  };
  return {
    sift: async (rows, cut) => {
      const before = cut?.note === undefined ? [] : [...(await snapshots.read(cut.note))];
      const isComparable = cut !== undefined && (cut.note !== undefined || !increment.isForgetful);
      const first = isComparable ? byId(before) : undefined;
      const { sent, rest, known, foreign } = sort(rows, first, cut?.isRest);
      const isTooMuch = (cut ? rest : sent).marks.length > 0 && !hasRoom() && increment.by === 'content';
      if (isTooMuch) return { why: tooMuch };
      const marks = cut ? agreed(before, sent.marks) : sent.marks;
      const count = () => {
        if (cut?.isRest) return;
        increment.alreadySent += known;
        increment.leftForNext += foreign;
      };
      const sifted = await settled({ rows: sent.rows, marks }, cut !== undefined, count);
      if (rest.rows.length === 0) return sifted;
      return { ...sifted, rest: await settled(rest, false, () => undefined) };
    },
  };
}

/** Rows, and what is to be remembered of them. */
interface Part {
  readonly rows: unknown[];
  readonly marks: Mark[];
}

const nothing = (): Part => ({ rows: [], marks: [] });

/** Puts notes into the memory, in the order in which they were made. */
export function remember(marks: Iterable<Mark>, memory: Memory): void {
  for (const mark of marks) {
    if (mark.hash === undefined) memory.delete(mark.id);
    else memory.set(mark.id, mark);
  }
}

/**
 * A page that left twice reached its consumer once: as it was the first time, or as it was the second. Only what was the same both
 * times is known to be there, so the second time carries nothing else that was noted. What became of the others is not known: what
 * there is of them now goes in a page of its own, and the rest is forgotten.
 */
function agreed(first: readonly Mark[], second: readonly Mark[]): Mark[] {
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
