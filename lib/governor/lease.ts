import { bounded } from './learning.ts';
import type { Change } from './ledger.ts';
import {
  bulkBurstMs,
  type Lane,
  nextSlotMs,
  type Schedule,
  type Slots,
  spaceMs,
  withReturned,
  withSlots,
} from './schedule.ts';
import type { GovernorState } from './state.ts';

export interface LaneDemand {
  /** Calls that wait in this worker. */
  readonly waiting: number;
  /** Slots after this are no use to them. */
  readonly untilMs: number;
  /** How many more slots this worker will soon need. */
  readonly ahead: number;
}

export interface Demand {
  readonly interactive: LaneDemand;
  readonly bulk: LaneDemand;
  /** Bulk slots of an earlier lease that passed unused: others may have their time. */
  readonly unused: number;
}

/** Times that now belong to one worker. If it dies, they pass unused and nothing else is lost. */
export interface Lease {
  readonly interactive: readonly number[];
  readonly bulk: readonly number[];
}

/**
 * A lease is over in this time, or after ten calls where those take longer: so long, and as long as a slot may be used late,
 * may a block go unnoticed.
 */
const maxLeaseMs = 3_000;
const fewSlots = 10;
/** Less is not worth an exchange; what is left over goes back with the next one. */
const minSlots = 16;
const minLeaseMs = 1_600;

/**
 * How far ahead bulk calls take slots: far enough that a slot has a taker when it comes, but not so far that workers stand
 * waiting where messages could rest on the queue.
 */
export const bulkReachMs = 3_000;

/** Leases slots for those who wait. The same state where there is nothing to get. */
export function leased(
  state: GovernorState,
  demand: Demand,
  nowMs: number,
  ceiling: number | undefined,
): Change<Lease> {
  const perMinute = bounded(state.limit.perMinute, ceiling);
  const pace = { perMinute, burstMs: perMinute === ceiling ? 0 : bulkBurstMs };
  const interactive = slotsOf(state.schedule, 'interactive', demand.interactive, pace, nowMs);
  const returned = withReturned(interactive.schedule, demand.unused, perMinute, nowMs);
  const bulk = slotsOf(returned, 'bulk', demand.bulk, pace, nowMs);
  const gained = { interactive: interactive.times, bulk: bulk.times };
  const isNothing = gained.interactive.length + gained.bulk.length === 0;
  return { state: isNothing ? state : { ...state, schedule: bulk.schedule }, gained };
}

interface Pace {
  readonly perMinute: number;
  readonly burstMs: number;
}

interface Taken {
  readonly schedule: Schedule;
  readonly times: readonly number[];
}

function slotsOf(
  schedule: Schedule,
  lane: Lane,
  { waiting, untilMs, ahead }: LaneDemand,
  { perMinute, burstMs }: Pace,
  nowMs: number,
): Taken {
  const everyMs = spaceMs(perMinute);
  const startMs = nextSlotMs(schedule, lane, nowMs, burstMs);
  const usable = Math.min(waiting, Math.floor((untilMs - startMs) / everyMs) + 1);
  if (usable <= 0) return { schedule, times: [] };
  const most = Math.max(fewSlots, Math.floor(maxLeaseMs / everyMs));
  const least = lane === 'bulk' ? Math.min(minSlots, Math.floor(minLeaseMs / everyMs)) : 0;
  const count = Math.min(Math.max(usable + ahead, least), most);
  const taken = withSlots(schedule, lane, count, perMinute, nowMs, burstMs);
  return { schedule: taken.schedule, times: timesOf(taken.slots) };
}

const timesOf = ({ startMs, everyMs, count }: Slots) =>
  Array.from({ length: count }, (_, index) => startMs + index * everyMs);
