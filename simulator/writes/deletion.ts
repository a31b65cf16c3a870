import { type Answer, emptyAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { conflict, invalidObject } from '../failures.ts';
import type { JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import { timestamp } from '../records.ts';
import type { CollectionTarget, RecordTarget, Resource } from '../resources.ts';
import type { Written } from './creation.ts';
import { keepable, memberNames, stamped } from './members.ts';
import { announce, type Writer } from './writer.ts';

/** Companies are only marked as deleted (§9.2). */
function marked(record: JsonRecord, target: RecordTarget, writer: Writer): JsonRecord {
  const { schema } = target.resource;
  const mark = {
    deletedFlag: true,
    dateDeleted: timestamp(writer.now().getTime()),
    deletedBy: writer.member,
  };
  return stamped(keepable({ ...record, ...mark }, schema, writer), schema, writer, record);
}

/** What was billed stays; what the refusal looks like is not recorded (§7.4). */
function checkUnbilled({ status, id }: JsonRecord, { entity }: Resource, { settings }: Writer): void {
  if (entity !== 'TimeEntry' || (status !== 'Billed' && status !== 'BilledAgreement')) return;
  throw settings.billedTimeStatus === 409
    ? conflict()
    : invalidObject(entity, [
        { code: 'InvalidField', message: `Time entry ${String(id)} has been billed.`, field: 'status' },
      ]);
}

/** Deletes a record: companies stay with a mark, everything else is gone, and a second time 404 (§7.4, §9.2). */
export function deleteRecord(target: RecordTarget, writer: Writer): Written {
  const id = idOf(target, writer);
  const { entity, schema } = target.resource;
  const collection = collectionOf(target, writer);
  const previous = collection.get(id) ?? {};
  checkUnbilled(previous, target.resource, writer);
  const isSoft = entity === 'Company' && memberNames(schema, writer).includes('deletedFlag');
  const record = isSoft ? marked(previous, target, writer) : previous;
  if (isSoft) collection.set(id, record);
  else collection.remove(id);
  if (target.path === 'system/documents') writer.store.files.delete(id);
  announce({ entity, path: target.path, id, action: 'deleted', record, previous }, writer);
  return { id, record };
}

/** Removes every record of a collection, where the document has such an operation (§7.4). */
export function clearAnswer(call: Call, target: CollectionTarget, writer: Writer): Answer {
  for (const id of collectionOf(target, writer).ids())
    deleteRecord({ ...target, kind: 'record', id: String(id) }, writer);
  return emptyAnswer(call.operation.success.status);
}
