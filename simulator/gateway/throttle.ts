import { tooManyRequests } from '../failures.ts';

/** How many calls a minute lets through, and what the others hear. */
interface Rate {
  readonly perMinute: number;
  readonly sendsRetryAfter: boolean;
}

/** The gateway's throttle (connectwise-api.md §5). */
export interface Throttle {
  /** Counts a call; refuses it with 429 where the last minute is full, before it is executed. */
  take(): void;
  set(rate: Rate): void;
  rate(): Rate;
}

const minuteMs = 60_000;
/** What `Retry-After` says; clients keep 30 s as a floor as well (§5.2, §5.3). */
const retryAfterSeconds = 30;

/** A sliding minute by the given clock: refused calls do not count, so that a caller who waits is let in again. */
export function createThrottle(first: Rate, now: () => Date): Throttle {
  let rate = first;
  let times: number[] = [];
  return {
    rate: () => rate,
    set: (next) => {
      rate = next;
    },
    take: () => {
      if (!Number.isFinite(rate.perMinute)) return;
      const time = now().getTime();
      times = times.filter((earlier) => earlier > time - minuteMs);
      if (times.length >= rate.perMinute) throw tooManyRequests(retryAfterSeconds, rate.sendsRetryAfter);
      times.push(time);
    },
  };
}
