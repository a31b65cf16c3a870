import type { Schema } from '../lib/catalogue/operation.ts';
import { customFieldsFor } from './custom-fields.ts';
import { stampOf } from './data/calendar.ts';
import type { Dice } from './dice.ts';
import type { Json, JsonRecord } from './json.ts';
import type { Makings } from './makings.ts';
import { oddDate, oddNumber, oddString } from './odd-values.ts';
import { isWriteOnly, shapeOf } from './shapes.ts';
import { guid, identifierFor, nameFor, stringFor } from './words.ts';

/** A value in the making. */
export interface Making {
  readonly makings: Makings;
  readonly dice: Dice;
  readonly id: number;
  readonly depth: number;
  /** Makes values that are legal, but that careless readers trip over. */
  readonly isOdd?: boolean;
  /** The one member that is asked of a reference or of `_info`: the others need not be made. */
  readonly only?: string | undefined;
}

/** Deeper members are left out; the document nests five levels at the most, and one schema refers to itself (§6). */
const deepest = 5;

/** Records were entered in the two years before this day, whatever the clock says: the same seed, the same records. */
const lastEntry = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;

const isDateName = (name: string): boolean =>
  /^date|date(utc)?$|datetime|lastupdated?|^(time)?(start|end)(time)?$/i.test(name) &&
  !/update[ds]?by|flag$/i.test(name);

function stamp(dice: Dice): string {
  return stampOf(lastEntry - dice.whole(0, 700) * dayMs - dice.whole(0, 86_399) * 1000);
}

/** What the server writes about a record: who entered it, and when it changed last. */
function infoOf({ dice, only }: Making): JsonRecord {
  const entered = lastEntry - dice.whole(60, 700) * dayMs - dice.whole(0, 86_399) * 1000;
  const updated = entered + dice.whole(0, 59) * dayMs + dice.whole(1, 86_399) * 1000;
  const [editor, author] = [dice.whole(1, 5), dice.whole(1, 5)];
  if (only === 'lastUpdated') return { lastUpdated: stampOf(updated) };
  return {
    lastUpdated: stampOf(updated),
    updatedBy: identifierFor('Member', editor),
    dateEntered: stampOf(entered),
    enteredBy: identifierFor('Member', author),
  };
}

function text(schema: Schema, name: string, { dice, isOdd }: Making): Json {
  const [first, ...others] = schema.enum ?? [];
  if (first !== undefined) return dice.pick([first, ...others]);
  if (schema.format === 'uuid') return guid(dice);
  if (schema.format === 'date') return stamp(dice).slice(0, 10);
  if (schema.format === 'date-time' || isDateName(name)) return isOdd ? oddDate(dice) : stamp(dice);
  if (isOdd && dice.chance(0.5)) return oddString(schema.maxLength, dice);
  return stringFor(name, dice).slice(0, schema.maxLength);
}

function whole(name: string, making: Making): number {
  if (/id$/i.test(name)) return making.dice.whole(1, Math.max(1, making.makings.rows));
  return making.isOdd ? oddNumber(making.dice) : making.dice.whole(0, 100);
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
  return Array.from({ length: making.isOdd ? 0 : making.dice.whole(1, 2) }, (_, index) =>
    value(items, name, { ...making, id: making.id * 10 + index, depth: making.depth + 1 }),
  );
}

/** Makes a value of any schema. */
export function value(schema: Schema, name: string, making: Making): Json {
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
      return text(shape, name, making);
    default:
      if (entity?.endsWith('Reference')) return referenceTo(shape, entity, anyId(entity, making), making);
      return object(shape, entity ?? name, making);
  }
}

const targetOf = (entity: string): string => entity.replace(/Reference$/, '').replace(/^.*\./, '');

/** The id of some record that a reference may point to. */
function anyId(entity: string, { makings, dice }: Making): number {
  const table = makings.msp?.table(targetOf(entity));
  return table === undefined
    ? dice.whole(1, Math.max(1, makings.rows))
    : table.ids.pick(dice.whole(0, 999_999) / 1_000_000);
}

/** What a reference says of its record: one of its natural names, as the record itself has it. */
function nameIn(
  target: string,
  name: string,
  schema: Schema,
  id: number,
  { makings }: Making,
): Json | undefined {
  const table = makings.msp?.table(target);
  if (table !== undefined) {
    const column = table.columns[name];
    const own = typeof column === 'function' ? column(id) : undefined;
    if (own !== undefined) return typeof own === 'string' ? own.slice(0, schema.maxLength) : own;
  }
  if (schema.enum !== undefined) return undefined;
  if (name === 'identifier') return identifierFor(target, id).slice(0, schema.maxLength);
  return name === 'name' ? nameFor(target, id).slice(0, schema.maxLength) : undefined;
}

/** A pointer to another record: its id, its natural names and where it lives; nothing else (§7.1). */
export function referenceTo(shape: Schema, entity: string, id: number, making: Making): JsonRecord {
  // Deeper ones stay whole: their dice are shared with the members behind them.
  if (making.only === 'id' && making.depth <= 1 && shape.properties?.['id'] !== undefined) return { id };
  const target = targetOf(entity);
  const reference: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(shape.properties ?? {})) {
    const known = name === 'id' ? id : nameIn(target, name, schema, id, making);
    if (known !== undefined) reference[name] = known;
    else if (name === '_info') reference[name] = linkTo(target, id, making);
    else if (schema.enum !== undefined || shape.required?.includes(name) || schema.type === 'string')
      reference[name] = value(schema, name, making);
  }
  return reference;
}

function linkTo(entity: string, id: number, making: Making): JsonRecord {
  const { href: hrefOf, msp } = making.makings;
  const href = hrefOf(msp?.homeOf(entity, id) ?? entity, id);
  return href === undefined ? {} : { [`${entity.charAt(0).toLowerCase()}${entity.slice(1)}_href`]: href };
}

/** The id of a record; accounting exports call lists so, which are filled like any other list. */
function idFor(shape: Schema, { id, dice }: Making): Json | undefined {
  if (shape.type === 'string') return guid(dice);
  return shape.type === 'array' ? undefined : id;
}

/** A member that stands for its record, and must agree with what references to it say; undefined for any other. */
function identity(name: string, schema: Schema, entity: string, making: Making): Json | undefined {
  const { id, depth, makings } = making;
  if (schema.enum !== undefined) return undefined;
  if (name === '_info') return infoOf(making);
  if (name === 'id') return idFor(shapeOf(schema, makings.catalogue).shape, making);
  if (name === 'identifier') return identifierFor(entity, id).slice(0, schema.maxLength);
  return name === 'name' && depth === 0 ? nameFor(entity, id).slice(0, schema.maxLength) : undefined;
}

/** One member of an object; undefined where it is left out. */
export function member(
  name: string,
  schema: Schema,
  shape: Schema,
  entity: string,
  making: Making,
): Json | undefined {
  const own = identity(name, schema, entity, making);
  if (own !== undefined) return own;
  if (isWriteOnly(schema) || making.depth >= deepest) return undefined;
  // A nullable member is null now and then, and a null member is left out (§7.1); the mark of a deleted company never is, though the
  // document would allow it: clients ask for what is not deleted.
  const isOptional = !shape.required?.includes(name) && name !== 'deletedFlag';
  const isNull =
    schema.nullable === true ? making.dice.chance(0.15) : making.isOdd && making.dice.chance(0.4);
  return isOptional && isNull ? undefined : value(schema, name, { ...making, depth: making.depth + 1 });
}

function object(shape: Schema, entity: string, making: Making): JsonRecord {
  const record: Record<string, Json> = {};
  for (const [name, schema] of Object.entries(shape.properties ?? {})) {
    const made = member(name, schema, shape, entity, making);
    if (made !== undefined) record[name] = made;
  }
  return record;
}
