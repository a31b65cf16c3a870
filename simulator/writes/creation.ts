import type { Schema } from '../../lib/catalogue/operation.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { makeReference } from '../records.ts';
import type { CollectionTarget } from '../resources.ts';
import { shapeOf } from '../shapes.ts';
import { composed } from './composition.ts';
import { defaultsOf } from './defaults.ts';
import { initialNotes } from './initial-notes.ts';
import { keepable, memberNames, stamped } from './members.ts';
import { recordReply, reply } from './reply.ts';
import type { Writer } from './writer.ts';
import { announce } from './writer.ts';

/** A record after a write. */
export interface Written {
  readonly id: number;
  readonly record: JsonRecord;
}

/** Records that only point to others, such as a ticket's configurations, keep the id of what they point to. */
function pointedTo(sent: JsonRecord, { resource }: CollectionTarget): number | undefined {
  const id = sent['id'];
  const isPointer = resource.schema.$ref?.endsWith('Reference') === true;
  return isPointer && typeof id === 'number' && id > 0 ? id : undefined;
}

function pointer(id: number, schema: Schema, writer: Writer): JsonRecord {
  const { shape, entity = '' } = shapeOf(schema, writer.catalogue);
  return entity.endsWith('Reference') ? makeReference(writer.makings, shape, entity, id) : {};
}

/** Adds a record to a collection and gives it back with its id; an id that is sent is tolerated and not used (§7.1). */
export function createRecord(
  sent: JsonRecord,
  sentSchema: Schema,
  target: CollectionTarget,
  writer: Writer,
): Written {
  const { schema } = target.resource;
  const id = pointedTo(sent, target) ?? collectionOf(target, writer).nextId();
  const identity = memberNames(schema, writer).includes('id') ? { id } : {};
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
  const whole = {
    ...pointer(id, schema, writer),
    ...defaultsOf(target, id, writer),
    ...given,
    ...identity,
  };
  const record = composed({ target, sent, sentSchema, whole, previous: undefined }, writer);
  const written = place(record, id, target, writer);
  const { target: notesTarget, notes } = initialNotes(sent, target, id, writer);
  if (notesTarget !== undefined) for (const note of notes) addRecord(note, notesTarget, writer);
  return written;
}

function place(record: JsonRecord, id: number, target: CollectionTarget, writer: Writer): Written {
  collectionOf(target, writer).set(id, record);
  announce({ entity: target.resource.entity, path: target.path, id, action: 'added', record }, writer);
  return { id, record };
}

/** Adds a record that the server made by itself, such as a copy: nothing of it is checked. */
export function addRecord(made: JsonRecord, target: CollectionTarget, writer: Writer): Written {
  const { schema } = target.resource;
  const id = collectionOf(target, writer).nextId();
  return place(
    stamped({ ...keepable(made, schema, writer), id }, schema, writer, undefined),
    id,
    target,
    writer,
  );
}

/** Where a new record lives. Behind the cloud's proxy the scheme is `http`, whatever was called (§7.1). */
export function locationOf(call: Call, id: number, writer: Writer): string {
  const url = writer.settings.mode === 'cloud' ? call.url.replace(/^https:/, 'http:') : call.url;
  return `${url.replace(/\/*$/, '')}/${id}`;
}

/** Creates a record: 201 (or what the document says) with the whole record and where it lives (§7.1). */
export function createAnswer(call: Call, target: CollectionTarget, sent: JsonRecord, writer: Writer): Answer {
  const { body, success } = call.operation;
  const schema = body.kind === 'json' ? body.schema : target.resource.schema;
  const { id, record } = createRecord(sent, schema, target, writer);
  const location = locationOf(call, id, writer);
  return reply(success.status, recordReply(call, record, target, id, writer), { location });
}
