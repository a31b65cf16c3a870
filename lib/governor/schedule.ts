import * as z from 'zod/mini';

/**
 * Virtual scheduling (GCRA): the times at which the next calls of a lane may go out. They move on, but for slots that passed
 * unused and are handed back.
 */
export const scheduleSchema = z.object({
  bulkAtMs: z.number(),
  interactiveAtMs: z.number(),
  /** Blocks of bulk slots that are given out already although they lie beyond `bulkAtMs`, in order. */
  taken: z._default(z.array(z.object({ startMs: z.number(), endMs: z.number() })), []),
  /** How many messages rest on the queue, as far as workers told. */
  resting: z.number(),
});

export type Schedule = z.infer<typeof scheduleSchema>;

export type Lane = 'interactive' | 'bulk';

export const emptySchedule: Schedule = { bulkAtMs: 0, interactiveAtMs: 0, taken: [], resting: 0 };

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

export interface Given {
  readonly schedule: Schedule;
  readonly times: readonly number[];
}

/**
 * Gives out the next slots. What interactive takes, bulk pays: its slots move back by as many, so that the rate of both
 * together stays. Interactive passes the bulk slots that are given out already, which are few seconds' worth.
 */
export function withSlots(
  schedule: Schedule,
  lane: Lane,
  count: number,
  perMinute: number,
  nowMs: number,
  burstMs = 0,
): Given {
  const everyMs = spaceMs(perMinute);
  const startMs = nextSlotMs(schedule, lane, nowMs, burstMs);
  if (lane === 'interactive') {
    const times = Array.from({ length: count }, (_, index) => startMs + index * everyMs);
    const bulkAtMs = forward(schedule, nextSlotMs(schedule, 'bulk', nowMs, burstMs), count * everyMs);
    const interactiveAtMs = Math.max(nowMs, schedule.interactiveAtMs) + count * everyMs;
    return { schedule: { ...schedule, bulkAtMs, interactiveAtMs }, times };
  }
  const times: number[] = [];
  let bulkAtMs = forward(schedule, startMs, 0);
  for (let given = 0; given < count; given += 1) {
    times.push(bulkAtMs);
    bulkAtMs = forward(schedule, bulkAtMs, everyMs);
  }
  const taken = schedule.taken.filter((it) => it.endMs > bulkAtMs);
  return { schedule: { ...schedule, bulkAtMs, taken }, times };
}

/** The moment that lies so much free time after another; blocks that are taken are not free. */
const forward = ({ taken }: Schedule, fromMs: number, freeMs: number): number =>
  taken.reduce(
    (atMs, { startMs, endMs }) =>
      startMs <= atMs && endMs > fromMs ? atMs + endMs - Math.max(startMs, fromMs) : atMs,
    fromMs + freeMs,
  );

/** More is never taken ahead, so that the item stays small. */
const mostTaken = 20;

/** Gives out a block of bulk slots from `fromMs` on or soon after; what lies before it stays free for others. */
export function withBlockAhead(schedule: Schedule, count: number, perMinute: number, fromMs: number): Given {
  const everyMs = spaceMs(perMinute);
  if (count === 0 || schedule.taken.length >= mostTaken) return { schedule, times: [] };
  const startMs = schedule.taken.reduce(
    (atMs, it) => (atMs < it.endMs && atMs + count * everyMs > it.startMs ? it.endMs : atMs),
    Math.max(fromMs, schedule.bulkAtMs),
  );
  const times = Array.from({ length: count }, (_, index) => startMs + index * everyMs);
  const block = { startMs, endMs: startMs + count * everyMs };
  const taken = [...schedule.taken, block].toSorted((a, b) => a.startMs - b.startMs);
  return { schedule: { ...schedule, taken }, times };
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
    taken: [],
    bulkAtMs: Math.max(bulkAtMs, untilMs),
    interactiveAtMs: Math.max(interactiveAtMs, untilMs + interactiveBurstMs),
  };
}
