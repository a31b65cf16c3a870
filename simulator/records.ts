import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Schema } from '../lib/catalogue/operation.ts';
import { customFieldsFor } from './custom-fields.ts';
import { createDice, type Dice } from './dice.ts';
import type { Json, JsonRecord } from './json.ts';
import { isWriteOnly, shapeOf } from './shapes.ts';
import { guid, identifierFor, nameFor, stringFor } from './words.ts';

/** What a record depends on; the same makings make the same record. */
export interface Makings {
  readonly catalogue: Catalogue;
  readonly seed: number;
  /** How many records a collection starts with: references point to one of them. */
  readonly rows: number;
  /** The address of a record for `_info`; undefined where its collection is not known. */
  readonly href: (entity: string, id: number) => string | undefined;
}

interface Making {
  readonly makings: Makings;
  readonly dice: Dice;
  readonly id: number;
  readonly depth: number;
}

/** Deeper members are left out; the document nests five levels at the most, and one schema refers to itself (§6). */
const deepest = 5;

/** Records were entered in the two years before this day, whatever the clock says: the same seed, the same records. */
const lastEntry = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;

/** `yyyy-MM-ddTHH:mm:ssZ`: whole seconds, UTC (connectwise-api.md §9.1). */
export const timestamp = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d{3}/, '');

const isDateName = (name: string): boolean =>
  /^date|date(utc)?$|datetime|lastupdated?|^(time)?(start|end)(time)?$/i.test(name) &&
  !/update[ds]?by|flag$/i.test(name);

function stamp(dice: Dice): string {
  return timestamp(lastEntry - dice.whole(0, 700) * dayMs - dice.whole(0, 86_399) * 1000);
}

/** What the server writes about a record: who entered it, and when it changed last. */
function infoOf(dice: Dice): JsonRecord {
  const entered = lastEntry - dice.whole(60, 700) * dayMs - dice.whole(0, 86_399) * 1000;
  const updated = entered + dice.whole(0, 59) * dayMs + dice.whole(1, 86_399) * 1000;
  const by = (): string => identifierFor('Member', dice.whole(1, 5));
  return {
    lastUpdated: timestamp(updated),
    updatedBy: by(),
    dateEntered: timestamp(entered),
    enteredBy: by(),
  };
}

function text(schema: Schema, name: string, dice: Dice): Json {
  const [first, ...others] = schema.enum ?? [];
  if (first !== undefined) return dice.pick([first, ...others]);
  if (schema.format === 'uuid') return guid(dice);
  if (schema.format === 'date') return stamp(dice).slice(0, 10);
  if (schema.format === 'date-time' || isDateName(name)) return stamp(dice);
  return stringFor(name, dice).slice(0, schema.maxLength);
}

function whole(name: string, making: Making): number {
  return /id$/i.test(name)
    ? making.dice.whole(1, Math.max(1, making.makings.rows))
    : making.dice.whole(0, 100);
}

/** Flags that take a record out of use are rare; all others are on in a third of the records. */
function flag(name: string, dice: Dice): boolean {
  return dice.chance(/inactive|deleted|closed|void/i.test(name) ? 0.1 : 0.33);
}

function list(schema: Schema, name: string, making: Making): Json[] {
  const items = schema.items;
  if (items === undefined || Object.keys(items).length === 0) return [];
  if (items.$ref === 'CustomFieldValue')
    return customFieldsFor(making.id, making.dice, items, making.makings.catalogue);
  return Array.from({ length: making.dice.whole(1, 2) }, (_, index) =>
    value(items, name, { ...making, id: making.id * 10 + index, depth: making.depth + 1 }),
  );
}

function value(schema: Schema, name: string, making: Making): Json {
  const { shape, entity } = shapeOf(schema, making.makings.catalogue);
  const { dice } = making;
  switch (shape.type) {
    case 'boolean':
      return flag(name, dice);
    case 'integer':
      return whole(name, making);
    case 'number':
      return dice.whole(0, 100_000) / 100;
    case 'array':
      return list(shape, name, making);
    case 'string':
      return text(shape, name, dice);
    default:
      if (entity?.endsWith('Reference'))
        return referenceTo(shape, entity, dice.whole(1, Math.max(1, making.makings.rows)), making);
      return object(shape, entity ?? name, making);
  }
}

/** A pointer to another record: its id, its natural names and where it lives; nothing else (§7.1). */
function referenceTo(shape: Schema, entity: string, id: number, making: Making): JsonRecord {
  const target = entity.replace(/Reference$/, '').replace(/^.*\./, '');
  const reference: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(shape.properties ?? {})) {
    if (name === 'id') reference[name] = id;
    else if (schema.enum !== undefined) reference[name] = value(schema, name, making);
    else if (name === 'identifier') reference[name] = identifierFor(target, id).slice(0, schema.maxLength);
    else if (name === 'name') reference[name] = nameFor(target, id).slice(0, schema.maxLength);
    else if (name === '_info') reference[name] = linkTo(target, id, making);
    else if (shape.required?.includes(name) || schema.type === 'string')
      reference[name] = value(schema, name, making);
  }
  return reference;
}

function linkTo(entity: string, id: number, making: Making): JsonRecord {
  const href = making.makings.href(entity, id);
  return href === undefined ? {} : { [`${entity.charAt(0).toLowerCase()}${entity.slice(1)}_href`]: href };
}

/** The id of a record; accounting exports call lists so, which are filled like any other list. */
function idFor(shape: Schema, { id, dice }: Making): Json | undefined {
  if (shape.type === 'string') return guid(dice);
  return shape.type === 'array' ? undefined : id;
}

/** A member that stands for its record, and must agree with what references to it say; undefined for any other. */
function identity(name: string, schema: Schema, entity: string, making: Making): Json | undefined {
  const { id, depth, dice, makings } = making;
  if (schema.enum !== undefined) return undefined;
  if (name === '_info') return infoOf(dice);
  if (name === 'id') return idFor(shapeOf(schema, makings.catalogue).shape, making);
  if (name === 'identifier') return identifierFor(entity, id).slice(0, schema.maxLength);
  return name === 'name' && depth === 0 ? nameFor(entity, id).slice(0, schema.maxLength) : undefined;
}

function object(shape: Schema, entity: string, making: Making): JsonRecord {
  const record: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(shape.properties ?? {})) {
    const own = identity(name, schema, entity, making);
    // A nullable member is null now and then, and a null member is left out (§7.1).
    const isNull = schema.nullable === true && !shape.required?.includes(name) && making.dice.chance(0.15);
    if (own !== undefined) record[name] = own;
    else if (!isNull && !isWriteOnly(schema) && making.depth < deepest)
      record[name] = value(schema, name, { ...making, depth: making.depth + 1 });
  }
  return record;
}

/** Since 2019.3 service and project tickets are apart, and each kind is found in its own place only (§2.3). */
const recordTypes: Readonly<Record<string, string>> = {
  'service/tickets': 'ServiceTicket',
  'project/tickets': 'ProjectTicket',
};

/** Makes record `id` of a place: true to its schema, and the same every time. */
export function makeRecord(makings: Makings, schema: Schema, place: string, id: number): JsonRecord {
  const { shape, entity } = shapeOf(schema, makings.catalogue);
  const dice = createDice(makings.seed, place, id);
  const record = object(shape, (entity ?? '').replace(/^.*\./, ''), { makings, dice, id, depth: 0 });
  const recordType = recordTypes[place];
  return recordType !== undefined && shape.properties?.['recordType'] !== undefined
    ? { ...record, recordType }
    : record;
}

/** Makes a value of any schema, for answers that are no record. */
export function makeValue(makings: Makings, schema: Schema, place: string): Json {
  const dice = createDice(makings.seed, place);
  return value(schema, 'value', { makings, dice, id: 1, depth: 0 });
}

/** Makes the reference that a write names: to a record by its id. */
export function makeReference(makings: Makings, shape: Schema, entity: string, id: number): JsonRecord {
  return referenceTo(shape, entity, id, {
    makings,
    dice: createDice(makings.seed, entity, id),
    id,
    depth: 0,
  });
}
