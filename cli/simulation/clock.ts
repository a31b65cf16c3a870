/** Simulated time: whoever sleeps is woken in order, and nobody waits for real. */
export interface Clock {
  now(): number;
  sleep(waitMs: number): Promise<void>;
  at(timeMs: number, wake: () => void): void;
  /** Goes on to `endMs`; those who would wake later sleep for ever. */
  runTo(endMs: number): Promise<void>;
}

interface Alarm {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

const isBefore = (a: Alarm, b: Alarm) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** Starts at an hour of 2026, since the product's clocks count from 1970. Times are whole milliseconds. */
export const startMs = Date.UTC(2026, 0, 1);

/** All that follows from those who woke is done before time goes on: a macrotask comes after every promise. */
const settled = () => new Promise(setImmediate);

export function createClock(): Clock {
  const heap: Alarm[] = [];
  let nowMs = startMs;
  let order = 0;
  const at = (timeMs: number, wake: () => void) => {
    push(heap, { atMs: Math.max(nowMs, Math.ceil(timeMs)), order, wake });
    order += 1;
  };
  return {
    now: () => nowMs,
    at,
    sleep: (waitMs) => new Promise((wake) => at(nowMs + waitMs, wake)),
    runTo: async (endMs) => {
      await settled();
      for (let next = heap[0]; next && next.atMs <= endMs; next = heap[0]) {
        nowMs = next.atMs;
        while (heap[0]?.atMs === nowMs) pop(heap)?.wake();
        await settled();
      }
      nowMs = endMs;
    },
  };
}

function push(heap: Alarm[], alarm: Alarm): void {
  let index = heap.push(alarm) - 1;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (!parent || !isBefore(alarm, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = alarm;
}

function pop(heap: Alarm[]): Alarm | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const child = left && right && isBefore(right, left) ? right : left;
    if (!child || !isBefore(child, last)) break;
    heap[index] = child;
    index = child === left ? 2 * index + 1 : 2 * index + 2;
  }
  heap[index] = last;
  return first;
}
