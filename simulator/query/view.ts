import type { Schema } from '../../lib/catalogue/operation.ts';
import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import { makeRecord } from '../records.ts';
import type { CollectionTarget, RecordTarget } from '../resources.ts';
import { shapeOf } from '../shapes.ts';
import type { World } from '../world.ts';

/** A target whose records are in a collection. */
export type Records = CollectionTarget | RecordTarget;

/**
 * A record without its null members, as replies leave them out (§7.1); custom fields keep theirs. What has none is
 * handed on as it is: a page is a thousand records, and copying them all would take longer than finding them.
 */
export function withoutNulls(record: JsonRecord): JsonRecord {
  let copy: Record<string, Json> | undefined;
  for (const name of Object.keys(record)) {
    const value = record[name] ?? null;
    const shown = name === 'customFields' ? value : stripped(value);
    if (shown !== null && shown === value) continue;
    copy ??= { ...record };
    if (shown === null) delete copy[name];
    else copy[name] = shown;
  }
  return copy ?? record;
}

function stripped(value: Json): Json {
  if (isArray(value)) {
    const items = value.map(stripped);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return isRecord(value) ? withoutNulls(value) : value;
}

/** Whether an operation shows records in the schema that they are stored in. */
export function isOwnView(schema: Schema | undefined, target: Records): boolean {
  return schema === undefined || schema.$ref === target.resource.schema.$ref;
}

/**
 * A record as an operation shows it. Where the operation has another schema than the collection (`/info`), the members
 * that both have come from the record, so that a change shows in every view of it; only the others are made.
 */
export function viewOf(
  schema: Schema | undefined,
  record: JsonRecord,
  target: Records,
  id: number,
  world: World,
): JsonRecord {
  if (schema === undefined || isOwnView(schema, target)) return withoutNulls(record);
  const { schema: stored } = target.resource;
  const names = Object.keys(shapeOf(schema, world.catalogue).shape.properties ?? {});
  const known = shapeOf(stored, world.catalogue).shape.properties ?? {};
  const made = names.every((name) => Object.hasOwn(known, name))
    ? {}
    : makeRecord(world.makings, schema, target.path, id);
  const shown = names.flatMap((name): [string, Json][] => {
    const value = Object.hasOwn(known, name) ? record[name] : made[name];
    return value === undefined ? [] : [[name, value]];
  });
  return withoutNulls(Object.fromEntries(shown));
}
