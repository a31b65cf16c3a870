/** How often something happened lately in this worker, up to two hundred times. */
export interface Recent {
  add(nowMs: number): void;
  within(spanMs: number, nowMs: number): number;
}

/** Nobody leases more ahead, so nobody need count further. */
const remembered = 200;

export function createRecent(): Recent {
  const times: number[] = [];
  return {
    add: (nowMs) => {
      if (times.push(nowMs) > remembered) times.shift();
    },
    within: (spanMs, nowMs) => {
      const first = times.findIndex((timeMs) => timeMs > nowMs - spanMs);
      return first < 0 ? 0 : times.length - first;
    },
  };
}
