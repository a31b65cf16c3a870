import { utcText } from '../conditions/dates.ts';
import type { Incremental } from '../invocation.ts';
import type { Asking, Unasked } from './asking.ts';
import type { IncrementClaim } from './certificate.ts';
import type { Turn } from './checkpoint.ts';
import { firstRow } from './extent.ts';
import { type Plan, type Way, withMember } from './plan.ts';
import type { IncrementProgress, Progress } from './progress.ts';
import { createSieve, isRemembered, lastUpdatedOf, type Memory, remember, type Sieve } from './sieve.ts';
import { idSetOf, passing } from './snapshot.ts';

/** Clients in the field take five minutes (connectwise-api.md §9.1). */
const overlapUnlessToldSeconds = 300;

/** ConnectWise cannot be gone by: the sentence says why. */
export interface Untellable {
  readonly why: string;
}

/** The plan of a pull by a checkpoint, but for the time since when: what it takes in all. */
export function wholePlan(plan: Plan, { deletes }: Incremental): Plan {
  const inputs = plan.isStamped ? withMember(plan.inputs, '_info/lastUpdated') : plan.inputs;
  // Marked as deleted is gone: so they leave the ids, which the sweep tells, and come back where the mark is taken away.
  const isThinned = deletes === 'sweep' && plan.isMarked;
  return {
    ...plan,
    inputs,
    conditions: isThinned ? both(plan.conditions, 'deletedFlag = false') : plan.conditions,
  };
}

/** The plan of its pages: what was changed since then. */
export function sincePlan(plan: Plan, increment: IncrementProgress, way: Way): Plan {
  const { since, sweep } = increment;
  if (since === undefined || isForAll(increment, way)) return plan;
  const strays = sweep?.strays ?? [];
  const isChanged = `lastUpdated >= [${since}]`;
  const isAsked = strays.length > 0 ? `(${isChanged} or id in (${strays.join(', ')}))` : isChanged;
  return { ...plan, conditions: both(plan.conditions, isAsked) };
}

/** All records are asked for: so many have to be asked for by their ids, or none can be. */
const isForAll = ({ sweep }: IncrementProgress, way: Way): boolean =>
  (sweep?.strays.length ?? 0) > (way === 'forward-only' ? 0 : mostStrays);

/** More ids could make a URL too long; then all records are asked for. */
export const mostStrays = 60;

const both = (own: string | undefined, more: string) => (own === undefined ? more : `(${own}) and ${more}`);

/**
 * Settles what is asked for, before the first page is. The watermark of the next pull is the newest lastUpdated that there is now:
 * whatever is changed from now on has the same or a later one by the source's own clock, and whatever was changed before and is not
 * visible yet has one within the overlap. So nothing is between two pulls, and no clock of ours counts.
 */
export async function beginIncrement(
  asking: Asking,
  { checkpoint }: Turn,
  { overlapSeconds = overlapUnlessToldSeconds, deletes }: Incremental,
): Promise<IncrementProgress | Unasked | Untellable> {
  const before = checkpoint.watermark;
  const counts = { notes: [], alreadySent: 0, leftForNext: 0, isForgetful: false };
  const swept = deletes && { sweep: { shards: [], found: [], strays: [], deleted: 0, sent: 0 } };
  if (!asking.pull.plan.isStamped) return { by: 'content', ...counts, ...swept };
  const newest = await newestOf(asking);
  if (newest !== undefined && typeof newest !== 'string') return newest;
  // The newest record may be gone since: what was the newest time once was passed by the source's clock.
  const watermark = newest === undefined || (before !== undefined && before > newest) ? before : newest;
  const overlapped = (time: string) => utcText(Date.parse(time) - overlapSeconds * 1_000);
  return {
    by: 'lastUpdated',
    ...(before !== undefined && { since: overlapped(before) }),
    ...(watermark !== undefined && { watermark, rememberedFrom: overlapped(watermark) }),
    ...counts,
    ...swept,
  };
}

/** The newest lastUpdated of the collection; undefined where it is empty. */
async function newestOf(asking: Asking): Promise<string | undefined | Unasked | Untellable> {
  const found = await firstRow(asking, 'id,_info/lastUpdated', 'lastUpdated desc');
  if (!found)
    return { why: 'The filter is too long for a URL. Take several pulls with a part of the filter each.' };
  if (!found.isList) return found;
  if (found.row === undefined) return undefined;
  return (
    lastUpdatedOf(found.row) ?? {
      why: 'ConnectWise gives these records no lastUpdated, though the document says so: what has changed cannot be asked for.',
    }
  );
}

const notesAtOnce = 20;

/** What the consumer has, as the checkpoint and the pages of this pull that are out tell. */
export async function recall({ checkpoint, snapshots }: Turn, { notes }: IncrementProgress): Promise<Memory> {
  const memory: Memory = new Map();
  if (checkpoint.memory !== undefined) remember(await snapshots.read(checkpoint.memory), memory);
  for (let place = 0; place < notes.length; place += notesAtOnce) {
    const some = await Promise.all(notes.slice(place, place + notesAtOnce).map(snapshots.read));
    for (const marks of some) remember(marks, memory);
  }
  return memory;
}

/** What leaves out of the pages what need not be sent. */
export async function openSieve(turn: Turn, increment: IncrementProgress, memory: Memory): Promise<Sieve> {
  const { current } = increment.sweep ?? {};
  const ids = current === undefined ? undefined : idSetOf(await turn.snapshots.read(current));
  return createSieve({ increment, memory, snapshots: turn.snapshots, current: ids });
}

/** Message after message may have to be redriven; more than so many are late by days. */
const mostMovers = 50;

/** All pages are out: the next pull begins where this one did. @returns how many have moved the checkpoint so far. */
export async function moveCheckpoint(
  turn: Turn,
  pullKey: string,
  increment: IncrementProgress,
  memory: Memory,
  nowMs: number,
): Promise<number> {
  const before = turn.checkpoint.movedBy ?? [];
  const sequence = (before[0]?.sequence ?? 0) + 1;
  const kept = passing((mark) => isRemembered(mark, increment), memory.values());
  const name = memory.size > 0 ? await turn.snapshots.write(kept) : undefined;
  await turn.change({
    watermark: increment.watermark,
    memory: name,
    held: increment.sweep?.current,
    sure: increment.sweep?.current,
    run: undefined,
    movedBy: [{ pull: pullKey, sequence }, ...before].slice(0, mostMovers),
    movedAtMs: nowMs,
  });
  return sequence;
}

/** What the certificate says of it. */
export function claimOf(
  { checkpoint }: Incremental,
  { increment, way }: Progress,
  sequence: number | undefined,
): { readonly incremental?: IncrementClaim } {
  if (!increment) return {};
  const { by, since, watermark, alreadySent, leftForNext, isForgetful, sweep } = increment;
  return {
    incremental: {
      checkpoint,
      by,
      ...(since !== undefined && !isForAll(increment, way) && { since }),
      ...(sequence !== undefined && watermark !== undefined && { watermark }),
      moved: sequence !== undefined,
      ...(sequence !== undefined && { sequence }),
      alreadySent,
      ...(sweep && { deleted: sweep.deleted, leftForNext }),
      ...(isForgetful && { repeats: true }),
    },
  };
}
