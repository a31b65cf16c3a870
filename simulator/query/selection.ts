import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { badRequest } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName } from '../json.ts';
import { memberOf } from './members.ts';

/** Names to take, by their first segment: an empty path takes the member whole. */
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

function namesOf(fields: string): string[] {
  return fields
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Only the members that `fields` names, nested ones with `/`, through arrays as well; unknown names are dropped without
 * a word, and `_info` comes only where it is listed (§3.7).
 */
export function selectFields(record: JsonRecord, fields: string | undefined): JsonRecord {
  if (fields === undefined || fields.trim() === '') return record;
  return pickMembers(
    record,
    namesOf(fields).map((name) => name.split('/')),
  );
}

/** Refuses what `selectFields` would drop: some endpoints answer so (§3.7, disputed). */
export function checkFields(fields: string | undefined, schema: Schema, catalogue: Catalogue): void {
  for (const name of namesOf(fields ?? ''))
    if (memberOf(name.split('/'), schema, 'child', catalogue) === undefined)
      throw badRequest(`The field '${name}' is not valid.`);
}
