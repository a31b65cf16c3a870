import * as z from 'zod/mini';

/**
 * When the slots are that a counter gives out: calls are numbered in the order in which their slots are taken, and this says
 * when one of them is. Those before and after it are spaced evenly.
 */
export const paceSchema = z.object({ slot: z.number(), atMs: z.number(), perMinute: z.number() });

export type Pace = z.infer<typeof paceSchema>;

export type Lane = 'interactive' | 'bulk';

/** Before anything was paced: every slot is long past. */
export const noPace: Pace = { slot: 0, atMs: 0, perMinute: 0 };

/** So much sooner than its turn may an API caller go: bulk has taken slots for some seconds, and callers may come together. */
const passesMs = 8_000;

/** So many more messages come back than there are slots for, lest a slot be without a taker. */
const overbooking = 2;

export const spaceMs = (perMinute: number) => 60_000 / perMinute;

/** When a slot is; of a pace that is not set yet, never too late to be set. */
export const timeOf = ({ slot, atMs, perMinute }: Pace, number: number) =>
  perMinute === 0 ? 0 : atMs + (number - slot) * spaceMs(perMinute);

/** The number of the last slot that is not after a time. */
export const slotAt = ({ slot, atMs, perMinute }: Pace, timeMs: number) =>
  slot + Math.floor((timeMs - atMs) / spaceMs(perMinute));

/** When a lane may use a slot: interactive passes the bulk slots that are given out already, and bulk pays with later ones. */
export const usableMs = (pace: Pace, lane: Lane, number: number) =>
  timeOf(pace, number) - (lane === 'interactive' ? passesMs : 0);

/** Until when the slots of a lane may be, that its caller can wait for. */
export const lastTimeMs = (lane: Lane, untilMs: number) => untilMs + (lane === 'interactive' ? passesMs : 0);

export interface Setting {
  readonly perMinute: number;
  /** What passed unused of so much time may be used at once. */
  readonly burstMs: number;
  readonly blockedUntilMs: number;
}

/** No slot before this is given out any more. */
export const earliestOf = ({ burstMs, blockedUntilMs }: Setting, nowMs: number) =>
  Math.max(blockedUntilMs, nowMs - burstMs);

/**
 * The pace from a slot on that is given out next: none of its slots lies in a block or was left unused for long. The same
 * where nothing has changed.
 */
export function paced(pace: Pace, next: number, setting: Setting, nowMs: number): Pace {
  const { perMinute } = setting;
  const earliestMs = earliestOf(setting, nowMs);
  const nextMs = timeOf(pace, next);
  if (pace.perMinute === perMinute && nextMs >= earliestMs) return pace;
  return { slot: next, atMs: Math.max(nextMs, earliestMs), perMinute };
}

/**
 * Over which time messages are spread that rest. Each draws a moment of it, so that at any time about `overbooking` times
 * as many come back as there are slots, whatever came before: no wave of them repeats itself.
 */
export const spreadMs = (resting: number, perMinute: number) =>
  (2 * resting * spaceMs(perMinute)) / overbooking;
