import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floorPerMinute, type Limit, learn, type Seen, unknownLimit } from '../../lib/governor/learning.ts';

const startMs = 1_800_000_000_000;

/** A time in which so many calls a minute are answered, told every second. */
function busy(limit: Limit, fromMs: number, seconds: number, perMinute: number, latencyMs = 300): Limit {
  const count = perMinute / 60;
  return Array.from({ length: seconds }).reduce<Limit>(
    (current, _, second) =>
      learn(
        current,
        { kind: 'answered', count, latencySumMs: count * latencyMs },
        fromMs + (second + 1) * 1_000,
      ),
    limit,
  );
}

const limited = (sentAtMs: number, retryAfterMs?: number): Seen => ({
  kind: 'limited',
  sentAtMs,
  retryAfterMs,
});

const known: Limit = {
  ...unknownLimit(startMs),
  perMinute: 1_000,
  safePerMinute: 1_000,
  wallPerMinute: 1_020,
  probeAtMs: startMs + 600_000,
};

describe('what is learnt of a limit', () => {
  test('the rate is doubled while nothing is known and the calls use it', () => {
    const limit = busy(unknownLimit(startMs), startMs, 21, 240);
    expect(limit.perMinute).toBe(480);
  });

  test('a rate that nobody uses stays', () => {
    expect(busy(unknownLimit(startMs), startMs, 600, 60).perMinute).toBe(480);
  });

  test('a safe rate stays until the wall may be probed', () => {
    expect(busy(known, startMs, 590, 1_000).perMinute).toBe(1_000);
    expect(busy(known, startMs, 610, 1_000).perMinute).toBeGreaterThan(1_000);
  });

  test('a probe that is punished goes back to what is safe, and waits twice as long for the next', () => {
    const probing = { ...known, perMinute: 1_015 };
    const nowMs = startMs + 60_000;
    const first = learn(probing, limited(nowMs), nowMs);
    expect(first).toMatchObject({
      perMinute: 1_000,
      safePerMinute: 1_000,
      wallPerMinute: 1_015,
      failures: 1,
    });
    const later = nowMs + 3_600_000;
    const second = learn({ ...first, perMinute: 1_015, falls: 0 }, limited(later), later);
    expect(second.probeAtMs - later).toBe(2 * (first.probeAtMs - nowMs));
  });

  test('a large step that is punished tells the limit by the time that it took', () => {
    const safe = { ...known, perMinute: 800, safePerMinute: 800, wallPerMinute: 2_000 };
    const probing = { ...busy(safe, startMs - 60_000, 60, 800), perMinute: 1_200, sinceMs: startMs };
    const nowMs = startMs + 30_000;
    const punished = learn(busy(probing, startMs, 30, 1_200), limited(nowMs), nowMs);
    // Half a minute at 800 and half a minute at 1,200.
    expect(punished.perMinute).toBeCloseTo(1_000 * 0.99, 0);
    expect(punished.wallPerMinute).toBeCloseTo(1_000 * 1.01, 0);
  });

  test('one punishment is one decrease, however many calls met it', () => {
    const first = learn(known, limited(startMs), startMs + 100);
    const again = learn(first, limited(startMs + 50), startMs + 2_000);
    expect(again.perMinute).toBe(first.perMinute);
    expect(again.blockedUntilMs).toBe(startMs + 2_000 + 30_000);
  });

  test('punishments one after the other lead to what really went through', () => {
    const nowMs = startMs + 3_600_000;
    const first = learn(busy(known, nowMs - 60_000, 60, 1_000), limited(nowMs), nowMs);
    const last = Array.from({ length: 3 }).reduce<Limit>((limit) => {
      const atMs = limit.blockedUntilMs + 31_000;
      return learn(busy(limit, atMs - 30_000, 30, 900), limited(atMs), atMs);
    }, first);
    // 450 calls were answered in the last minute.
    expect(last.perMinute).toBeCloseTo(450 * 0.99, 0);
  });

  test.each([
    [undefined, 30_000],
    [5_000, 30_000],
    [45_000, 45_000],
  ])('after Retry-After of %s ms nothing goes out for %i ms', (retryAfterMs, blockedMs) => {
    expect(learn(known, limited(startMs, retryAfterMs), startMs).blockedUntilMs).toBe(startMs + blockedMs);
  });

  test('latency that climbs lowers the rate without a block', () => {
    const easy = busy({ ...known, probeAtMs: Number.MAX_SAFE_INTEGER }, startMs, 60, 1_000, 300);
    const slow = busy(easy, startMs + 60_000, 30, 600, 5_000);
    expect(slow.perMinute).toBeLessThan(1_000);
    expect(slow.blockedUntilMs).toBe(0);
  });
});

const seen = fc.oneof(
  fc.record({
    kind: fc.constant('answered' as const),
    count: fc.nat({ max: 3_000 }),
    latencySumMs: fc.nat({ max: 10_000_000 }),
  }),
  fc.record({
    kind: fc.constant('limited' as const),
    sentAtMs: fc.integer({ min: startMs - 10_000, max: startMs + 40_000_000 }),
    retryAfterMs: fc.option(fc.nat({ max: 600_000 }), { nil: undefined }),
  }),
);
const course = fc.array(fc.tuple(seen, fc.integer({ min: -2_000, max: 120_000 })), { maxLength: 200 });

/** Every state that a course of events leads through; clocks may go back by two seconds. */
function states(events: readonly (readonly [Seen, number])[], ceiling?: number): Limit[] {
  let nowMs = startMs;
  let limit = unknownLimit(nowMs, ceiling);
  return events.map(([event, passedMs]) => {
    nowMs += passedMs;
    limit = learn(limit, event, nowMs, ceiling);
    return limit;
  });
}

describe('whatever is seen', () => {
  test('the rate stays between the floor and the ceiling', () => {
    fc.assert(
      fc.property(course, fc.double({ min: 1, max: 5_000, noNaN: true }), (events, ceiling) => {
        for (const { perMinute } of states(events, ceiling)) {
          expect(perMinute).toBeLessThanOrEqual(ceiling);
          expect(perMinute).toBeGreaterThanOrEqual(Math.min(ceiling, floorPerMinute));
        }
      }),
    );
  });

  test('a block is never shortened', () => {
    fc.assert(
      fc.property(course, (events) => {
        const blocks = states(events).map((it) => it.blockedUntilMs);
        expect(blocks).toEqual(blocks.toSorted((a, b) => a - b));
      }),
    );
  });

  test('a 429 never raises the rate', () => {
    fc.assert(
      fc.property(course, (events) => {
        const all = states(events);
        events.forEach(([event], index) => {
          const before = all[index - 1];
          if (event.kind === 'limited' && before)
            expect(all[index]?.perMinute).toBeLessThanOrEqual(before.perMinute);
        });
      }),
    );
  });
});
