import { describe, expect, test } from 'vitest';
import { type EmittedPage, walkLane } from '../../lib/pull/lane.ts';
import type { Page, Stretch } from '../../lib/pull/page.ts';
import { openBook, type Progress, type Shard } from '../../lib/pull/progress.ts';
import { rowsOf } from '../../lib/pull/rows.ts';
import { createMemoryStore } from '../memory-store.ts';

const pageSize = 2;

/** A collection of these ids, of which so many go into a page, and a shard of it that is walked. */
async function walk(ids: readonly number[], shard: Shard) {
  const progress: Progress = {
    digest: 'digest',
    leaseUntilMs: 0,
    way: 'keyset',
    shards: [shard],
    pages: shard.pending ? 1 : 0,
    rows: 0,
    startedAtMs: 0,
  };
  const emitted: EmittedPage[] = [];
  const fetch = async ({ after, until }: Stretch): Promise<Page> => {
    const found = ids.filter((id) => id > after && id <= (until ?? id)).slice(0, pageSize);
    const [first, last] = [found[0], found.at(-1)];
    return {
      kind: 'rows',
      rows: rowsOf(found.map((id) => ({ id }))),
      ids: first === undefined || last === undefined ? undefined : { first, last },
      isEnd: found.length < pageSize || last === until,
    };
  };
  const shards = [shard].values();
  const stop = await walkLane({
    book: openBook(progress, undefined, 'acme/pull', createMemoryStore<Progress>().store),
    key: 'acme/pull',
    next: () => shards.next().value,
    fetch,
    emit: async (page) => {
      emitted.push(page);
    },
    isOver: () => false,
  });
  return {
    stop,
    progress,
    pages: emitted.map(({ rows }) => rows.ids),
    names: emitted.map(({ page }) => page.id),
  };
}

const whole = (): Shard => ({ after: 0, until: null, ended: false });
const cutAt = (last: number): Shard => ({ ...whole(), pending: { number: 1, last } });
const upTo = (last: number) => Array.from({ length: last }, (_, place) => place + 1);

describe('a page that may be out already', () => {
  test('holds all that there is within its bounds by now, under the name that it had, and the next begins behind it', async () => {
    const before = await walk([2, 6, 8], whole());
    expect(before.pages).toEqual([[2, 6], [8]]);
    const { pages, names, progress, stop } = await walk([1, 2, 3, 4, 6, 8], cutAt(6));
    expect(pages).toEqual([[1, 2, 3, 4, 6], [8]]);
    expect(names).toEqual(before.names);
    expect(progress).toMatchObject({ rows: 6, pages: 2, firstId: 1, lastId: 8 });
    expect(progress).not.toHaveProperty('repeats');
    expect(stop).toBeUndefined();
  });

  test('goes though nothing of it is there any more: its number was given out', async () => {
    const { pages, progress } = await walk([8], cutAt(6));
    expect(pages).toEqual([[], [8]]);
    expect(progress).toMatchObject({ rows: 1, pages: 2 });
  });

  test('that became far too long ends before its bound, loses nothing, and the pull says so', async () => {
    const { pages, progress } = await walk(upTo(100), cutAt(100));
    expect(pages.flat()).toEqual(upTo(100));
    expect(pages.length).toBeGreaterThan(1);
    expect(progress.repeats).toBe(true);
  });
});
