import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Page, Stretch } from '../../lib/pull/page.ts';
import type { Progress } from '../../lib/pull/progress.ts';
import { rowsOf } from '../../lib/pull/rows.ts';
import { servedFirst, walkAll } from '../../lib/pull/walk.ts';

const pageOf = ({ after }: Stretch, bytes: number): Page => ({
  kind: 'rows',
  rows: rowsOf([{ id: after + 1 }], bytes),
  ids: { first: after + 1, last: after + 1 },
  isEnd: true,
});

/** Walks 60 shards of one page each. @returns how many pages were on their way at once, and the ids that were sent. */
async function walked(bytes: number) {
  const progress: Progress = {
    digest: '',
    leaseUntilMs: 0,
    way: 'keyset',
    shards: Array.from({ length: 60 }, (_, place) => ({ after: place, until: place + 1, ended: false })),
    pages: 0,
    rows: 0,
    startedAtMs: 0,
  };
  const coming: number[] = [];
  let asked = 0;
  const sent: (number | undefined)[] = [];
  const stop = await walkAll({
    book: { progress, save: async () => {} },
    key: 'pull',
    pages: 'all',
    fetch: async (stretch) => {
      coming.push(++asked);
      await setImmediate();
      asked -= 1;
      return pageOf(stretch, bytes);
    },
    emit: async ({ rows }) => void sent.push(...rows.ids),
    isLate: () => false,
  });
  return {
    stop,
    most: Math.max(...coming.slice(20)),
    sent: sent.sort((a, b) => (a ?? 0) - (b ?? 0)),
    progress,
  };
}

describe('a walk', () => {
  const all = Array.from({ length: 60 }, (_, place) => place + 1);

  test.each([
    ['ten lanes, where pages are small', 1_000, 10],
    ['fewer, where pages are large', 8 * 1_048_576, 4],
    ['one, where a page is as large as may be', 64 * 1_048_576, 1],
  ])('goes by %s', async (_, bytes, lanes) => {
    const { stop, most, sent, progress } = await walked(bytes);
    expect({ stop, most, sent }).toEqual({ stop: undefined, most: lanes, sent: all });
    expect(progress.shards.every(({ ended }) => ended)).toBe(true);
  });
});

describe('a first page that is there already', () => {
  test('serves for the stretch that begins with it, once, and is the end where it is all of it', async () => {
    const first = { ...pageOf({ after: 0, until: null }, 1), isEnd: false };
    const fetched: Stretch[] = [];
    const fetch = servedFirst(first, async (stretch) => {
      fetched.push(stretch);
      return pageOf(stretch, 1);
    });
    await fetch({ after: 5, until: 9 });
    expect(await fetch({ after: 0, until: 1 })).toMatchObject({ ids: { last: 1 }, isEnd: true });
    await fetch({ after: 0, until: 1 });
    expect(fetched).toEqual([
      { after: 5, until: 9 },
      { after: 0, until: 1 },
    ]);
  });

  test('goes on where its stretch does', async () => {
    const first = { ...pageOf({ after: 0, until: null }, 1), isEnd: false };
    const fetch = servedFirst(first, async () => first);
    expect(await fetch({ after: 0, until: null })).toMatchObject({ isEnd: false });
  });
});
