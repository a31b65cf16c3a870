/** Times that were leased to one worker and are not used yet. */
export interface Permits {
  add(timesMs: readonly number[]): void;
  /** The earliest time that is not after `untilMs`; undefined where there is none. */
  take(untilMs: number): number | undefined;
  /** Loses what lies before. @returns how many that were. */
  dropBefore(timeMs: number): number;
}

export function createPermits(): Permits {
  // Taken from the front in place: a generous limit holds hundreds, which are not copied for every call.
  let held: number[] = [];
  const dropBefore = (timeMs: number) => {
    const before = held.length;
    if ((held[0] ?? timeMs) < timeMs) held = held.filter((it) => it >= timeMs);
    return before - held.length;
  };
  return {
    add: (timesMs) => {
      held = [...held, ...timesMs].sort((a, b) => a - b);
    },
    take: (untilMs) => {
      const first = held[0];
      return first === undefined || first > untilMs ? undefined : held.shift();
    },
    dropBefore,
  };
}
