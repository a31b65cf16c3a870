import type { JsonRecord } from './json.ts';

/** Made records, so that a page that is read again is not made again; the oldest give way to new ones. */
export interface Shelf {
  get(id: number, make: (id: number) => JsonRecord): JsonRecord;
}

/** Two of the largest pages: enough for who reads a list again, and some twenty megabytes of tickets and their texts. */
const places = 2_000;

/**
 * @param edition what all records carry beside their own values: when it changes (the codebase in their addresses), what
 * is on the shelf is out of date.
 */
export function createShelf(edition: () => string | undefined): Shelf {
  const records = new Map<number, JsonRecord>();
  let current = edition();
  return {
    get: (id, make) => {
      const now = edition();
      if (now !== current) {
        records.clear();
        current = now;
      }
      const known = records.get(id);
      if (known) return known;
      const made = make(id);
      const [oldest] = records.keys();
      if (records.size >= places && oldest !== undefined) records.delete(oldest);
      records.set(id, made);
      return made;
    },
  };
}
