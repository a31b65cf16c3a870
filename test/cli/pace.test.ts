import { describe, expect, test } from 'vitest';
import { createPace } from '../../cli/pace.ts';

/** What is said at the end of moments, each a second and how much was done by then. */
function said(moments: readonly (readonly [second: number, done: number])[], total: number): string {
  let nowMs = 0;
  const pace = createPace(() => nowMs);
  let text = '';
  for (const [second, done] of moments) {
    nowMs = second * 1000;
    text = pace.of(done, total);
  }
  return text;
}

describe('a pace', () => {
  test('goes by what was done lately: a slow beginning is forgotten', () => {
    const slow = Array.from({ length: 60 }, (_, second) => [second, second * 2] as const);
    const fast = Array.from({ length: 60 }, (_, second) => [60 + second, 120 + second * 100] as const);
    expect(said(slow, 1_000)).toBe(', 2.0 a second, about 7 min left');
    expect(said([...slow, ...fast], 12_000)).toBe(', 100 a second, about 60 s left');
  });

  test('is not told from a moment, from a standstill, or at the end', () => {
    expect(said([[0, 0]], 10)).toBe('');
    expect(
      said(
        [
          [0, 5],
          [10, 5],
        ],
        10,
      ),
    ).toBe('');
    expect(
      said(
        [
          [0, 0],
          [10, 10],
        ],
        10,
      ),
    ).toBe('');
  });

  test('is in hours where there are many', () => {
    expect(
      said(
        [
          [0, 0],
          [10, 80],
        ],
        288_080,
      ),
    ).toBe(', 8.0 a second, about 10 h left');
  });
});
