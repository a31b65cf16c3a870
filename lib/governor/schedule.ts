import * as z from 'zod/mini';

/**
 * Virtual scheduling (GCRA): the times at which the next calls of a lane may go out. They move on, but for slots that passed
 * unused and are handed back.
 */
export const scheduleSchema = z.object({
  bulkAtMs: z.number(),
  interactiveAtMs: z.number(),
  /** How many messages rest on the queue, as far as workers told. */
  resting: z.number(),
});

export type Schedule = z.infer<typeof scheduleSchema>;

export type Lane = 'interactive' | 'bulk';

/** Times that are a fixed space apart. */
export interface Slots {
  readonly startMs: number;
  readonly everyMs: number;
  readonly count: number;
}

export const emptySchedule: Schedule = { bulkAtMs: 0, interactiveAtMs: 0, resting: 0 };

/** API callers who come together need not queue up behind each other as long as they are few. */
const interactiveBurstMs = 2_000;

/** So many more messages come back than there are slots for, lest a slot be without a taker. */
const overbooking = 2;

export const spaceMs = (perMinute: number) => 60_000 / perMinute;

/**
 * A batch after a quiet time need not be spaced out: what passed unused of the last seconds may be used at once. Not where the
 * user's own limit is the pace: it holds for every minute.
 */
export const bulkBurstMs = 4_000;

/** When the next slot of a lane is; in the past, by `burstMs` at the most, where it may be used at once. */
export function nextSlotMs(schedule: Schedule, lane: Lane, nowMs: number, burstMs = 0): number {
  if (lane === 'bulk') return Math.max(nowMs - burstMs, schedule.bulkAtMs);
  return Math.max(nowMs, schedule.interactiveAtMs - interactiveBurstMs);
}

/**
 * Gives out slots. What interactive takes, bulk pays: its slots move back by as many, so that the rate of both together
 * stays. Interactive passes the bulk slots that are given out already, which are few seconds' worth.
 */
export function withSlots(
  schedule: Schedule,
  lane: Lane,
  count: number,
  perMinute: number,
  nowMs: number,
  burstMs = 0,
): { readonly schedule: Schedule; readonly slots: Slots } {
  const everyMs = spaceMs(perMinute);
  const startMs = nextSlotMs(schedule, lane, nowMs, burstMs);
  const slots = { startMs, everyMs, count };
  const bulkAtMs = nextSlotMs(schedule, 'bulk', nowMs, burstMs) + count * everyMs;
  if (lane === 'bulk') return { schedule: { ...schedule, bulkAtMs }, slots };
  const interactiveAtMs = Math.max(nowMs, schedule.interactiveAtMs) + count * everyMs;
  return { schedule: { ...schedule, bulkAtMs, interactiveAtMs }, slots };
}

/** Takes back slots that passed unused, where later ones are given out already. */
export function withReturned(schedule: Schedule, count: number, perMinute: number, nowMs: number): Schedule {
  const bulkAtMs = Math.max(nowMs, schedule.bulkAtMs - count * spaceMs(perMinute));
  return bulkAtMs < schedule.bulkAtMs ? { ...schedule, bulkAtMs } : schedule;
}

/**
 * Counts messages that were put to rest for the first time, less those that were admitted after a rest. Workers that die
 * tell nothing, so that the count forgets a little each time: too few only means that messages come back sooner.
 */
export const withRested = (schedule: Schedule, change: number): Schedule => ({
  ...schedule,
  resting: Math.max(0, schedule.resting * 0.99999 + change),
});

/**
 * Over which time messages are spread that rest. Each draws a moment of it, so that at any time about `overbooking` times
 * as many come back as there are slots, whatever came before: no wave of them repeats itself.
 */
export const spreadMs = ({ resting }: Schedule, perMinute: number) =>
  (2 * resting * spaceMs(perMinute)) / overbooking;

/** No slot lies in a block. */
export function blockedUntil(schedule: Schedule, untilMs: number): Schedule {
  const { bulkAtMs, interactiveAtMs } = schedule;
  return {
    ...schedule,
    bulkAtMs: Math.max(bulkAtMs, untilMs),
    interactiveAtMs: Math.max(interactiveAtMs, untilMs + interactiveBurstMs),
  };
}
