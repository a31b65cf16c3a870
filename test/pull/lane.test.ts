import { describe, expect, test } from 'vitest';
import { type EmittedPage, walkLane } from '../../lib/pull/lane.ts';
import type { Page, Stretch } from '../../lib/pull/page.ts';
import { openBook, type Progress, type Shard } from '../../lib/pull/progress.ts';
import { rowsOf } from '../../lib/pull/rows.ts';
import { createMemoryStore } from '../memory-store.ts';

const pageSize = 2;

interface Weather {
  /** Another lane has stopped. */
  readonly isOver?: boolean;
  /** So many calls are let in; the next one has to wait. */
  readonly calls?: number;
}

const refused: Page = {
  kind: 'ended',
  ending: {
    kind: 'unsent',
    failure: { reason: 'rate_limited', message: 'Not yet.' },
    retried: 0,
    waitMs: 1_000,
  },
};

/** A collection of these ids, of which so many go into a page, and a shard of it that is walked. */
async function walk(ids: readonly number[], shard: Shard, weather: Weather = {}) {
  const { isOver = false, calls = Number.POSITIVE_INFINITY } = weather;
  let called = 0;
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
    called += 1;
    if (called > calls) return refused;
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
    isOver: () => isOver,
    isSpent: () => false,
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

  test('is cut short where calls have to wait again and again, so that the pull gets on', async () => {
    const shard = cutAt(100);
    const sent: number[] = [];
    for (let delivery = 1; delivery <= 4; delivery++) {
      const { pages, stop } = await walk(upTo(100), shard, { calls: 2 });
      sent.push(...pages.flat().filter((id) => id !== undefined));
      expect(stop?.kind).toBe('ended');
      expect(sent.length > 0).toBe(delivery === 4);
    }
    expect(sent).toEqual([1, 2, 3, 4]);
    expect(shard).toMatchObject({ after: 4 });
    expect(shard).not.toHaveProperty('pending');
  });
});

test('a page that has come is sent, though another lane has stopped meanwhile', async () => {
  const shard = whole();
  const { pages, stop } = await walk([2, 6, 8], shard, { isOver: true });
  expect(pages).toEqual([[2, 6]]);
  expect(stop).toEqual({ kind: 'paused' });
  expect(shard).toMatchObject({ after: 6, ended: false });
});
