import { describe, expect, test } from 'vitest';
import { askedAhead, type NamingFetch } from '../../lib/pull/ahead.ts';
import { namedNext, type Page } from '../../lib/pull/page.ts';
import type { Progress } from '../../lib/pull/progress.ts';
import { rowsOf } from '../../lib/pull/rows.ts';
import { walkAll } from '../../lib/pull/walk.ts';

const pageOf = (last: number, isEnd = false): Page => ({
  kind: 'rows',
  rows: rowsOf([{ id: last }]),
  ids: { first: last, last },
  isEnd,
});

/** Pages of which head and body come when the test says so. */
function openSource(mayAsk: () => boolean = () => true) {
  const asked: number[] = [];
  const heads = new Map<number, (next: number) => void>();
  const bodies = new Map<number, (page: Page) => void>();
  const fetch: NamingFetch = ({ after }, onNext = () => {}) => {
    asked.push(after);
    heads.set(after, onNext);
    return new Promise((come) => bodies.set(after, come));
  };
  const walk = askedAhead(fetch, mayAsk);
  return {
    asked,
    walkTo: (after: number) => walk({ after, until: null }),
    head: (after: number, next: number) => heads.get(after)?.(next),
    body: (after: number, page: Page) => bodies.get(after)?.(page),
  };
}

describe('the next page of the walk of ConnectWise', () => {
  test('is asked for when the head of the one before has come, and once only', async () => {
    const { asked, walkTo, head, body } = openSource();
    const first = walkTo(0);
    expect(asked).toEqual([0]);
    head(0, 5);
    expect(asked).toEqual([0, 5]);
    body(0, pageOf(5));
    expect(await first).toMatchObject({ ids: { last: 5 } });
    const second = walkTo(5);
    body(5, pageOf(9));
    expect(await second).toMatchObject({ ids: { last: 9 } });
    expect(asked).toEqual([0, 5]);
  });

  test('is one, however fast pages come and slow their reader is', () => {
    const { asked, walkTo, head, body } = openSource();
    walkTo(0);
    head(0, 5);
    head(5, 9);
    body(5, pageOf(9));
    expect(asked).toEqual([0, 5]);
    walkTo(5);
    expect(asked).toEqual([0, 5, 9]);
  });

  test('is asked for once where a page is tried twice', () => {
    const { asked, walkTo, head } = openSource();
    walkTo(0);
    head(0, 5);
    head(0, 5);
    expect(asked).toEqual([0, 5]);
  });

  test('is not taken where the ids lead elsewhere, and then none is asked for ahead any more', () => {
    const { asked, walkTo, head } = openSource();
    walkTo(0);
    head(0, 7);
    walkTo(5);
    head(5, 9);
    expect(asked).toEqual([0, 7, 5]);
  });

  test.each([3, 2, 0])('is not asked for where a page after 3 is said to go on after %d', (next) => {
    const { asked, walkTo, head } = openSource();
    walkTo(3);
    head(3, next);
    expect(asked).toEqual([3]);
  });

  test('is not asked for where nobody will want it', () => {
    const { asked, walkTo, head } = openSource(() => false);
    walkTo(0);
    head(0, 5);
    expect(asked).toEqual([0]);
  });

  test('may fail before anybody waits for it', async () => {
    const pages = new Map([[0, Promise.resolve(pageOf(5))]]);
    const walk = askedAhead(
      (stretch, onNext) => {
        queueMicrotask(() => onNext?.(5));
        return pages.get(stretch.after) ?? Promise.reject(new Error('gone'));
      },
      () => true,
    );
    await walk({ after: 0, until: null });
    await expect(walk({ after: 5, until: null })).rejects.toThrow('gone');
  });
});

test.each([
  [3, [0, 1, 2]],
  ['all', [0, 1, 2, 3, 4]],
] as const)('a walk of %s pages asks for no other', async (pages, asked) => {
  const progress: Progress = {
    digest: '',
    leaseUntilMs: 0,
    way: 'forward-only',
    shards: [{ after: 0, until: null, ended: false }],
    pages: 0,
    rows: 0,
    startedAtMs: 0,
  };
  const seen: number[] = [];
  await walkAll({
    book: { progress, save: async () => {} },
    key: 'pull',
    pages,
    fetch: async ({ after }, onNext) => {
      seen.push(after);
      await undefined;
      if (after < 4) onNext?.(after + 1);
      await undefined;
      return pageOf(after + 1, after === 4);
    },
    emit: async () => {},
    isLate: () => false,
  });
  expect(seen).toEqual(asked);
});

test.each([
  ['<https://na/v/apis/3.0/x?pageSize=2&pageId=17>; rel="next"', 17],
  ['<https://na/v/apis/3.0/x?pageId=17&pageSize=2>; rel=next', 17],
  ['<https://na/x?page=1>; rel="first", <https://na/x?pageId=17>; rel="next"', 17],
  ['<https://na/x?pageId=17>; rel="first", <https://na/x?page=2>; rel="next"', undefined],
  ['<https://na/x?pageId=>; rel="next"', undefined],
  ['<https://na/x?pageId=9999999999999999>; rel="next"', undefined],
  ['', undefined],
  [null, undefined],
])('a head with the link %s names %s', (link, id) => {
  expect(namedNext({ get: (name) => (name === 'link' ? link : null) })).toBe(id);
});
