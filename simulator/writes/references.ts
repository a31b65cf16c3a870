import type { Schema } from '../../lib/catalogue/operation.ts';
import { createDice } from '../dice.ts';
import type { FieldFault } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import { makeReference } from '../records.ts';
import { shapeOf } from '../shapes.ts';
import type { Collection } from '../store.ts';
import type { World } from '../world.ts';

const naturalKeys = ['identifier', 'name'] as const;

/** What an expansion needs, and where it notes the references that name nothing. */
interface Expansion {
  readonly world: World;
  readonly faults: FieldFault[];
}

/** A reference in a record: its text names it in faults. */
interface Reference {
  readonly given: JsonRecord;
  readonly shape: Schema;
  readonly schemaName: string;
  /** The bare name of what it points to, such as `Company`. */
  readonly entity: string;
  /** Its place in the record, such as `company` or `types`. */
  readonly field: string;
}

/** The collection where the records of an entity live, where one without parents does. */
function homeOf(entity: string, world: World): Collection | undefined {
  const home = world.resources.home(entity);
  return home === undefined ? undefined : world.store.collection(home.key, home.schema);
}

/** The id of the record whose name or identifier a reference gives, in any case. */
export function idByKey(given: JsonRecord, collection: Collection): number | undefined {
  const wanted = naturalKeys.flatMap((key): [string, string][] => {
    const value = given[key];
    return typeof value === 'string' && value !== '' ? [[key, value.toLowerCase()]] : [];
  });
  return collection.ids().find((id) =>
    wanted.some(([key, text]) => {
      const value = collection.value(id, [key]);
      return typeof value === 'string' && value.toLowerCase() === text;
    }),
  );
}

/** What the record itself says of its names: it may have been renamed, or created with a name of its own. */
function namesOf(id: number, { entity, shape }: Reference, world: World): JsonRecord {
  const home = homeOf(entity, world);
  if (home === undefined || !home.has(id)) return {};
  const entries = naturalKeys.flatMap((key): [string, Json][] => {
    const value = home.value(id, [key]);
    const known = shape.properties?.[key];
    return typeof value === 'string' && known !== undefined && known.enum === undefined ? [[key, value]] : [];
  });
  return Object.fromEntries(entries);
}

const keyOf = ({ id, identifier, name }: JsonRecord): Json | undefined => id ?? identifier ?? name;

/** A reference without any key is refused as its id missing: "The assignTo/id field is required." (§6.2, recorded). */
function missingKey(field: string): FieldFault {
  return {
    code: 'MissingRequiredField',
    message: `The ${field}/id field is required.`,
    field: `${field}/id`,
  };
}

/** The wording is the one that is recorded for statuses: "Service Status X not found for …" (§6.2). */
function notFound({ entity, given, field }: Reference): FieldFault {
  const spelledOut = entity.replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return { code: 'NotFound', message: `${spelledOut} ${String(keyOf(given))} not found`, field };
}

/** The id that a reference means; undefined where it names nothing that can be looked up. */
function idOf(
  reference: Reference,
  previous: Json | undefined,
  { world, faults }: Expansion,
): number | undefined {
  const { given, entity, field } = reference;
  const { id } = given;
  if (keyOf(given) === undefined || keyOf(given) === null) {
    if (reference.shape.properties?.['deviceIdentifier'] === undefined) faults.push(missingKey(field));
    return undefined;
  }
  const home = homeOf(entity, world);
  const found = typeof id === 'number' ? id : home && idByKey(given, home);
  const isNew = !isRecord(previous) || previous['id'] !== found;
  const isKnown = found !== undefined && (home === undefined || home.has(found));
  const isChecked = world.settings.unknownReferences === 'refused' && home !== undefined && isNew;
  if (isChecked && !isKnown) faults.push(notFound(reference));
  return found;
}

/** A reference given by id or by natural key, filled up to `{ id, identifier, name, _info }` (§7.1). */
function expand(reference: Reference, previous: Json | undefined, expansion: Expansion): JsonRecord {
  const { given, shape, schemaName } = reference;
  const { world } = expansion;
  const { seed, rows } = world.makings;
  const named = idOf(reference, previous, expansion);
  // A key that is kept though it names nothing gets an id all the same, the same one each time.
  const id = named ?? createDice(seed, schemaName, JSON.stringify(given)).whole(1, Math.max(1, rows));
  const made = makeReference(world.makings, shape, schemaName, id);
  const kept = typeof given['id'] === 'number' ? {} : given;
  return { ...made, ...kept, ...(named === undefined ? {} : namesOf(id, reference, world)), id };
}

const memberOf = (value: Json | undefined, name: string | number): Json | undefined => {
  if (typeof name === 'number') return isArray(value) ? value[name] : undefined;
  return isRecord(value) ? value[name] : undefined;
};

/**
 * Expands every reference in a value, however deep it stands. References that were there before are not looked up
 * again: what they point to may have been deleted since.
 */
export function expandReferences(
  value: Json,
  schema: Schema,
  previous: Json | undefined,
  expansion: Expansion,
  field = '',
): Json {
  const { shape, entity: schemaName } = shapeOf(schema, expansion.world.catalogue);
  if (isArray(value))
    return value.map((item, index) =>
      expandReferences(item, shape.items ?? {}, memberOf(previous, index), expansion, field),
    );
  if (!isRecord(value)) return value;
  if (field !== '' && schemaName?.endsWith('Reference') && shape.properties?.['id'] !== undefined) {
    const entity = schemaName.replace(/Reference$/, '').replace(/^.*\./, '');
    return expand({ given: value, shape, schemaName, entity, field }, previous, expansion);
  }
  const entries = Object.entries(value).map(([name, inner]): [string, Json] => {
    const known = shape.properties?.[name];
    const place = field === '' ? name : `${field}/${name}`;
    return [name, known ? expandReferences(inner, known, memberOf(previous, name), expansion, place) : inner];
  });
  return Object.fromEntries(entries);
}
