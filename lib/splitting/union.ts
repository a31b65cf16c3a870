import type { Split } from './split.ts';

/** A record of a list that has an id. */
type Row = Readonly<Record<string, unknown>> & { readonly id: number };

/** What the answers of a split's parts come to, put together one by one. */
interface Union {
  /** Takes one more answer; false where it is not what a list or a count answers. */
  add(body: unknown): boolean;
  /** What the unsplit call would have answered. */
  whole(): unknown;
}

export const createUnion = (split: Split): Union =>
  split.kind === 'count' ? createSum() : createMerger(split);

function createSum(): Union {
  let sum = 0;
  return {
    add: (body) => {
      const count: unknown = Object(body).count;
      if (typeof count !== 'number') return false;
      sum += count;
      return true;
    },
    whole: () => ({ count: sum }),
  };
}

/** Keeps no more records than the page reaches to: the first of a union are among the first of its parts. */
function createMerger({ order, from, to, added }: Split & { readonly kind: 'list' }): Union {
  let kept: readonly Row[] = [];
  return {
    add: (body) => {
      if (!Array.isArray(body) || !body.every(isRow)) return false;
      const known = new Set(kept.map(({ id }) => id));
      const fresh = body.filter(({ id }) => !known.has(id));
      kept = [...kept, ...fresh].sort((one, other) => compare(one, other, order)).slice(0, to);
      return true;
    },
    whole: () => kept.slice(from).map((row) => added.reduce<unknown>(without, row)),
  };
}

const isRow = (value: unknown): value is Row => typeof Object(value).id === 'number';

function compare(one: Row, other: Row, order: (Split & { readonly kind: 'list' })['order']): number {
  for (const { path, isDescending } of order) {
    const difference = rank(valueAt(one, path), valueAt(other, path));
    if (difference !== 0) return isDescending ? -difference : difference;
  }
  return 0;
}

const valueAt = (row: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => Object(inner)[name], row);

/** Missing values come first and texts compare without case, as in the database (connectwise-api.md §3.2.6). */
function rank(one: unknown, other: unknown): number {
  const [left, right] = [comparable(one), comparable(other)];
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  return left < right ? -1 : 1;
}

function comparable(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

/** A value without the member that a path leads to, and without what is empty then. */
function without(value: unknown, path: readonly string[]): unknown {
  const [name = '', ...rest] = path;
  if (typeof value !== 'object' || value === null || !(name in value)) return value;
  const { [name]: inner, ...others } = Object.fromEntries(Object.entries(value));
  if (rest.length === 0) return others;
  const left = without(inner, rest);
  return Object.keys(Object(left)).length === 0 ? others : { ...value, [name]: left };
}
