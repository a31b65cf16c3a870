import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { badRequest } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName } from '../json.ts';
import { memberOf } from './members.ts';

/** Takes out of a value what is wanted of it. */
type Pick = (value: Json) => Json;

/** The picks of a record's members, by their first segment in lower case. */
type Wanted = ReadonlyMap<string, Pick>;

function wantedOf(paths: readonly (readonly string[])[]): Wanted {
  const rests = new Map<string, (readonly string[])[]>();
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue;
    const lower = first.toLowerCase();
    rests.set(lower, [...(rests.get(lower) ?? []), rest]);
  }
  return new Map([...rests].map(([first, rest]) => [first, pickOf(rest)]));
}

/** An empty path takes the value whole. */
function pickOf(paths: readonly (readonly string[])[]): Pick {
  if (paths.some((path) => path.length === 0)) return (value) => value;
  const wanted = wantedOf(paths);
  const pick: Pick = (value) => {
    if (isArray(value)) return value.map(pick);
    return isRecord(value) ? pickMembers(value, wanted) : value;
  };
  return pick;
}

function pickMembers(record: JsonRecord, wanted: Wanted): JsonRecord {
  const picked: Record<string, Json> = {};
  const names = Object.keys(record);
  for (const [first, pick] of wanted) {
    const name = memberName(names, first);
    const value = name === undefined ? undefined : record[name];
    if (name !== undefined && value !== undefined) picked[name] = pick(value);
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
 * a word, and `_info` comes only where it is listed (§3.7). The names are read once for all records of a page.
 */
export function fieldSelector(fields: string | undefined): (record: JsonRecord) => JsonRecord {
  if (fields === undefined || fields.trim() === '') return (record) => record;
  const wanted = wantedOf(namesOf(fields).map((name) => name.split('/')));
  return (record) => pickMembers(record, wanted);
}

/** One record with the members that `fields` names. */
export function selectFields(record: JsonRecord, fields: string | undefined): JsonRecord {
  return fieldSelector(fields)(record);
}

/** Refuses what `fieldSelector` would drop: some endpoints answer so (§3.7, disputed). */
export function checkFields(fields: string | undefined, schema: Schema, catalogue: Catalogue): void {
  for (const name of namesOf(fields ?? ''))
    if (memberOf(name.split('/'), schema, 'child', catalogue) === undefined)
      throw badRequest(`The field '${name}' is not valid.`);
}
