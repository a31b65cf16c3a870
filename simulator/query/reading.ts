import type { Schema } from '../../lib/catalogue/operation.ts';
import { type Answer, emptyAnswer, fileAnswer, jsonAnswer, jsonTextAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { recordMissing } from '../failures.ts';
import { fileFor } from '../files.ts';
import { type JsonRecord, memberName } from '../json.ts';
import { makeValue } from '../records.ts';
import type { RecordTarget } from '../resources.ts';
import { shapeOf } from '../shapes.ts';
import type { World } from '../world.ts';
import { collectionOf, type Filters, idNamed, matchingIds } from './listing.ts';
import { pageOf } from './paging.ts';
import { arrayText, recordText } from './rendering.ts';
import { checkFields, fieldSelector, selectFields } from './selection.ts';
import { isOwnView, type Records, viewOf } from './view.ts';

/** The filters as a GET carries them. */
function filtersOf(call: Call): Filters {
  return {
    conditions: call.query.get('conditions'),
    childConditions: call.query.get('childConditions'),
    customFieldConditions: call.query.get('customFieldConditions'),
    orderBy: call.query.get('orderBy'),
  };
}

/** The schema of one record as the operation shows it; a count's is that of the list that it counts. */
function shownSchema({ operation }: Call, world: World): Schema | undefined {
  if (operation.success.kind !== 'count') return operation.success.schema?.items;
  const list = world.catalogue.find(`GET ${operation.path.replace(/\/count\/?$/i, '')}`);
  return list?.success.schema?.items;
}

/** A page of a collection (§4), each record as the operation shows it. */
export function listAnswer(call: Call, target: Records, filters: Filters, world: World): Answer {
  const rules = world.settings;
  const schema = shownSchema(call, world);
  const fields = call.query.get('fields');
  if (rules.unknownNames === 'refused')
    checkFields(fields, schema ?? target.resource.schema, world.catalogue);
  const { ids, link } = pageOf(call, matchingIds(target, filters, schema, world), rules);
  const collection = collectionOf(target, world);
  const { status } = call.operation.success;
  const headers: Record<string, string> = link === undefined ? {} : { link };
  const isWhole = isOwnView(schema, target) && (fields === undefined || fields.trim() === '');
  if (isWhole)
    return jsonTextAnswer(status, arrayText(ids.map((id) => recordText(collection.get(id) ?? {}))), headers);
  const select = fieldSelector(fields);
  const shown = ids.map((id) => select(viewOf(schema, collection.get(id) ?? {}, target, id, world)));
  return jsonAnswer(status, shown, headers);
}

/** The number in a target's id; members are named by their identifier as well. Refuses what is not there. */
export function idOf(target: RecordTarget, world: World): number {
  const id = /^-?\d+$/.test(target.id) ? Number(target.id) : idNamed(target, world);
  if (id === undefined || !collectionOf(target, world).has(id))
    throw recordMissing(target.resource.entity, target.id);
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
      : matchingIds(target, filtersOf(call), shownSchema(call, world), world).length;
  return jsonAnswer(operation.success.status, { count });
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
