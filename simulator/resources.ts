import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Operation, Schema } from '../lib/catalogue/operation.ts';
import { isParameter, segmentsOf } from './routes.ts';

/** A kind of collection: `/service/tickets/{parentId}/notes`, whatever ticket it belongs to. */
export interface Resource {
  /** The template in lower case with `{}` for every parameter: `service/tickets/{}/notes`. */
  readonly key: string;
  /** The bare name of its records: `Ticket`. */
  readonly entity: string;
  readonly schema: Schema;
}

/**
 * What an operation works on, with the ids of the call bound.
 * - `collection`: all records of a resource under one parent; `/count`, `/info`, `/search` and `/bulk` work on it too.
 * - `record`: one of them.
 * - `single`: a path that stands for itself, such as `/system/info` or an action.
 */
export type Target = CollectionTarget | RecordTarget | { readonly kind: 'single'; readonly path: string };

export interface CollectionTarget {
  readonly kind: 'collection';
  readonly path: string;
  readonly resource: Resource;
}

export interface RecordTarget {
  readonly kind: 'record';
  /** The path of its collection. */
  readonly path: string;
  readonly resource: Resource;
  readonly id: string;
}

/** A parent that a call names: the collection that it must be in, and its id. */
interface Parent {
  readonly path: string;
  readonly entity: string;
  readonly id: number;
}

/** The resources of a document. */
export interface Resources {
  target(operation: Operation, values: readonly string[]): Target;
  parents(operation: Operation, values: readonly string[]): readonly Parent[];
  /** The collection that holds the records of an entity, where one without parents does. */
  home(entity: string): Resource | undefined;
}

interface Segment {
  readonly key: string;
  readonly bound: string;
  /** Names a record: a number, or what is called an identifier. Other words say how, not which. */
  readonly isId: boolean;
  readonly isParameter: boolean;
}

/** Last words that show a collection or a record in another way instead of being one. */
const views = new Set(['info', 'count', 'search', 'bulk']);

const keyOf = (segments: readonly Segment[]): string => segments.map(({ key }) => key).join('/');
const pathOf = (segments: readonly Segment[]): string => segments.map(({ bound }) => bound).join('/');

/** A template with its parameters bound; `types{id}` is two segments, as if its missing slash were there (§11.7). */
function segments(operation: Operation, values: readonly string[]): Segment[] {
  const inputs = operation.inputs.filter((input) => input.in === 'path');
  let position = 0;
  return segmentsOf(operation.path.toLowerCase()).flatMap((text) => {
    const prefix = isParameter(text) ? text.slice(0, text.indexOf('{')) : text;
    const literal = prefix === '' ? [] : [{ key: prefix, bound: prefix, isId: false, isParameter: false }];
    if (!isParameter(text)) return literal;
    const input = inputs[position];
    const bound = values[position] ?? '';
    position += 1;
    const isId = input?.type === 'integer' || /identifier$/i.test(input?.name ?? '');
    return [...literal, { key: '{}', bound, isId, isParameter: true }];
  });
}

/** The bare name of a schema, without the document's dots (§11.12): `Company.Configuration` is a Configuration. */
export function entityOf(schema: Schema | undefined): string {
  return schema?.$ref?.replace(/^.*\./, '') ?? 'Record';
}

/** A last parameter of type string behind an id says how, not which: `/schedule/entries/{id}/{notifyResource}`. */
function withoutManner(all: readonly Segment[]): readonly Segment[] {
  const last = all.at(-1);
  return last?.isParameter && !last.isId && all.at(-2)?.isId ? all.slice(0, -1) : all;
}

type Found = ReadonlyMap<string, Resource>;

function locate(all: readonly Segment[], found: Found): Target | undefined {
  const whole = found.get(keyOf(all));
  if (whole !== undefined) return { kind: 'collection', path: pathOf(all), resource: whole };
  const last = all.at(-1);
  const owner = last?.isId ? found.get(keyOf(all.slice(0, -1))) : undefined;
  if (last === undefined || owner === undefined) return undefined;
  return { kind: 'record', path: pathOf(all.slice(0, -1)), resource: owner, id: last.bound };
}

/** Takes view words off the end until a collection or a record is left: `/company/companies/info/count`. */
function targetOf(all: readonly Segment[], found: Found): Target {
  for (let rest = withoutManner(all); rest.length > 0; rest = rest.slice(0, -1)) {
    const target = locate(rest, found);
    if (target !== undefined) return target;
    if (!views.has(rest.at(-1)?.key ?? '')) break;
  }
  return { kind: 'single', path: pathOf(all) };
}

function resource(all: readonly Segment[], schema: Schema): Resource {
  return { key: keyOf(all), entity: entityOf(schema), schema };
}

/** The resource that a list shows its path to be. */
function listed({ operation, all }: Placed): Resource | undefined {
  const { kind, schema } = operation.success;
  const isList = operation.method === 'GET' && kind === 'list' && all.at(-1)?.isParameter === false;
  return isList && schema?.items !== undefined ? resource(all, schema.items) : undefined;
}

/** The resource that an operation on one record shows the path before its id to be. */
function addressed({ operation, all }: Placed): Resource | undefined {
  const { kind, schema } = operation.success;
  const isById =
    operation.method !== 'POST' && operation.method !== 'DELETE' && withoutManner(all).at(-1)?.isId === true;
  return isById && kind === 'record' && schema !== undefined
    ? resource(withoutManner(all).slice(0, -1), schema)
    : undefined;
}

interface Placed {
  readonly operation: Operation;
  readonly all: readonly Segment[];
}

/**
 * What one record is read as knows best; then lists; then what is written by id. `/info` is a resource of its own only
 * where it is no view of another.
 */
function findResources(operations: readonly Operation[]): Found {
  const found = new Map<string, Resource>();
  const add = (one: Resource | undefined): void => {
    if (one !== undefined && !found.has(one.key)) found.set(one.key, one);
  };
  const placed = operations.map((operation) => ({ operation, all: segments(operation, []) }));
  const isView = ({ all }: Placed): boolean => views.has(all.at(-1)?.key ?? '');
  for (const one of placed) if (!isView(one) && one.operation.method === 'GET') add(addressed(one));
  for (const one of placed) if (!isView(one)) add(listed(one));
  for (const one of placed) if (!isView(one)) add(addressed(one));
  for (const one of placed) if (isView(one) && targetOf(one.all, found).kind === 'single') add(listed(one));
  return found;
}

/** Entities to the collection without parents that holds them; the shortest path wins: `company/companies`. */
function findHomes(found: Found): Map<string, Resource> {
  const homes = new Map<string, Resource>();
  for (const one of found.values()) {
    const known = homes.get(one.entity);
    if (one.key.includes('{}')) continue;
    if (known === undefined || one.key.length < known.key.length) homes.set(one.entity, one);
  }
  return homes;
}

/** The collection and id before each id in the path, but for the last one where that is the target itself. */
function parentsOf(all: readonly Segment[], target: Target, found: Found): Parent[] {
  return all.flatMap((segment, index) => {
    const before = all.slice(0, index);
    if (!/^-?\d+$/.test(segment.bound) || !segment.isId || before.length === 0) return [];
    const path = pathOf(before);
    if (target.kind === 'record' && target.path === path) return [];
    return [{ path, entity: found.get(keyOf(before))?.entity ?? 'Record', id: Number(segment.bound) }];
  });
}

/** Reads the resources of a document out of its paths. */
export function createResources(catalogue: Catalogue): Resources {
  const found = findResources(catalogue.all());
  const homes = findHomes(found);
  return {
    target: (operation, values) => targetOf(segments(operation, values), found),
    parents: (operation, values) => {
      const all = segments(operation, values);
      return parentsOf(all, targetOf(all, found), found);
    },
    home: (entity) => homes.get(entity),
  };
}
