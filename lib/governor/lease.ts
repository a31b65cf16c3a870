import { bounded } from './learning.ts';
import type { Change } from './ledger.ts';
import {
  bulkBurstMs,
  type Given,
  nextSlotMs,
  type Schedule,
  spaceMs,
  withBlockAhead,
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

/** Less is not worth an exchange; so few are given even where the last of them lie beyond the reach. */
const minLeaseMs = 1_600;
/** Nobody leases more ahead than a batch: the longer a lease, the longer may a block go unnoticed. */
export const mostAhead = 10;
/** The slowest of a batch of ten takes about so many times the mean; only then can the next batch begin. */
const slowestOfBatch = 2;
/** Where calls take longer, slots are rather used late than leased so far ahead that a block goes unnoticed. */
const maxPauseMs = 5_000;

/**
 * How far ahead bulk calls take slots: far enough that a slot has a taker when it comes, but not so far that workers stand
 * waiting where messages could rest on the queue.
 */
export const bulkReachMs = 5_000;

/** Leases slots for those who wait. The same state where there is nothing to get. */
export function leased(
  state: GovernorState,
  demand: Demand,
  nowMs: number,
  ceiling: number | undefined,
): Change<Lease> {
  const perMinute = bounded(state.limit.perMinute, ceiling);
  const pace = { perMinute, burstMs: perMinute === ceiling ? 0 : bulkBurstMs };
  const interactive = interactiveSlots(state.schedule, demand.interactive, perMinute, nowMs);
  const returned = withReturned(interactive.schedule, demand.unused, perMinute, nowMs);
  const pauseMs = Math.min(maxPauseMs, slowestOfBatch * state.limit.latency.usualMs);
  const bulk = bulkSlots(returned, demand.bulk, { ...pace, pauseMs }, nowMs);
  const gained = { interactive: interactive.times, bulk: bulk.times };
  const isNothing = gained.interactive.length + gained.bulk.length === 0;
  return { state: isNothing ? state : { ...state, schedule: bulk.schedule }, gained };
}

function interactiveSlots(schedule: Schedule, demand: LaneDemand, perMinute: number, nowMs: number): Given {
  const usable = usableSlots(demand, nextSlotMs(schedule, 'interactive', nowMs), perMinute);
  if (usable <= 0) return { schedule, times: [] };
  return withSlots(schedule, 'interactive', usable + demand.ahead, perMinute, nowMs);
}

const usableSlots = ({ waiting, untilMs }: LaneDemand, startMs: number, perMinute: number): number =>
  Math.min(waiting, Math.floor((untilMs - startMs) / spaceMs(perMinute)) + 1);

interface Pace {
  readonly perMinute: number;
  readonly burstMs: number;
  /** Between the last slot of a batch and the first of the next one. */
  readonly pauseMs: number;
}

/**
 * Slots for the batch that waits, and a block for the next one, which a worker can only begin when this one is over. What
 * passes in between belongs to others, so that few slots are used late and a minute holds about as many calls as it should.
 */
function bulkSlots(
  schedule: Schedule,
  demand: LaneDemand,
  { perMinute, burstMs, pauseMs }: Pace,
  nowMs: number,
): Given {
  const usable = usableSlots(demand, nextSlotMs(schedule, 'bulk', nowMs, burstMs), perMinute);
  if (usable <= 0) return { schedule, times: [] };
  const count = Math.min(demand.waiting, Math.max(usable, Math.floor(minLeaseMs / spaceMs(perMinute))));
  const now = withSlots(schedule, 'bulk', count, perMinute, nowMs, burstMs);
  const next = withBlockAhead(now.schedule, demand.ahead, perMinute, now.schedule.bulkAtMs + pauseMs);
  return { schedule: next.schedule, times: [...now.times, ...next.times] };
}
