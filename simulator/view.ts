import type { Schema } from '../lib/catalogue/operation.ts';
import { isArray, isRecord, type Json, type JsonRecord } from './json.ts';
import { makeRecord } from './records.ts';
import type { CollectionTarget, RecordTarget } from './resources.ts';
import { shapeOf } from './shapes.ts';
import type { World } from './world.ts';

type Records = CollectionTarget | RecordTarget;

/** A record without its null members, as replies leave them out (§7.1); custom fields keep theirs. */
export function withoutNulls(record: JsonRecord): JsonRecord {
  const entries = Object.entries(record).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'customFields' ? value : stripped(value)]),
  );
}

function stripped(value: Json): Json {
  if (isArray(value)) return value.map(stripped);
  return isRecord(value) ? withoutNulls(value) : value;
}

/**
 * A record as an operation shows it. Where the operation has another schema than the collection (`/info`), the members
 * that both have come from the record, so that a change shows in every view of it.
 */
export function viewOf(
  schema: Schema | undefined,
  record: JsonRecord,
  target: Records,
  id: number,
  world: World,
): JsonRecord {
  if (schema === undefined || schema.$ref === target.resource.schema.$ref) return withoutNulls(record);
  const names = Object.keys(shapeOf(schema, world.catalogue).shape.properties ?? {});
  const made = makeRecord(world.makings, schema, target.path, id);
  const shown = names.flatMap((name): [string, Json][] => {
    const value = Object.hasOwn(record, name) ? record[name] : made[name];
    return value === undefined ? [] : [[name, value]];
  });
  return withoutNulls(Object.fromEntries(shown));
}
