import * as z from 'zod/mini';
import type { Counts } from '../counted-store.ts';
import { bounded, type Limit, learn, limitSchema, type Seen, unknownLimit } from './learning.ts';
import { noPace, paced, paceSchema, type Setting, spaceMs } from './pace.ts';
import { sumOf } from './tally.ts';

/** What all workers counted together, ever. */
const sumsSchema = z.object({
  answered: z.number(),
  latencyMs: z.number(),
  /** Messages put to rest for the first time, less those that were admitted after a rest. */
  rested: z.number(),
});

export type Sums = z.infer<typeof sumsSchema>;

export const noSums: Sums = { answered: 0, latencyMs: 0, rested: 0 };

/**
 * What all workers share of a connection, as plain JSON in one item. Beside it stand the sums, and the number of slots that
 * were taken. An item of a version that knew no pace keeps its limit.
 */
export const governorStateSchema = z.object({
  limit: limitSchema,
  pace: z._default(paceSchema, noPace),
  /** The sums that the limit was learnt from, and when. */
  learnt: z._default(z.object({ atMs: z.number(), sums: sumsSchema }), { atMs: 0, sums: noSums }),
  /** How many messages rested on the queue then. */
  resting: z._default(z.number(), 0),
});

export type GovernorState = z.infer<typeof governorStateSchema>;

export const newState = (nowMs: number, sums: Sums, ceiling?: number): GovernorState => ({
  limit: unknownLimit(nowMs, ceiling),
  pace: noPace,
  learnt: { atMs: nowMs, sums },
  resting: 0,
});

export const sumsOf = ({ answered = 0, latencyMs = 0, rested = 0 }: Counts): Sums => ({
  answered,
  latencyMs,
  rested,
});

export const slotsOf = ({ slots = 0 }: Counts): number => slots;

export const restingOf = ({ resting, learnt }: GovernorState, { rested }: Sums): number =>
  Math.max(0, resting + rested - learnt.sums.rested);

/** Often enough to notice within seconds what changed, and seldom enough to cost few writes. */
const learnEveryMs = 5_000;

export const isDue = ({ learnt }: GovernorState, nowMs: number) => nowMs - learnt.atMs >= learnEveryMs;

/**
 * Learns what was counted since the last time. Workers that die tell nothing, so that the count of those that rest forgets
 * a little each time: too few only means that messages come back sooner.
 */
export function withSums(state: GovernorState, sums: Sums, nowMs: number, ceiling?: number): GovernorState {
  const before = state.learnt.sums;
  const count = Math.max(0, sums.answered - before.answered);
  const latencySumMs = Math.max(0, sums.latencyMs - before.latencyMs);
  const learnt: Limit =
    count > 0 ? learn(state.limit, { kind: 'answered', count, latencySumMs }, nowMs, ceiling) : state.limit;
  const resting = restingOf(state, sums) * 0.9999;
  return { ...state, limit: learnt, resting, learnt: { atMs: nowMs, sums } };
}

export const withSeen = (
  state: GovernorState,
  seen: Seen,
  nowMs: number,
  ceiling?: number,
): GovernorState => ({
  ...state,
  limit: learn(state.limit, seen, nowMs, ceiling),
});

/**
 * A batch after a quiet time need not be spaced out. Where the last minute was nearly full, no more than about a batch is made
 * up for, lest the next one hold too many; and the user's own limit holds for every minute.
 */
const quietBurstMs = 4_000;
const busyBurst = 12;
const quietShare = 0.5;
const minuteMs = 60_000;

export function settingOf(limit: Limit, nowMs: number, ceiling?: number): Setting {
  const perMinute = bounded(limit.perMinute, ceiling);
  const isQuiet =
    nowMs - limit.blockedUntilMs > minuteMs &&
    sumOf(limit.answered, minuteMs, nowMs) < quietShare * perMinute;
  const burstMs =
    perMinute === ceiling
      ? 0
      : isQuiet
        ? quietBurstMs
        : Math.min(quietBurstMs, busyBurst * spaceMs(perMinute));
  return { perMinute, burstMs, blockedUntilMs: limit.blockedUntilMs };
}

/** The state with the pace that its limit asks for, from the next slot on. */
export function withPace(state: GovernorState, next: number, nowMs: number, ceiling?: number): GovernorState {
  const pace = paced(state.pace, next, settingOf(state.limit, nowMs, ceiling), nowMs);
  if (pace === state.pace) return state;
  // Slots of the old rate are given out up to here: only then is the new one held.
  const isNewRate = pace.perMinute !== state.pace.perMinute;
  const sinceMs = isNewRate ? Math.max(state.limit.sinceMs, pace.atMs) : state.limit.sinceMs;
  return { ...state, pace, limit: { ...state.limit, sinceMs } };
}
