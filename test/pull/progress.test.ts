import { expect, test } from 'vitest';
import { Overtaken, openBook, type Progress } from '../../lib/pull/progress.ts';
import { createMemoryStore } from '../memory-store.ts';
import { start } from './peace.ts';

const begun = (): Progress => ({
  digest: 'digest',
  leaseUntilMs: 0,
  way: 'keyset',
  shards: [{ after: 0, until: null, ended: false }],
  pages: 0,
  rows: 0,
  startedAtMs: 0,
});

test('who goes on with a pull stops whoever was at it before', async () => {
  const { store, items } = createMemoryStore<Progress>();
  const first = openBook(begun(), undefined, 'acme/pull', store);
  await first.save();
  const second = openBook({ ...begun(), pages: 7 }, 1, 'acme/pull', store);
  await second.save();
  await expect(first.save()).rejects.toThrow(Overtaken);
  expect(items.get('acme/pull')?.value.pages).toBe(7);
});

test('what several lanes change at once is saved together, and before their saves are over', async () => {
  const { store, items, seen } = createMemoryStore<Progress>();
  const book = openBook(begun(), undefined, 'acme/pull', store);
  const lane = async () => {
    book.progress.pages += 1;
    const { pages } = book.progress;
    await book.save();
    expect(items.get('acme/pull')?.value.pages).toBeGreaterThanOrEqual(pages);
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  await Promise.all(Array.from({ length: 10 }, lane));
  expect(items.get('acme/pull')?.value.pages).toBe(20);
  expect(seen.writes).toBeLessThan(8);
});

test('a page has a name that only the pull and its place decide, a page of what is gone as well', async () => {
  const names = async () => {
    const { source, pull } = start();
    const swept = { deletes: 'sweep', maxDeletedShare: 1 };
    const first = await pull(swept);
    for (const { id } of source.filtered(undefined).slice(0, 3)) source.remove(id);
    const second = await pull(swept);
    return [...first.pages, ...second.pages].map(({ page }) => page?.id);
  };
  const [once, again] = [await names(), await names()];
  expect(again).toEqual(once);
  expect(new Set(once).size).toBe(once.length);
  expect(once.length).toBeGreaterThan(3);
});
