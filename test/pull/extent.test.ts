import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shardWidth } from '../../lib/pull/extent.ts';

const pageSize = fc.integer({ min: 1, max: 1_000 });

describe('a shard', () => {
  test('of ids without gaps is full pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), pageSize, (count, size) => {
        expect(shardWidth(count, count, size) % size).toBe(0);
      }),
    );
  });

  test('of ids with gaps holds, on average, no more than its pages and hardly less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 500_000 }),
        fc.integer({ min: 2, max: 50 }),
        pageSize,
        (count, gap, size) => {
          const pages = shardWidth(count * gap, count, size) / gap / size;
          const whole = Math.ceil(count / size / 60);
          expect(pages).toBeLessThanOrEqual(whole);
          expect(pages).toBeGreaterThan(0.95 * whole - 1 / size);
        },
      ),
    );
  });

  test.each([
    [100_000, 100_000, 50],
    [1_000_000, 1_000_000, 59],
    [6_000, 6_000, 6],
    [100_000, 400_000, 53],
  ])('of %i rows over %i ids makes %i of them', (count, ids, shards) => {
    expect(Math.ceil(ids / shardWidth(ids, count, 1_000))).toBe(shards);
  });
});
