import { valueAt } from './evaluation.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName } from './json.ts';

/** Names to take, by their first segment: an empty map takes the member whole. */
type Wanted = ReadonlyMap<string, readonly (readonly string[])[]>;

function byFirst(paths: readonly (readonly string[])[]): Wanted {
  const wanted = new Map<string, (readonly string[])[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    const lower = first.toLowerCase();
    wanted.set(lower, [...(wanted.get(lower) ?? []), rest]);
  }
  return wanted;
}

function pick(value: Json, paths: readonly (readonly string[])[]): Json {
  if (paths.some((path) => path.length === 0)) return value;
  if (isArray(value)) return value.map((item) => pick(item, paths));
  return isRecord(value) ? pickMembers(value, paths) : value;
}

function pickMembers(record: JsonRecord, paths: readonly (readonly string[])[]): JsonRecord {
  const picked: Record<string, Json> = {};
  for (const [first, rest] of byFirst(paths)) {
    const name = memberName(Object.keys(record), first);
    const value = name === undefined ? undefined : record[name];
    if (name !== undefined && value !== undefined) picked[name] = pick(value, rest);
  }
  return picked;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Only the members that `fields` names, nested ones with `/`; unknown names are dropped without a word (§3.7). */
export function selectFields(record: JsonRecord, fields: string | undefined): JsonRecord {
  if (fields === undefined || fields.trim() === '') return record;
  return pickMembers(
    record,
    listOf(fields).map((name) => name.split('/')),
  );
}

interface Ordering {
  readonly name: readonly string[];
  readonly direction: 1 | -1;
}

function orderings(text: string): Ordering[] {
  return listOf(text).map((part) => {
    const [name = '', direction = 'asc'] = part.split(/\s+/);
    return { name: name.split('/'), direction: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
}

/** Missing values come first, as in the database; strings without case. */
function rank(left: Json | undefined, right: Json | undefined): number {
  const [a, b] = [left, right].map((value) =>
    typeof value === 'string' ? value.toLowerCase() : (value ?? null),
  );
  if (a === b || a === undefined || b === undefined) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Items in the order of `orderBy`; equal ones keep the order of their ids. Unknown names order nothing (§13.7). */
export function sortRecords<T>(
  items: readonly T[],
  orderBy: string | undefined,
  recordOf: (item: T) => JsonRecord,
): readonly T[] {
  if (orderBy === undefined || orderBy.trim() === '') return items;
  const rules = orderings(orderBy);
  const keyed = items.map((item) => ({ item, keys: rules.map(({ name }) => valueAt(recordOf(item), name)) }));
  keyed.sort((left, right) => {
    for (const [index, { direction }] of rules.entries()) {
      const difference = rank(left.keys[index], right.keys[index]);
      if (difference !== 0) return difference * direction;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}
