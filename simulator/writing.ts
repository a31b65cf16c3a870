import type { Schema } from '../lib/catalogue/operation.ts';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.ts';
import { readBody, readMember } from './body.ts';
import type { Call } from './call.ts';
import { badRequest, mediaTypeUnsupported } from './failures.ts';
import { isArray, isRecord, type Json, type JsonRecord } from './json.ts';
import { patchRecord } from './patching.ts';
import { collectionOf, idOf } from './reading.ts';
import { makeRecord, timestamp } from './records.ts';
import { expandReferences } from './references.ts';
import { type CollectionTarget, entityOf, type RecordTarget } from './resources.ts';
import { selectFields } from './selection.ts';
import { isWriteOnly, shapeOf } from './shapes.ts';
import { validateRecord } from './validation.ts';
import { viewOf } from './view.ts';
import type { World } from './world.ts';

/** A record after a write. */
export interface Written {
  readonly id: number;
  readonly record: JsonRecord;
}

/** The JSON body of a call in its schema; undefined where there is none. Refuses other media types with 415 (§6.2). */
export function bodyOf(call: Call, world: World): Json | undefined {
  const { body } = call.operation;
  if (body.kind !== 'json') return undefined;
  if (call.body.length === 0) {
    if (body.required) throw badRequest('A non-empty request body is required.');
    return undefined;
  }
  if (!/^application\/(json|[\w.+-]*\+json)\b/i.test(call.headers['content-type'] ?? ''))
    throw mediaTypeUnsupported();
  return readBody(call.body, body.schema, world.catalogue);
}

const memberNames = (schema: Schema, world: World): string[] =>
  Object.keys(shapeOf(schema, world.catalogue).shape.properties ?? {});

/** A record with the stamps of a write (§9.1), where its schema has room for them. */
function stamped(record: JsonRecord, schema: Schema, world: World, previous?: JsonRecord): JsonRecord {
  if (!memberNames(schema, world).includes('_info')) return record;
  const lastUpdated = timestamp(world.now().getTime());
  const info = isRecord(previous?.['_info'])
    ? previous['_info']
    : { dateEntered: lastUpdated, enteredBy: world.member };
  return { ...record, _info: { ...info, lastUpdated, updatedBy: world.member } };
}

/** Members that exist in a schema and may be returned: write-only ones are taken and forgotten (§11.13). */
function keepable(record: JsonRecord, schema: Schema, world: World): JsonRecord {
  const properties = shapeOf(schema, world.catalogue).shape.properties ?? {};
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => {
      const known = properties[name];
      return known !== undefined && !isWriteOnly(known);
    }),
  );
}

function expanded(record: JsonRecord, schema: Schema, world: World): JsonRecord {
  const value = expandReferences(record, schema, world);
  return isRecord(value) ? value : record;
}

/** What the server fills in by itself: custom fields are always all there (§7.9). */
function defaults(target: CollectionTarget | RecordTarget, id: number, world: World): JsonRecord {
  const made = makeRecord(world.makings, target.resource.schema, target.path, id);
  const fields = made['customFields'];
  if (!isArray(fields)) return {};
  return { customFields: fields.map((entry) => (isRecord(entry) ? { ...entry, value: null } : entry)) };
}

/** Adds a record to a collection and gives it back with its id. */
export function createRecord(
  sent: JsonRecord,
  sentSchema: Schema,
  target: CollectionTarget,
  world: World,
): Written {
  const { schema } = target.resource;
  validateRecord(sent, sentSchema, entityOf(sentSchema), world.catalogue);
  const collection = collectionOf(target, world);
  const id = collection.nextId();
  const base = { ...defaults(target, id, world), ...keepable(sent, schema, world) };
  const identified = memberNames(schema, world).includes('id') ? { ...base, id } : base;
  const record = stamped(expanded(identified, schema, world), schema, world);
  collection.set(id, record);
  return { id, record };
}

/** A record as the operation's success has it: alone, in a list where the document says so, or not at all. */
export function recordReply(
  call: Call,
  record: JsonRecord,
  target: CollectionTarget | RecordTarget,
  id: number,
  world: World,
): Json | undefined {
  const { kind, schema } = call.operation.success;
  const shown = (one: Schema | undefined): JsonRecord =>
    selectFields(viewOf(one, record, target, id, world), call.query.get('fields'));
  if (kind === 'empty') return undefined;
  return kind === 'list' ? [shown(schema?.items)] : shown(schema);
}

function reply(status: number, value: Json | undefined, headers: Record<string, string> = {}): Answer {
  return value === undefined ? emptyAnswer(status) : jsonAnswer(status, value, headers);
}

/** Creates a record: 201 (or what the document says) with the whole record and where it lives (§7.1). */
export function createAnswer(call: Call, target: CollectionTarget, sent: JsonRecord, world: World): Answer {
  const { body, success } = call.operation;
  const schema = body.kind === 'json' ? body.schema : target.resource.schema;
  const { id, record } = createRecord(sent, schema, target, world);
  const location = `${call.url.replace(/\/*$/, '')}/${id}`;
  return reply(success.status, recordReply(call, record, target, id, world), { location });
}

/** Stores a changed record after the check of the whole, as the server does (§7.3). */
function store(record: JsonRecord, target: RecordTarget, id: number, world: World): JsonRecord {
  const { schema, entity } = target.resource;
  validateRecord(record, schema, entity, world.catalogue);
  const collection = collectionOf(target, world);
  const changed = stamped(
    expanded(keepable(record, schema, world), schema, world),
    schema,
    world,
    collection.get(id),
  );
  collection.set(id, changed);
  return changed;
}

/** Replaces a record: members that are not sent are gone, but for custom fields, which stay untouched (§7.2). */
export function replaceRecord(sent: JsonRecord, target: RecordTarget, world: World): Written {
  const id = idOf(target, world);
  const previous = collectionOf(target, world).get(id) ?? {};
  const fields = previous['customFields'];
  const kept = fields === undefined ? {} : { customFields: fields };
  return { id, record: store({ ...sent, ...kept, ...identityOf(previous) }, target, id, world) };
}

/** A record keeps its id whatever is sent. */
const identityOf = ({ id }: JsonRecord): JsonRecord => (id === undefined ? {} : { id });

/**
 * Applies a PATCH. What the operation itself shows may be patched as well, though the record has no room for it: a 200
 * without effect (§7.3).
 */
function patchedRecord(body: Json, shown: Schema, target: RecordTarget, world: World): Written {
  const id = idOf(target, world);
  const previous = collectionOf(target, world).get(id) ?? {};
  const { schema } = target.resource;
  const patched = patchRecord(previous, body, [...memberNames(schema, world), ...memberNames(shown, world)]);
  const read = readMember(keepable(patched, schema, world), schema, world.catalogue);
  const changed = isRecord(read) ? { ...read, ...identityOf(previous) } : previous;
  return { id, record: store(changed, target, id, world) };
}

/** Companies are only marked as deleted (§9.2); everything else is gone at once. */
export function deleteRecord(target: RecordTarget, world: World): Written {
  const id = idOf(target, world);
  const collection = collectionOf(target, world);
  const record = collection.get(id) ?? {};
  if (
    target.resource.entity === 'Company' &&
    memberNames(target.resource.schema, world).includes('deletedFlag')
  )
    collection.set(id, stamped({ ...record, deletedFlag: true }, target.resource.schema, world, record));
  else collection.remove(id);
  return { id, record };
}

/** Answers PUT, PATCH and DELETE of one record (§7.2–7.4). */
export function changeAnswer(call: Call, target: RecordTarget, world: World): Answer {
  const { method, success } = call.operation;
  const body = bodyOf(call, world) ?? null;
  const change = (): Written => {
    if (method === 'DELETE') return deleteRecord(target, world);
    return method === 'PATCH'
      ? patchedRecord(body, success.schema ?? {}, target, world)
      : replaceRecord(isRecord(body) ? body : {}, target, world);
  };
  const { id, record } = change();
  return reply(success.status, recordReply(call, record, target, id, world));
}
