import { bounded } from './learning.ts';
import { spaceMs } from './pace.ts';

/** Paces the calls of one worker that cannot reach the table. */
export interface CarefulPace {
  /** Takes the next slot; undefined where that is after `untilMs`. */
  take(nowMs: number, untilMs: number): number | undefined;
}

/** So many workers may be without the table at the same time and still be near the limit together. */
const assumedWorkers = 20;

/** @param knownPerMinute the shared rate as the worker last saw it; undefined where it never did. */
export function createCarefulPace(
  knownPerMinute: () => number | undefined,
  ceiling: () => number | undefined,
): CarefulPace {
  let nextMs = 0;
  return {
    take: (nowMs, untilMs) => {
      const slotMs = Math.max(nowMs, nextMs);
      if (slotMs > untilMs) return undefined;
      const most = ceiling();
      const perMinute = bounded(
        (knownPerMinute() ?? 0) / assumedWorkers,
        most === undefined ? undefined : most / assumedWorkers,
      );
      nextMs = slotMs + spaceMs(perMinute);
      return slotMs;
    },
  };
}
