/** How a server counts, which no caller knows. */
export type Counting = 'fixed' | 'sliding' | 'bucket' | 'saturation';

/** From when on how many calls a minute; the first at 0. */
export type Course = readonly { readonly fromMs: number; readonly perMinute: number }[];

export interface HiddenLimit {
  /** A call arrives. @returns how long it stands in the server's own queue; undefined where it is refused. */
  arrive(nowMs: number): number | undefined;
  /** How many calls the limit lets through between two moments: what an oracle would send. */
  allowed(fromMs: number, toMs: number): number;
}

const minuteMs = 60_000;

export function createHiddenLimit(counting: Counting, course: Course, burst = 1): HiddenLimit {
  const at = (nowMs: number) => course.findLast((it) => it.fromMs <= nowMs)?.perMinute ?? 0;
  const counters: Readonly<Record<Counting, () => HiddenLimit['arrive']>> = {
    fixed: () => fixedWindow(at),
    sliding: () => slidingWindow(at),
    bucket: () => tokenBucket(at, burst),
    saturation: () => saturation(at),
  };
  return {
    arrive: counters[counting](),
    allowed: (fromMs, toMs) =>
      course.reduce((sum, { fromMs: startMs, perMinute }, index) => {
        const endMs = Math.min(toMs, course[index + 1]?.fromMs ?? toMs);
        return sum + (Math.max(0, endMs - Math.max(fromMs, startMs)) * perMinute) / minuteMs;
      }, 0),
  };
}

type At = (nowMs: number) => number;

function fixedWindow(at: At): HiddenLimit['arrive'] {
  let window = -1;
  let count = 0;
  return (nowMs) => {
    const current = Math.floor(nowMs / minuteMs);
    if (current !== window) [window, count] = [current, 0];
    if (count >= at(nowMs)) return undefined;
    count += 1;
    return 0;
  };
}

/** Refused calls do not count, like in the simulator's own throttle. */
function slidingWindow(at: At): HiddenLimit['arrive'] {
  let times: number[] = [];
  let first = 0;
  return (nowMs) => {
    while ((times[first] ?? nowMs) <= nowMs - minuteMs) first += 1;
    if (first > 10_000) [times, first] = [times.slice(first), 0];
    if (times.length - first >= at(nowMs)) return undefined;
    times.push(nowMs);
    return 0;
  };
}

/** @param burst the bucket's size, in minutes of the limit. */
function tokenBucket(at: At, burst: number): HiddenLimit['arrive'] {
  let tokens = at(0) * burst;
  let lastMs = 0;
  return (nowMs) => {
    const perMinute = at(nowMs);
    tokens = Math.min(perMinute * burst, tokens + ((nowMs - lastMs) * perMinute) / minuteMs);
    lastMs = nowMs;
    if (tokens < 1) return undefined;
    tokens -= 1;
    return 0;
  };
}

/** A self-hosted server without a throttle: it serves one after the other, and who comes too soon waits. */
function saturation(at: At): HiddenLimit['arrive'] {
  let freeMs = 0;
  return (nowMs) => {
    const beginMs = Math.max(nowMs, freeMs);
    freeMs = beginMs + minuteMs / at(nowMs);
    return beginMs - nowMs;
  };
}
