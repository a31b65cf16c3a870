import type { Schema } from '../../lib/catalogue/operation.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import { timestamp } from '../records.ts';
import { isWriteOnly, shapeOf } from '../shapes.ts';
import type { World } from '../world.ts';

/** The members that a schema knows, in its own letters. */
export function memberNames(schema: Schema, world: World): readonly string[] {
  return Object.keys(shapeOf(schema, world.catalogue).shape.properties ?? {});
}

/** A record with the stamps of a write: whole seconds in UTC (§9.1), where its schema has room for them. */
export function stamped(
  record: JsonRecord,
  schema: Schema,
  world: World,
  previous: JsonRecord | undefined,
): JsonRecord {
  if (!memberNames(schema, world).includes('_info')) return record;
  const lastUpdated = timestamp(world.now().getTime());
  const info = isRecord(previous?.['_info'])
    ? previous['_info']
    : { dateEntered: lastUpdated, enteredBy: world.member };
  return { ...record, _info: { ...info, lastUpdated, updatedBy: world.member } };
}

/** Members that exist in a schema and may be returned, in its order: write-only ones are taken and forgotten (§11.13). */
export function keepable(record: JsonRecord, schema: Schema, world: World): JsonRecord {
  const properties = shapeOf(schema, world.catalogue).shape.properties ?? {};
  const entries = Object.entries(properties).flatMap(([name, known]): [string, Json][] => {
    const value = record[name];
    return value === undefined || isWriteOnly(known) ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
