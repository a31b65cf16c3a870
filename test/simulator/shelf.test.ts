import { describe, expect, test } from 'vitest';
import { createShelf } from '../../simulator/shelf.ts';

function observed() {
  const made: number[] = [];
  const state = { edition: 'v2026_1' };
  const shelf = createShelf(() => state.edition);
  const read = (id: number) =>
    shelf.get(id, () => {
      made.push(id);
      return { id, codebase: state.edition };
    });
  return { made, state, read };
}

describe('the shelf of made records', () => {
  test('makes a record once', () => {
    const { made, read } = observed();
    expect(read(1)).toBe(read(1));
    expect(made).toEqual([1]);
  });

  test('makes it anew when the codebase has rolled', () => {
    const { state, read } = observed();
    read(1);
    state.edition = 'v2026_2';
    expect(read(1)).toEqual({ id: 1, codebase: 'v2026_2' });
  });

  test('forgets the oldest where it is full', () => {
    const { made, read } = observed();
    for (let id = 1; id <= 2_001; id++) read(id);
    read(2);
    expect(made).toHaveLength(2_001);
    read(1);
    expect(made).toHaveLength(2_002);
  });
});
