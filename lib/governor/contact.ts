import type { CountedStore, Update, Within } from '../counted-store.ts';
import { blockMs, type Limit, type Seen } from './learning.ts';
import { earliestOf, type Lane, lastTimeMs, slotAt, spaceMs, usableMs } from './pace.ts';
import {
  type GovernorState,
  isDue,
  newState,
  type Sums,
  settingOf,
  withPace,
  withSeen,
  withSums,
} from './state.ts';
import { type Known, laneOf, look, told, type View } from './view.ts';

/** What one worker asks of the others and tells them. Neither throws: a table that fails is noted in the view. */
export interface Contact {
  /** Takes slots for all of a lane who wait in this worker, with one addition however many they are. */
  lease(lane: Lane): Promise<void>;
  /** Tells of a 429. */
  tell(seen: Limited): Promise<void>;
}

type Limited = Seen & { readonly kind: 'limited' };

export interface ContactParts {
  /** One item a connection. */
  readonly store: CountedStore<GovernorState>;
  readonly connection: string;
  readonly view: View;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly ceiling: () => number | undefined;
}

/** How long a worker goes on without the table before it tries again. */
const outageMs = 5_000;
/** A worker leases ahead for as many API callers as came to it in this time, or in that of ten calls. */
const lookBackMs = 6_000;
/** Nobody leases more ahead than a batch: the longer a lease, the longer may a block go unnoticed. */
const mostAhead = 10;
/**
 * Where slots pass unused anyway, as many messages will soon come as came a moment ago: one here and one there, when a batch has
 * messages for many connections. Not for longer ahead than this, which is what another worker would wait at the most for it.
 */
const [bulkLookBackMs, bulkAheadMs] = [1_000, 500];
/** Less is not worth an exchange; so few are taken even where the last of them lie beyond the reach. */
const minLeaseMs = 1_600;
/** Slots that passed unused longer ago are not made up for. */
export const unusedForMs = 3_000;
/**
 * A worker that looked longer ago looks again before it asks for bulk: since then a block or a new rate may have moved all
 * slots, and a batch that it took by the old pace would pass unused. An API caller asks at once: little is lost with a slot or
 * two, and one exchange answers sooner than two.
 */
const freshForMs = 15_000;
/** Others were faster so often: who asked is told to come back. */
const maxTries = 6;

export function createContact(parts: ContactParts): Contact {
  const { view } = parts;
  // One exchange at a time, so that a worker does not race itself for the item.
  let last: Promise<void> = Promise.resolve();
  const leasing = new Map<Lane, Promise<void>>();
  const inTurn = (exchange: () => Promise<void>): Promise<void> => {
    last = last.then(exchange).catch(() => {
      view.outageUntilMs = parts.now() + outageMs;
    });
    return last;
  };
  return {
    lease: (lane) => {
      const joined = leasing.get(lane);
      if (joined) return joined;
      const own = inTurn(() => {
        // Who comes from here on is not counted in any more, and begins the next exchange.
        leasing.delete(lane);
        return lease(parts, lane);
      });
      leasing.set(lane, own);
      return own;
    },
    tell: (seen) => inTurn(() => tell(parts, seen)),
  };
}

async function lease(parts: ContactParts, lane: Lane): Promise<void> {
  const { view, now, ceiling, sleep, random } = parts;
  const demand = laneOf(view, lane);
  const [waiting, untilMs] = [demand.waiting.size, Math.max(...[...demand.waiting].map((it) => it.untilMs))];
  const isFresh =
    view.known && (lane === 'interactive' || view.isAlone || now() - view.known.atMs < freshForMs);
  let known = view.known && isFresh ? view.known : await read(parts);
  for (let tries = 0; tries < maxTries; tries += 1) {
    const returned = view.unused.atMs > now() - unusedForMs ? view.unused.count : 0;
    const next = known.slots - returned;
    const paced = withPace(known.state, next, now(), ceiling());
    const count = countOf(view, lane, { waiting, untilMs }, usableMs(paced.pace, lane, next), now());
    if (count === 0 && Math.abs(view.untold.rested) < manyRested) return;
    const add = { slots: count === 0 ? 0 : count - returned };
    // Where slots passed unused as far as is known, others may have taken them: only who knows better sets the pace anew.
    const mustPace = paced !== known.state && (tries > 0 || view.isAlone || known.state.pace.perMinute === 0);
    const done = await update(
      parts,
      mustPace
        ? {
            add,
            write: { value: withSums(paced, known.sums, now(), ceiling()), expected: known.version },
            // Not where others have added since: their slots would push those of all into a future that nobody uses.
            ...(known.slots > 0 && { within: { name: 'slots', least: known.slots, most: known.slots } }),
          }
        : { add, ...(count > 0 && { within: reachOf(known, lane, untilMs, returned, now(), ceiling()) }) },
    );
    if (done.done) return receive(parts, lane, done.known, count);
    view.isAlone = isUnmoved(known, done.known);
    known = done.known;
    if (tries > 0) await sleep(random() * 10 * 2 ** tries);
  }
}

/** Which slot may come next, for the lane to have a use for it. */
function reachOf(
  { state }: Known,
  lane: Lane,
  untilMs: number,
  returned: number,
  nowMs: number,
  ceiling: number | undefined,
): Within {
  return {
    name: 'slots',
    least: returned + slotAt(state.pace, earliestOf(settingOf(state.limit, nowMs, ceiling), nowMs)),
    most: returned + slotAt(state.pace, lastTimeMs(lane, untilMs)),
  };
}

/** So many messages put to rest are worth an exchange of their own, for the others to rest theirs behind them. */
export const manyRested = 50;

/** How many slots to take: for those who wait as far as they can wait for them, and for API callers who will soon come. */
function countOf(
  view: View,
  lane: Lane,
  { waiting, untilMs }: { readonly waiting: number; readonly untilMs: number },
  nextUsableMs: number,
  nowMs: number,
): number {
  const everyMs = spaceMs(view.known?.state.limit.perMinute ?? 1);
  const startMs = Math.max(nowMs, nextUsableMs);
  const usable = Math.min(waiting, Math.floor((untilMs - startMs) / everyMs) + 1);
  if (usable <= 0) return 0;
  if (lane === 'bulk') {
    const own = Math.min(waiting, Math.max(usable, Math.floor(minLeaseMs / everyMs)));
    if (nextUsableMs > nowMs) return own;
    const soon = Math.min(view.bulk.used.within(bulkLookBackMs, nowMs), Math.floor(bulkAheadMs / everyMs));
    return own + Math.min(mostAhead, Math.round(view.aheadShare * soon));
  }
  const callers = view.interactive.used.within(Math.max(lookBackMs, 10 * everyMs), nowMs);
  return usable + Math.min(mostAhead, Math.round(view.aheadShare * callers));
}

/** The last slots that were counted are those that were taken. */
async function receive(parts: ContactParts, lane: Lane, known: Known, count: number): Promise<void> {
  const { view, now, ceiling } = parts;
  const nowMs = now();
  const first = known.slots - count;
  const earliestMs = lane === 'interactive' ? Math.max(nowMs, view.blockedUntilMs) : view.blockedUntilMs;
  const times = Array.from({ length: count }, (_, index) =>
    Math.max(earliestMs, usableMs(known.state.pace, lane, first + index)),
  );
  if (count > 0) {
    if (view.unused.count === 0) view.aheadShare = Math.min(1, view.aheadShare + 0.2);
    view.unused = { count: 0, atMs: 0 };
  }
  laneOf(view, lane).permits.add(times);
  if (!isDue(known.state, nowMs)) return;
  // Where somebody else writes first, that one has learnt it.
  const learnt = withSums(known.state, known.sums, nowMs, ceiling());
  const value = withPace(learnt, known.slots, nowMs, ceiling());
  await update(parts, { add: {}, write: { value, expected: known.version } });
}

async function tell(parts: ContactParts, seen: Limited): Promise<void> {
  const { view, now, sleep, random, ceiling } = parts;
  if (view.known && isCovered(view.known.state.limit, seen, now())) return;
  let { known } = await update(parts, { add: {} });
  for (let tries = 0; tries < maxTries && !isCovered(known.state.limit, seen, now()); tries += 1) {
    const nowMs = now();
    const learnt = withSeen(withSums(known.state, known.sums, nowMs, ceiling()), seen, nowMs, ceiling());
    const value = withPace(learnt, known.slots, nowMs, ceiling());
    const done = await update(parts, { add: {}, write: { value, expected: known.version } });
    if (done.done) return;
    known = done.known;
    await sleep(random() * 10 * 2 ** tries);
  }
}

async function read({ store, connection, view, now, ceiling }: ContactParts): Promise<Known> {
  const before = view.known;
  const found = await store.look(connection);
  const known = look(view, found, fresh(now(), ceiling()), now());
  view.isAlone = before !== undefined && isUnmoved(before, known);
  return known;
}

const isUnmoved = (before: Known, after: Known) =>
  before.version === after.version && before.slots === after.slots;

const fresh = (nowMs: number, ceiling: number | undefined) => (sums: Sums) => newState(nowMs, sums, ceiling);

/** Adds and writes, and tells along with that what this worker did since the last time. */
async function update(
  { store, connection, view, now, ceiling }: ContactParts,
  change: Update<GovernorState>,
): Promise<{ readonly done: boolean; readonly known: Known }> {
  const telling = view.untold;
  const { done, found } = await store.update(connection, { ...change, add: { ...change.add, ...telling } });
  if (done) told(view, telling);
  return { done, known: look(view, found, fresh(now(), ceiling()), now()) };
}

/** Whether a refused call says nothing new, so that ten of a batch, or of ten workers, cost one write. */
const isCovered = (limit: Limit, { sentAtMs, retryAfterMs }: Limited, nowMs: number) =>
  sentAtMs < limit.punishmentEndsMs && nowMs + blockMs(retryAfterMs) < limit.blockedUntilMs + 2_000;
