/** A result as the console shows it while results come. */
interface RecentResult {
  /** From 1, in the order in which they came. */
  readonly number: number;
  readonly atMs: number;
  /** The result or the event; without its response or record where that is long. */
  readonly value: unknown;
  readonly isCut: boolean;
}

export interface RecentResults {
  add(value: unknown): void;
  /** Those that came after the one of this number, as far as they are kept. */
  after(number: number): readonly RecentResult[];
  /** How many came since the start. */
  readonly total: number;
}

const kept = 200;
/** What is longer is kept without its response: two hundred results of a megabyte would fill the memory. */
const longest = 20_000;

/** The results that came last, in memory. */
export function createRecentResults(now: () => number): RecentResults {
  const results: RecentResult[] = [];
  let total = 0;
  return {
    add: (value) => {
      total += 1;
      const isCut = JSON.stringify(value).length > longest;
      results.push({ number: total, atMs: now(), value: isCut ? withoutResponse(value) : value, isCut });
      if (results.length > kept) results.shift();
    },
    after: (number) => results.filter((it) => it.number > number),
    get total() {
      return total;
    },
  };
}

function withoutResponse(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name !== 'response' && name !== 'entity'),
  );
}
