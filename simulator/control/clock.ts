/** The simulator's clock: it runs with the one that it was given until it is told otherwise. */
export interface Clock {
  now(): Date;
  /** Moves it forward. */
  advance(ms: number): void;
  /** Sets it, and lets it stand still but for `advance`. */
  stop(at: Date): void;
  /** Lets it run again, as it was given. */
  reset(): void;
}

export function createClock(given: () => Date): Clock {
  let aheadMs = 0;
  let standsAtMs: number | undefined;
  return {
    now: () => new Date((standsAtMs ?? given().getTime()) + aheadMs),
    advance: (ms) => {
      aheadMs += ms;
    },
    stop: (at) => {
      standsAtMs = at.getTime();
      aheadMs = 0;
    },
    reset: () => {
      standsAtMs = undefined;
      aheadMs = 0;
    },
  };
}
