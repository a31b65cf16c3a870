import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBuffers } from '../../lib/clients/buffers.ts';

const page = 100_000;

describe('the memory of a page', () => {
  test('is as long as was asked for, whatever was given back before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 5 * 1_048_576 }), fc.boolean())), (takes) => {
        const buffers = createBuffers();
        const held: Buffer<ArrayBuffer>[] = [];
        for (const [length, isGivenBack] of takes) {
          const taken = buffers.take(length);
          expect(taken.length).toBe(length);
          if (isGivenBack) buffers.giveBack(taken);
          else held.push(taken);
        }
        // No two of those that are held lie in the same memory.
        for (const [place, buffer] of held.entries()) buffer.fill(place);
        for (const [place, buffer] of held.entries())
          expect(buffer.every((byte) => byte === place % 256)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('is taken again when it was given back', () => {
    const buffers = createBuffers();
    const first = buffers.take(page).fill(7);
    buffers.giveBack(first);
    expect(buffers.take(page + 1).at(0)).toBe(7);
    expect(buffers.take(page).at(0)).toBe(0);
  });

  test('is cut off from who gave it back: it finds nothing in it, rather than another page', () => {
    const buffers = createBuffers();
    const first = buffers.take(page);
    const row = first.subarray(10, 20);
    buffers.giveBack(first);
    buffers.take(page).fill(1);
    expect([first.length, row.length]).toEqual([0, 0]);
    // A second time it has nothing to give.
    buffers.giveBack(first);
    expect(buffers.take(page).at(0)).toBe(0);
  });

  test('is not kept for ever, however many pages were held at once', () => {
    const buffers = createBuffers();
    const many = Array.from({ length: 30 }, () => buffers.take(page).fill(7));
    for (const buffer of many) buffers.giveBack(buffer);
    const again = Array.from({ length: 30 }, () => buffers.take(page).at(0));
    expect(again.filter((byte) => byte === 7)).toHaveLength(10);
  });
});
