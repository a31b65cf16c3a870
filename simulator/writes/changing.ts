import type { Schema } from '../../lib/catalogue/operation.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import type { RecordTarget } from '../resources.ts';
import { readMember } from './body.ts';
import { composed, type Draft } from './composition.ts';
import type { Written } from './creation.ts';
import { defaultsOf, mergeCustomFields } from './defaults.ts';
import { deleteRecord } from './deletion.ts';
import { keepable, memberNames, stamped } from './members.ts';
import { patchRecord } from './patching.ts';
import { recordReply, reply } from './reply.ts';
import { patchBodyOf, recordBodyOf } from './request-body.ts';
import { announce, type Writer } from './writer.ts';

/** A record keeps its id whatever is sent. */
const identityOf = ({ id }: JsonRecord): JsonRecord => (id === undefined ? {} : { id });

function store(draft: Draft & { readonly target: RecordTarget }, id: number, writer: Writer): Written {
  const { target, previous = {} } = draft;
  const record = composed(draft, writer);
  collectionOf(target, writer).set(id, record);
  const { entity } = target.resource;
  announce({ entity, path: target.path, id, action: 'updated', record, previous }, writer);
  return { id, record };
}

/** Changes members of a record as the server does by itself, in an action: nothing of it is checked. */
export function updateRecord(changes: JsonRecord, target: RecordTarget, writer: Writer): Written {
  const id = idOf(target, writer);
  const { schema, entity } = target.resource;
  const collection = collectionOf(target, writer);
  const previous = collection.get(id) ?? {};
  const record = stamped(keepable({ ...previous, ...changes }, schema, writer), schema, writer, previous);
  collection.set(id, record);
  announce({ entity, path: target.path, id, action: 'updated', record, previous }, writer);
  return { id, record };
}

/**
 * What a replace leaves as it is, and no one expects: a contact's custom fields and communication items (§7.2,
 * recorded).
 */
function keptOnReplace(previous: JsonRecord, { resource }: RecordTarget): JsonRecord {
  const names = resource.entity === 'Contact' ? ['customFields', 'communicationItems'] : [];
  return Object.fromEntries(
    names.flatMap((name) => (previous[name] === undefined ? [] : [[name, previous[name]]])),
  );
}

/** Replaces a record: members that are not sent fall to their default, or are gone (§7.2). */
export function replaceRecord(sent: JsonRecord, target: RecordTarget, writer: Writer): Written {
  const id = idOf(target, writer);
  const previous = collectionOf(target, writer).get(id) ?? {};
  const defaults = defaultsOf(target, id, writer);
  const fields = mergeCustomFields(defaults['customFields'], sent['customFields'] ?? null);
  const whole = {
    ...defaults,
    ...sent,
    ...(fields !== null && { customFields: fields }),
    ...keptOnReplace(previous, target),
    ...identityOf(previous),
  };
  const sentSchema = target.resource.schema;
  return store({ target, sent, sentSchema, whole, previous }, id, writer);
}

/**
 * Applies a PATCH. What the operation itself shows may be patched as well, though the record has no room for it: a 200
 * without effect (§7.3).
 */
function patchStored(body: readonly Json[], shown: Schema, target: RecordTarget, writer: Writer): Written {
  const id = idOf(target, writer);
  const previous = collectionOf(target, writer).get(id) ?? {};
  const { schema } = target.resource;
  const names = [...memberNames(schema, writer), ...memberNames(shown, writer)];
  const patched = patchRecord(previous, body, names, writer.settings.patchIntoReferences);
  const read = readMember(keepable(patched, schema, writer), schema, writer.catalogue);
  const whole = isRecord(read) ? { ...read, ...identityOf(previous) } : previous;
  const checksChangesOnly = writer.settings.patchValidation === 'changed';
  return store({ target, sent: whole, sentSchema: schema, whole, previous, checksChangesOnly }, id, writer);
}

/** Answers PUT, PATCH and DELETE of one record (§7.2–7.4). */
export function changeAnswer(call: Call, target: RecordTarget, writer: Writer): Answer {
  const { method, success } = call.operation;
  const change = (): Written => {
    if (method === 'DELETE') return deleteRecord(target, writer);
    return method === 'PATCH'
      ? patchStored(patchBodyOf(call, writer), success.schema ?? {}, target, writer)
      : replaceRecord(recordBodyOf(call, writer), target, writer);
  };
  const { id, record } = change();
  return reply(success.status, recordReply(call, record, target, id, writer));
}
