import { describe, expect, test } from 'vitest';
import type { IncrementProgress } from '../../lib/pull/progress.ts';
import { createSieve, type Memory } from '../../lib/pull/sieve.ts';
import { openSnapshots } from '../../lib/pull/snapshot.ts';
import { createMemoryObjects } from '../memory-store.ts';

const rememberedFrom = '2026-01-31T15:00:00Z';
const rowOf = (id: number, summary: string, lastUpdated = rememberedFrom) => ({
  id,
  summary,
  _info: { lastUpdated },
});
const old = (id: number) => rowOf(id, 'old', '2025-01-01T00:00:00Z');

/** A sieve with nothing behind it; several share what they remember, as workers do by the table. */
function start(more: Partial<IncrementProgress> = {}) {
  const snapshots = openSnapshots(createMemoryObjects(), 'acme/tickets');
  const increment: IncrementProgress = {
    by: 'lastUpdated',
    rememberedFrom,
    notes: [],
    alreadySent: 0,
    leftForNext: 0,
    isForgetful: false,
    ...more,
  };
  const memory: Memory = new Map();
  const sieve = createSieve({ increment, memory, snapshots, current: undefined });
  const sift = async (...[rows, cut]: Parameters<typeof sieve.sift>) => {
    const sifted = await sieve.sift(rows, cut);
    if ('why' in sifted) throw new Error(sifted.why);
    return sifted;
  };
  return { sieve, sift, increment, memory };
}

const idsOf = (rows: readonly unknown[] = []) => rows.map((row) => Object(row).id);

describe('a page that may be out already', () => {
  const first = [old(1), rowOf(2, 'stays'), rowOf(3, 'changes'), rowOf(4, 'goes')];
  const second = [old(1), rowOf(2, 'stays'), rowOf(3, 'changed'), rowOf(5, 'comes')];

  test('carries what it carried, and what changed goes in a page of its own', async () => {
    const { sift } = start();
    const { note } = await sift(first);
    const again = await sift(second, { note });
    expect(again.rows).toEqual([old(1), rowOf(2, 'stays')]);
    expect(again.rest?.rows).toEqual([rowOf(3, 'changed'), rowOf(5, 'comes')]);
  });

  test('is remembered as far as both times were alike: what went from it comes again where it comes back', async () => {
    const { sift, memory } = start();
    memory.set(4, { id: 4, hash: 'as it was before' });
    const { note } = await sift(first);
    const again = await sift(second, { note });
    again.keep();
    again.rest?.keep();
    expect([...memory.keys()].toSorted()).toEqual([2, 3, 5]);
    const later = await sift([...second, rowOf(4, 'goes')]);
    expect(later.rows).toEqual([old(1), rowOf(4, 'goes')]);
  });

  test('is noted for those who go on as it is remembered', async () => {
    const { sift, increment } = start();
    const { note } = await sift(first);
    const again = await sift(second, { note });
    again.keep();
    again.rest?.keep();
    expect(increment.notes).toEqual([expect.any(String), again.rest?.note]);
    expect(increment.notes[0]).not.toBe(note);
  });

  test('as the rest of another, holds nothing of that one, and counts nothing twice', async () => {
    const { sift, increment } = start();
    const { note } = await sift(first);
    const again = await sift(second, { note });
    again.keep();
    const rest = await sift(second, { note: again.rest?.note, isRest: true });
    expect(idsOf(rest.rows)).toEqual([3, 5]);
    expect(rest.rest).toBeUndefined();
    rest.keep();
    expect(increment.alreadySent).toBe(0);
  });

  test('of which nothing was noted for want of room goes again as it is, and is forgotten', async () => {
    const { sift, memory } = start({ isForgetful: true });
    const again = await sift(second, {});
    expect(again.rows).toEqual(second);
    again.keep();
    expect([...memory.keys()]).toEqual([]);
  });
});

describe('where there is no room for notes', () => {
  const full = Array.from({ length: 2_000 }, () => 'note');

  test('the pull says that some will come again', async () => {
    const { sift, increment } = start({ notes: full });
    const sifted = await sift([rowOf(1, 'new')]);
    expect(sifted.note).toBeUndefined();
    expect(increment.isForgetful).toBe(true);
  });

  test('records that are compared by content are refused, since they could not be told from others', async () => {
    const { sieve } = start({ by: 'content', notes: full });
    expect(await sieve.sift([rowOf(1, 'new')])).toMatchObject({
      why: expect.stringContaining('too many pages'),
    });
  });
});
