import type { Schema } from '../lib/catalogue/operation.ts';
import { definitionsAt } from './custom-fields.ts';
import { isMspPlace } from './data/places.ts';
import type { Column, Pointer, Table } from './data/table.ts';
import { createDice, createNumberedDice, type Dice } from './dice.ts';
import { isArray, isRecord, type Json, type JsonRecord } from './json.ts';
import type { Makings } from './makings.ts';
import { isWriteOnly, shapeOf } from './shapes.ts';
import { type Making, member, referenceTo, value } from './values.ts';

/** `yyyy-MM-ddTHH:mm:ssZ`: whole seconds, UTC (connectwise-api.md §9.1). */
export const timestamp = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d{3}/, '');

/** Makes the records of one place: true to their schema, and the same every time. */
export interface RecordMaker {
  record(id: number): JsonRecord;
  /** One member's value, as the record would have it, without making the others. */
  value(id: number, path: readonly string[]): Json | undefined;
}

/** One member of a schema, with all that does not change from record to record. */
interface Field {
  readonly name: string;
  readonly schema: Schema;
  /** The schema with its reference followed. */
  readonly shape: Schema;
  /** What the schema's reference names, where there is one. */
  readonly entity: string | undefined;
  readonly column: Column | undefined;
  readonly dice: (id: number) => Dice;
}

interface Scene {
  readonly makings: Makings;
  readonly isOdd: (id: number) => boolean;
  readonly shape: Schema;
  readonly entity: string;
  readonly fields: ReadonlyMap<string, Field>;
}

const isPointer = (column: Column): column is Pointer => typeof column === 'object' && 'to' in column;

/** The value under a path of names; undefined where there is none. */
export function memberAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, name) => (isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  );
}

/** A column's value as the document's model has it: strings cut to their limit, and members that it does not know left out. */
function fitted(
  column: Json | undefined,
  schema: Schema,
  { makings: { catalogue } }: Scene,
): Json | undefined {
  if (typeof column === 'string') {
    if (schema.enum !== undefined && !schema.enum.includes(column)) return undefined;
    return schema.maxLength === undefined ? column : column.slice(0, schema.maxLength);
  }
  return isArray(column) || isRecord(column) ? trimmed(column, schema, catalogue) : column;
}

function trimmed(json: Json, schema: Schema, catalogue: Makings['catalogue']): Json {
  const { shape } = shapeOf(schema, catalogue);
  if (isArray(json)) return json.map((item) => trimmed(item, shape.items ?? {}, catalogue));
  const { properties } = shape;
  if (!isRecord(json) || properties === undefined) return json;
  const kept = Object.entries(json).filter(([name]) => Object.hasOwn(properties, name));
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, trimmed(inner, properties[name] ?? {}, catalogue)]),
  );
}

/** How one member of one record is made. Each has dice of its own, so that it does not matter which others are made. */
function makingOf({ makings, isOdd }: Scene, id: number, { dice }: Field, only?: string): Making {
  return { makings, dice: dice(id), id, depth: 0, isOdd: isOdd(id), only };
}

/** Whether a record is made odd. The first ones stay plain, as samples and first steps read them; the MSP's all do. */
function oddAt({ seed }: Makings, place: string): (id: number) => boolean {
  if (isMspPlace(place)) return () => false;
  const dice = createNumberedDice(seed, 'odd', place);
  return (id) => id > 5 && dice(id).chance(0.12);
}

function referenceFrom(pointer: Pointer, field: Field, scene: Scene, id: number): Json | undefined {
  const target = pointer.id(id);
  if (target === undefined || field.entity === undefined) return undefined;
  return referenceTo(field.shape, `${pointer.to}Reference`, target, makingOf(scene, id, field));
}

function groupFrom(
  group: Readonly<Record<string, (id: number) => Json | undefined>>,
  id: number,
): JsonRecord {
  const entries = Object.entries(group).map(([name, make]) => [name, make(id)] as const);
  return Object.fromEntries(entries.flatMap(([name, inner]) => (inner === undefined ? [] : [[name, inner]])));
}

function memberOf(field: Field, scene: Scene, id: number, only?: string): Json | undefined {
  const { column, name, schema } = field;
  if (column === undefined)
    return member(name, schema, scene.shape, scene.entity, makingOf(scene, id, field, only));
  if (typeof column === 'function') return fitted(column(id), field.shape, scene);
  return isPointer(column) ? referenceFrom(column, field, scene, id) : groupFrom(column.members, id);
}

/** What a pointer's record is called, where its table says so: without making the reference. */
function nameBehind(
  pointer: Pointer,
  name: string,
  field: Field,
  { makings }: Scene,
  id: number,
): Json | undefined {
  const target = pointer.id(id);
  const schema = field.shape.properties?.[name];
  if (target === undefined || schema === undefined) return undefined;
  if (name === 'id') return target;
  const column = makings.msp?.table(pointer.to)?.columns[name];
  const found = typeof column === 'function' ? column(target) : undefined;
  return typeof found === 'string' ? found.slice(0, schema.maxLength) : found;
}

function valueAt(path: readonly string[], scene: Scene, id: number): Json | undefined {
  const [name = '', inner] = path;
  const field = scene.fields.get(name);
  if (field === undefined) return undefined;
  const { column } = field;
  if (inner !== undefined && path.length === 2 && typeof column === 'object') {
    if (!isPointer(column)) return column.members[inner]?.(id);
    const found = nameBehind(column, inner, field, scene, id);
    if (found !== undefined) return found;
  }
  return memberAt(memberOf(field, scene, id, path.length === 2 ? inner : undefined), path.slice(1));
}

function fieldsOf(
  shape: Schema,
  columns: Table['columns'],
  makings: Makings,
  place: string,
): ReadonlyMap<string, Field> {
  const properties = Object.entries(shape.properties ?? {});
  const fields = properties.flatMap(([name, schema]): [string, Field][] => {
    const followed = shapeOf(schema, makings.catalogue);
    // The id of a record is its own, and is given by the schema: some are texts.
    const column = name === 'id' || isWriteOnly(schema) ? undefined : columns[name];
    const dice = createNumberedDice(makings.seed, place, name);
    return [[name, { name, schema, shape: followed.shape, entity: followed.entity, column, dice }]];
  });
  return new Map(fields);
}

/** Since 2019.3 service and project tickets are apart, and each kind is found in its own place only (§2.3). */
const recordTypes: Readonly<Record<string, string>> = {
  'service/tickets': 'ServiceTicket',
  'project/tickets': 'ProjectTicket',
};

/** The maker of a place's records. It keeps nothing but what the schema says. */
export function createRecordMaker(makings: Makings, schema: Schema, place: string): RecordMaker {
  const { shape, entity } = shapeOf(schema, makings.catalogue);
  const table = definitionsAt(place) ?? makings.msp?.at(place)?.table;
  const recordType = recordTypes[place];
  const typed = recordType === undefined ? {} : { recordType: () => recordType };
  const fields = fieldsOf(shape, { ...typed, ...table?.columns }, makings, place);
  const scene: Scene = {
    makings,
    isOdd: oddAt(makings, place),
    shape,
    entity: (entity ?? '').replace(/^.*\./, ''),
    fields,
  };
  return {
    record: (id) => {
      const record: Record<string, Json> = {};
      for (const field of fields.values()) {
        const made = memberOf(field, scene, id);
        if (made !== undefined) record[field.name] = made;
      }
      return record;
    },
    value: (id, path) => valueAt(path, scene, id),
  };
}

/** Makes record `id` of a place. For more than one, make a maker once. */
export function makeRecord(makings: Makings, schema: Schema, place: string, id: number): JsonRecord {
  return createRecordMaker(makings, schema, place).record(id);
}

/** Makes a value of any schema, for answers that are no record. */
export function makeValue(makings: Makings, schema: Schema, place: string): Json {
  const dice = createDice(makings.seed, place);
  return value(schema, 'value', { makings, dice, id: 1, depth: 0 });
}

/** Makes the reference that a write names: to a record by its id. */
export function makeReference(makings: Makings, shape: Schema, entity: string, id: number): JsonRecord {
  const dice = createDice(makings.seed, entity, id);
  return referenceTo(shape, entity, id, { makings, dice, id, depth: 0 });
}
