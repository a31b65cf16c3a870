import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Pace, paced, slotAt, timeOf } from '../../lib/governor/pace.ts';
import { governorStateSchema, newState, noSums } from '../../lib/governor/state.ts';

const startMs = 1_800_000_000_000;
const burstMs = 250;
const steady: Pace = { slot: 7, atMs: startMs, perMinute: 600 };
const setting = { perMinute: 600, burstMs, blockedUntilMs: 0 };

describe('the pace of a counter', () => {
  test('says when a slot is, and which one is the last at a time', () => {
    expect(timeOf(steady, 10)).toBe(startMs + 300);
    expect(slotAt(steady, startMs + 399)).toBe(10);
  });

  test('stays while its slots lie ahead', () => {
    expect(paced(steady, 9, setting, startMs)).toBe(steady);
  });

  test('makes up for what passed unused a moment ago, and for no more', () => {
    const nowMs = startMs + 60_000;
    expect(timeOf(paced(steady, 9, setting, nowMs), 9)).toBe(nowMs - burstMs);
  });

  test('leaves a block without slots', () => {
    const blockedUntilMs = startMs + 30_000;
    expect(timeOf(paced(steady, 9, { ...setting, blockedUntilMs }, startMs), 9)).toBe(blockedUntilMs);
  });

  test('no stretch of time holds more slots than the highest rate has, but for one burst', () => {
    const taken = fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      passedMs: fc.nat({ max: 2_000 }),
      perMinute: fc.integer({ min: 300, max: 600 }),
    });
    fc.assert(
      fc.property(fc.array(taken, { minLength: 10, maxLength: 60 }), (all) => {
        let [pace, slots, nowMs] = [steady, 7, startMs];
        const times = all.flatMap(({ count, passedMs, perMinute }) => {
          nowMs += passedMs;
          pace = paced(pace, slots, { ...setting, perMinute }, nowMs);
          const first = slots;
          slots += count;
          return Array.from({ length: count }, (_, index) => timeOf(pace, first + index));
        });
        for (const [index, time] of times.entries())
          if (index >= 10) expect(time - (times[index - 10] ?? 0)).toBeGreaterThan(10 * 100 - 1);
      }),
    );
  });
});

describe('the state', () => {
  test('of a version that knew no pace keeps its limit', () => {
    const { limit } = newState(startMs, noSums);
    const schedule = { bulkAtMs: 1, interactiveAtMs: 1, taken: [], resting: 0 };
    const state = governorStateSchema.parse({ limit, schedule });
    expect(state).toMatchObject({ limit, pace: { perMinute: 0 }, resting: 0 });
  });
});
