import { type Answer, emptyAnswer, fileAnswer, jsonAnswer } from './answer.ts';
import type { Call } from './call.ts';
import { type ConditionScope, checkCondition } from './condition-check.ts';
import { parseCondition } from './conditions.ts';
import { childFulfils, customFieldFulfils, fulfils } from './evaluation.ts';
import { recordMissing } from './failures.ts';
import { fileFor } from './files.ts';
import { type JsonRecord, memberName } from './json.ts';
import { pageOf } from './paging.ts';
import { makeValue } from './records.ts';
import type { CollectionTarget, RecordTarget } from './resources.ts';
import { selectFields, sortRecords } from './selection.ts';
import { shapeOf } from './shapes.ts';
import type { Collection } from './store.ts';
import { viewOf } from './view.ts';
import type { World } from './world.ts';

/** The three filters of a list; they must all hold (§3.4). */
export interface Filters {
  readonly conditions: string | undefined;
  readonly childConditions: string | undefined;
  readonly customFieldConditions: string | undefined;
  readonly orderBy: string | undefined;
}

/** The filters as a GET carries them. */
export function filtersOf(call: Call): Filters {
  return {
    conditions: call.query.get('conditions'),
    childConditions: call.query.get('childConditions'),
    customFieldConditions: call.query.get('customFieldConditions'),
    orderBy: call.query.get('orderBy'),
  };
}

type Holds = (record: JsonRecord) => boolean;

function filter(
  text: string | undefined,
  target: Records,
  scope: ConditionScope,
  world: World,
): Holds | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const condition = parseCondition(text);
  const schema = scope === 'customField' ? { $ref: 'CustomFieldValue' } : target.resource.schema;
  checkCondition(condition, schema, scope, world.catalogue);
  if (scope === 'child') return (record) => childFulfils(condition, record);
  return scope === 'customField'
    ? (record) => customFieldFulfils(condition, record)
    : (record) => fulfils(condition, record);
}

type Records = CollectionTarget | RecordTarget;

/** The records of a target's collection. */
export function collectionOf(target: Records, world: World): Collection {
  return world.store.collection(target.path, target.resource.schema);
}

/** Ids of the records that the filters let through, in the order that they ask for. */
function matchingIds(target: Records, filters: Filters, world: World): readonly number[] {
  const collection = collectionOf(target, world);
  const holds = [
    filter(filters.conditions, target, 'record', world),
    filter(filters.childConditions, target, 'child', world),
    filter(filters.customFieldConditions, target, 'customField', world),
  ].filter((one) => one !== undefined);
  const recordOf = (id: number): JsonRecord => collection.get(id) ?? {};
  const ids =
    holds.length === 0
      ? collection.ids()
      : collection.ids().filter((id) => holds.every((one) => one(recordOf(id))));
  return sortRecords(ids, filters.orderBy, recordOf);
}

/** A page of a collection (§4), each record as the operation shows it. */
export function listAnswer(call: Call, target: Records, filters: Filters, world: World): Answer {
  const { items, link } = pageOf(call, matchingIds(target, filters, world), (id) => id);
  const collection = collectionOf(target, world);
  const shown = items.map((id) => {
    const record = viewOf(call.operation.success.schema?.items, collection.get(id) ?? {}, target, id, world);
    return selectFields(record, call.query.get('fields'));
  });
  return jsonAnswer(call.operation.success.status, shown, link === undefined ? {} : { link });
}

/** The number in a target's id; members are named by their identifier as well. Refuses what is not there. */
export function idOf(target: RecordTarget, world: World): number {
  const collection = collectionOf(target, world);
  const number = /^-?\d+$/.test(target.id) ? Number(target.id) : undefined;
  const id =
    number ??
    collection.ids().find((one) => {
      const identifier = collection.get(one)?.['identifier'];
      return typeof identifier === 'string' && identifier.toLowerCase() === target.id.toLowerCase();
    });
  if (id === undefined || !collection.has(id)) throw recordMissing(target.resource.entity, target.id);
  return id;
}

function recordAnswer(call: Call, target: RecordTarget, world: World): Answer {
  const id = idOf(target, world);
  const { success } = call.operation;
  const record = collectionOf(target, world).get(id) ?? {};
  const schema = success.kind === 'list' ? success.schema?.items : success.schema;
  const shown = selectFields(viewOf(schema, record, target, id, world), call.query.get('fields'));
  return jsonAnswer(success.status, success.kind === 'list' ? [shown] : shown);
}

/** How many records a count is about: those of its collection, or as many as any collection starts with. */
function countAnswer(call: Call, world: World): Answer {
  const { target, operation } = call;
  const count =
    target.kind === 'single'
      ? world.makings.rows
      : matchingIds(asCollection(target), filtersOf(call), world).length;
  return jsonAnswer(operation.success.status, { count });
}

function asCollection(target: Records): Records {
  return { kind: 'collection', path: target.path, resource: target.resource };
}

/** A path that stands for itself: a record of its own, an untyped list, or any other value of its schema. */
function singleAnswer(call: Call, world: World): Answer {
  const { operation, target } = call;
  const { schema, kind, status } = operation.success;
  if (schema === undefined) return jsonAnswer(status, kind === 'list' ? [] : {});
  const items = kind === 'list' ? schema.items : undefined;
  if (items !== undefined && shapeOf(items, world.catalogue).shape.properties !== undefined) {
    const resource = { key: target.path, entity: 'Record', schema: items };
    return listAnswer(call, { kind: 'collection', path: target.path, resource }, filtersOf(call), world);
  }
  if (kind !== 'record') return jsonAnswer(status, makeValue(world.makings, schema, target.path));
  return jsonAnswer(status, selectFields(world.store.single(target.path, schema), call.query.get('fields')));
}

/** Answers a GET (connectwise-api.md §3, §4, §8). */
export function readAnswer(call: Call, world: World): Answer {
  const { operation, target } = call;
  const { kind, status } = operation.success;
  if (target.kind === 'record') idOf(target, world);
  if (kind === 'binary') return fileAnswer(status, fileFor(call, world));
  if (kind === 'empty') return emptyAnswer(status);
  if (kind === 'count') return countAnswer(call, world);
  if (target.kind === 'single') return singleAnswer(call, world);
  return target.kind === 'record'
    ? recordAnswer(call, target, world)
    : listAnswer(call, target, filtersOf(call), world);
}

/** The filters of a search, once its body is read: `FilterValues` is spelt in lower case in the document (§3.6). */
export function searchFilters(body: JsonRecord): Filters {
  const text = (name: string): string | undefined => {
    const value = body[memberName(Object.keys(body), name) ?? ''];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    conditions: text('conditions'),
    childConditions: text('childConditions'),
    customFieldConditions: text('customFieldConditions'),
    orderBy: text('orderBy'),
  };
}
