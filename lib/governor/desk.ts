import { type CarefulPace, createCarefulPace } from './careful.ts';
import { type Contact, type ContactParts, createContact, manyRested, unusedForMs } from './contact.ts';
import { blockMs, maxRestMs } from './learning.ts';
import { type Lane, spaceMs, spreadMs, usableMs } from './pace.ts';
import { block, type Known, laneOf, newView, nextMs, resting, type View } from './view.ts';

export interface Wish {
  readonly lane: Lane;
  /** How long the caller can wait in place. */
  readonly patienceMs: number;
  /** How often the message rested on the queue already. Absent: never. */
  readonly rests?: number;
}

/** `waitMs`: how long the message should rest before it asks again. */
export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly waitMs: number };

export interface Observation {
  /** `limited`: ConnectWise answered 429. Everything else that came back is `answered`. */
  readonly kind: 'answered' | 'limited';
  readonly latencyMs: number;
  readonly retryAfterMs?: number;
}

/** Where the calls of one connection line up in one worker. Neither throws. */
export interface Desk {
  admit(wish: Wish): Promise<Admission>;
  observe(seen: Observation): Promise<void>;
}

type DeskParts = Omit<ContactParts, 'view'>;

interface Room extends DeskParts {
  readonly view: View;
  readonly contact: Contact;
  readonly careful: CarefulPace;
  /** One draw for the messages of a batch that are put to rest, and for those of small ones shortly after each other. */
  draw: Draw;
}

interface Draw {
  readonly sinceMs: number;
  readonly atMs: number;
  /** How many more may rest by it. */
  readonly left: number;
  readonly share: number;
}

/** A call that finds others faster this often is told to come back. */
const maxTries = 5;
/** What asked so shortly before belongs to the same batch of messages. */
const sameBatchMs = 100;
/**
 * How far ahead bulk calls take slots: far enough that a slot has a taker when it comes, but not so far that workers stand
 * waiting where messages could rest on the queue.
 */
const bulkReachMs = 5_000;
/** Past this a slot is lost: a worker that was paused does not send all at once what it slept through. */
const minGraceMs = 6_000;

export function createDesk(parts: DeskParts): Desk {
  const view = newView();
  const contact = createContact({ ...parts, view });
  const careful = createCarefulPace(() => view.known?.state.limit.perMinute, parts.ceiling);
  const room = { ...parts, view, contact, careful, draw: { atMs: 0, sinceMs: 0, left: 0, share: 0 } };
  return { admit: (wish) => admit(room, wish), observe: (seen) => observe(room, seen) };
}

/** What asking the table takes: who has no time to wait still has a use for a slot that is free when the answer comes. */
const askingMs = 500;

async function admit(room: Room, wish: Wish): Promise<Admission> {
  const { view, now, sleep } = room;
  const endMs = now() + Math.max(askingMs, wish.patienceMs);
  // A new message first lets those of its batch ask that rested, so that it can ride with them.
  if (wish.lane === 'bulk' && !wish.rests) await undefined;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const nowMs = now();
    if (view.blockedUntilMs > nowMs && view.blockedUntilMs <= endMs) await sleep(view.blockedUntilMs - nowMs);
    const slotMs = view.blockedUntilMs > now() ? undefined : takeSlot(room, wish, endMs);
    if (slotMs !== undefined) {
      if (slotMs > now()) await sleep(slotMs - now());
      // A block may have come while it slept: then the slot is lost.
      if (view.blockedUntilMs <= now()) return admitted(view, wish);
    } else if (view.outageUntilMs > now() || isHopeless(view, wish, now(), endMs, tries)) {
      break;
    } else {
      await leaseFor(room, wish, endMs);
    }
  }
  return { admitted: false, waitMs: wish.lane === 'bulk' ? restMs(room, wish) : soonMs(room) };
}

function admitted(view: View, { lane, rests = 0 }: Wish): Admission {
  if (lane === 'bulk' && rests > 0) view.untold = { ...view.untold, rested: view.untold.rested - 1 };
  return { admitted: true };
}

function takeSlot({ view, careful, now }: Room, wish: Wish, endMs: number): number | undefined {
  const nowMs = now();
  const { permits, used } = laneOf(view, wish.lane);
  dropPast(view, nowMs);
  const slotMs = permits.take(endMs) ?? (view.outageUntilMs > nowMs ? careful.take(nowMs, endMs) : undefined);
  if (slotMs !== undefined) used.add(nowMs);
  return slotMs;
}

function dropPast(view: View, nowMs: number): void {
  const everyMs = view.known ? spaceMs(view.known.state.limit.perMinute) : 0;
  const graceMs = Math.max(minGraceMs, 2 * everyMs);
  const { interactive, bulk } = view;
  const count = interactive.permits.dropBefore(nowMs - graceMs) + bulk.permits.dropBefore(nowMs - graceMs);
  if (count === 0) return;
  view.aheadShare *= 0.7;
  const isRecent = view.unused.atMs > nowMs - unusedForMs;
  view.unused = { count: count + (isRecent ? view.unused.count : 0), atMs: nowMs };
}

/** A new message does not wait in place where others have their turn first, but for a slot that would pass unused. */
const newReachMs = 1_000;

/** How far ahead its slot may be; a message that is new goes behind those that rest already. */
function reachMs(view: View, { lane, rests = 0 }: Wish, leftMs: number): number {
  const { known } = view;
  if (lane === 'interactive' || !known) return leftMs;
  const isBehindOthers = rests === 0 && resting(known) * spaceMs(known.state.limit.perMinute) > leftMs;
  return Math.min(leftMs, isBehindOthers ? newReachMs : bulkReachMs);
}

/** Where many wait, the slots move on with the time, so that what was seen this long ago is good enough. */
const goodLookMs = 4_000;
/** Less so for a new message, for which the slots must be near. */
const goodLookOfNewMs = 2_000;

/** With less taken it asks: at half, slots pass unused now and then, and with more the looks cost more than they gain. */
const takenShare = 0.6;

/** Whether the table need not be asked, since the slots were seen too far ahead a moment ago. */
function isHopeless(view: View, wish: Wish, nowMs: number, endMs: number, tries: number): boolean {
  const { known } = view;
  if (!known || (Math.abs(view.untold.rested) >= manyRested && tries === 0)) return false;
  if (view.blockedUntilMs > endMs) return true;
  if (tries === 0 && rides(view, wish, nowMs)) return false;
  const ownReachMs = reachMs(view, wish, endMs - nowMs);
  if (wish.lane === 'interactive') return nextUsableMs(known, 'interactive') > endMs;
  const isNew = ownReachMs === newReachMs;
  const passedMs = Math.min(isNew ? goodLookOfNewMs : goodLookMs, nowMs - known.atMs);
  // Part of the reach must be free before it asks, so that there is a batch to be had and not a slot or two.
  const neededMs = isNew ? ownReachMs : ownReachMs * takenShare;
  return nextMs(known) + passedMs > nowMs + neededMs;
}

const nextUsableMs = (known: Known, lane: Lane) => usableMs(known.state.pace, lane, known.slots);

const isPartOfServed = ({ bulk }: View, nowMs: number) => bulk.used.within(sameBatchMs, nowMs) > 0;

/**
 * Whether others of the same batch wait for slots already, or have some: they hold the worker, so that this message may as
 * well wait with them. Batches that go or rest as a whole stay large, and one exchange serves ten calls.
 */
const rides = (view: View, { lane }: Wish, nowMs: number): boolean =>
  lane === 'bulk' && (view.bulk.waiting.size > 0 || isPartOfServed(view, nowMs));

function waitingReachMs(view: View, wish: Wish, nowMs: number, leftMs: number): number {
  if (!rides(view, wish, nowMs)) return reachMs(view, wish, leftMs);
  return isPartOfServed(view, nowMs) ? leftMs : Math.min(leftMs, bulkReachMs);
}

async function leaseFor({ view, contact, now }: Room, wish: Wish, endMs: number): Promise<void> {
  const { waiting } = laneOf(view, wish.lane);
  const waiter = { untilMs: now() + waitingReachMs(view, wish, now(), endMs - now()) };
  waiting.add(waiter);
  await contact.lease(wish.lane);
  waiting.delete(waiter);
}

/**
 * How long a message that got no slot rests: until a moment drawn from the time that all of them take. Messages that a
 * worker puts to rest together come back together, for then Lambda receives them as a batch and leases for them once.
 */
function restMs(room: Room, { rests = 0 }: Wish): number {
  const { view, now, random } = room;
  const { known, untold, blockedUntilMs } = view;
  const nowMs = now();
  if (rests === 0) view.untold = { ...untold, rested: untold.rested + 1 };
  if (!known || view.outageUntilMs > nowMs) return soonMs(room);
  const { limit } = known.state;
  const together = Math.max(1, Math.min(10, Math.floor(bulkReachMs / 2 / spaceMs(limit.perMinute))));
  const { left, sinceMs, atMs } = room.draw;
  const joins = nowMs - atMs < sameBatchMs || (nowMs - sinceMs < 1_000 && left > together / 2);
  if (left <= 0 || !joins) room.draw = { sinceMs: nowMs, atMs: nowMs, left: together, share: random() };
  room.draw = { ...room.draw, atMs: nowMs, left: room.draw.left - 1 };
  const longestMs = Math.min(maxRestMs(limit), Math.max(5_000, spreadMs(resting(known), limit.perMinute)));
  return Math.round(Math.max(1_000, Math.max(0, blockedUntilMs - nowMs) + room.draw.share * longestMs));
}

/** How long an API caller waits, or anybody who knows nothing of the others: beyond the block or the next slot. */
function soonMs({ view, now, random }: Room): number {
  const { known } = view;
  const usableAtMs = known ? nextUsableMs(known, 'interactive') : now();
  const waitMs = Math.max(1_000, view.blockedUntilMs - now(), usableAtMs - now());
  const spreadMs = view.outageUntilMs > now() ? 30_000 : 3_000;
  return Math.round(waitMs + random() * spreadMs);
}

async function observe({ view, contact, now }: Room, seen: Observation): Promise<void> {
  const nowMs = now();
  if (seen.kind === 'answered') {
    const { answered, latencyMs } = view.untold;
    view.untold = { ...view.untold, answered: answered + 1, latencyMs: latencyMs + seen.latencyMs };
    return;
  }
  block(view, nowMs + blockMs(seen.retryAfterMs));
  const { retryAfterMs } = seen;
  await contact.tell({ kind: 'limited', sentAtMs: nowMs - seen.latencyMs, retryAfterMs });
}
