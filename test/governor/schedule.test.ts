import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptySchedule, type Schedule, withBlockAhead, withSlots } from '../../lib/governor/schedule.ts';

const startMs = 1_800_000_000_000;
const perMinute = 600;
const everyMs = 100;

const lease = fc.record({
  count: fc.integer({ min: 1, max: 12 }),
  ahead: fc.nat({ max: 10 }),
  pauseMs: fc.nat({ max: 2_000 }),
});

/** All slots that leases one after the other get, in order of their time. */
function slotsOf(leases: readonly { count: number; ahead: number; pauseMs: number }[]): number[] {
  let schedule: Schedule = { ...emptySchedule, bulkAtMs: startMs };
  const times = leases.flatMap(({ count, ahead, pauseMs }) => {
    const near = withSlots(schedule, 'bulk', count, perMinute, startMs);
    const far = withBlockAhead(near.schedule, ahead, perMinute, near.schedule.bulkAtMs + pauseMs);
    schedule = far.schedule;
    return [...near.times, ...far.times];
  });
  return times.toSorted((a, b) => a - b);
}

describe('slots', () => {
  test('a block for the next batch leaves what lies before it to others, and nobody gets it twice', () => {
    const near = withSlots({ ...emptySchedule, bulkAtMs: startMs }, 'bulk', 2, perMinute, startMs);
    const ahead = withBlockAhead(near.schedule, 2, perMinute, startMs + 500);
    const others = withSlots(ahead.schedule, 'bulk', 5, perMinute, startMs);
    expect(near.times.map((it) => it - startMs)).toEqual([0, 100]);
    expect(ahead.times.map((it) => it - startMs)).toEqual([500, 600]);
    expect(others.times.map((it) => it - startMs)).toEqual([200, 300, 400, 700, 800]);
  });

  test('no stretch of time holds more slots than the rate has, but for one beside each block', () => {
    fc.assert(
      fc.property(fc.array(lease, { minLength: 1, maxLength: 40 }), (leases) => {
        const times = slotsOf(leases);
        for (const [index, time] of times.entries()) {
          const later = times[index + 40];
          // A block may begin less than a space after the slot before it; the slot after it makes up for that.
          if (later !== undefined) expect(later - time).toBeGreaterThanOrEqual(39 * everyMs);
        }
      }),
    );
  });
});
