import type { Schema } from '../lib/catalogue/operation.ts';
import { createDice } from './dice.ts';
import { isArray, isRecord, type Json, type JsonRecord } from './json.ts';
import { makeReference } from './records.ts';
import { shapeOf } from './shapes.ts';
import type { World } from './world.ts';

const naturalKeys = ['identifier', 'name'] as const;

/** The record of an entity that a natural key names, in the collection where such records live. */
function findByKey(reference: JsonRecord, entity: string, world: World): number | undefined {
  const home = world.resources.home(entity);
  if (home === undefined) return undefined;
  const collection = world.store.collection(home.key, home.schema);
  return collection.ids().find((id) => {
    const record = collection.get(id) ?? {};
    return naturalKeys.some((key) => {
      const wanted = reference[key];
      const value = record[key];
      return (
        typeof wanted === 'string' &&
        typeof value === 'string' &&
        wanted.toLowerCase() === value.toLowerCase()
      );
    });
  });
}

/** What the record itself says of its names: it may have been renamed, or created with a name of its own. */
function namesOf(id: number, entity: string, shape: Schema, world: World): JsonRecord {
  const home = world.resources.home(entity);
  if (home === undefined || !world.store.holds(home.key, id)) return {};
  const record = world.store.collection(home.key, home.schema).get(id) ?? {};
  const entries = naturalKeys.flatMap((key): [string, Json][] => {
    const value = record[key];
    return typeof value === 'string' && shape.properties?.[key]?.enum === undefined && shape.properties?.[key]
      ? [[key, value]]
      : [];
  });
  return Object.fromEntries(entries);
}

/**
 * A reference as it was given, by id or by natural key, filled up to `{ id, identifier, name, _info }` (§7.1). A key
 * that names nothing known keeps its text: whether the real server would refuse it differs from field to field.
 */
function expand(reference: JsonRecord, shape: Schema, schemaName: string, world: World): JsonRecord {
  const entity = schemaName.replace(/Reference$/, '').replace(/^.*\./, '');
  const given = reference['id'];
  const key = typeof given === 'number' ? undefined : findByKey(reference, entity, world);
  const guess = createDice(world.makings.seed, schemaName, JSON.stringify(reference)).whole(
    1,
    Math.max(1, world.makings.rows),
  );
  const id = typeof given === 'number' ? given : (key ?? guess);
  const made = makeReference(world.makings, shape, schemaName, id);
  const kept = typeof given === 'number' ? {} : reference;
  return { ...made, ...kept, ...namesOf(id, entity, shape, world), id };
}

/** Expands every reference in a value, however deep it stands. */
export function expandReferences(value: Json, schema: Schema, world: World): Json {
  const { shape, entity } = shapeOf(schema, world.catalogue);
  if (isArray(value)) return value.map((item) => expandReferences(item, shape.items ?? {}, world));
  if (!isRecord(value)) return value;
  if (entity?.endsWith('Reference') && shape.properties?.['id'] !== undefined)
    return expand(value, shape, entity, world);
  const entries = Object.entries(value).map(([name, inner]): [string, Json] => {
    const known = shape.properties?.[name];
    return [name, known === undefined ? inner : expandReferences(inner, known, world)];
  });
  return Object.fromEntries(entries);
}
