import type { Counted, Counts, Update, Updated, Within } from '../lib/counted-store.ts';

/** What a counted store does to its items, in memory and at once. */
export interface CountedItems<T> {
  look(key: string): Counted<T> | undefined;
  update(key: string, update: Update<T>): Updated<T>;
}

export function createCountedItems<T>(): CountedItems<T> {
  const items = new Map<string, Counted<T>>();
  return {
    look: (key) => items.get(key),
    update: (key, { add, within, write }) => {
      const before = items.get(key) ?? { value: undefined, version: undefined, counts: {} };
      const isRefused =
        (within && !isWithin(before.counts, within)) || (write && write.expected !== before.version);
      if (isRefused) return { done: false, found: before };
      const written = write && { value: write.value, version: (before.version ?? 0) + 1 };
      const found = { ...before, ...written, counts: sum(before.counts, add) };
      items.set(key, found);
      return { done: true, found };
    },
  };
}

const sum = (counts: Counts, added: Counts): Counts => ({
  ...counts,
  ...Object.fromEntries(Object.entries(added).map(([name, by]) => [name, (counts[name] ?? 0) + by])),
});

function isWithin(counts: Counts, { name, least, most }: Within): boolean {
  const count = counts[name];
  return count !== undefined && count >= least && count <= most;
}
