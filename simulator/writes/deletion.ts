import { type Answer, emptyAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { recordMissing } from '../failures.ts';
import type { JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import { timestamp } from '../records.ts';
import type { CollectionTarget, RecordTarget } from '../resources.ts';
import type { World } from '../world.ts';
import type { Written } from './creation.ts';
import { keepable, memberNames, stamped } from './members.ts';
import { announce, type Writer } from './writer.ts';

/** Takes out the records whose lag is over: a deleted record may be shown for a moment more (§9.2). */
export function settleDepartures(world: World): void {
  const { departures } = world.ledger;
  const nowMs = world.now().getTime();
  while ((departures[0]?.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs) departures.shift()?.leave();
}

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

function remove(id: number, target: RecordTarget, writer: Writer): void {
  const { path } = target;
  const { departures } = writer.ledger;
  const leave = (): void => {
    collectionOf(target, writer).remove(id);
    if (path === 'system/documents') writer.store.files.delete(id);
  };
  const { deletionLagMs } = writer.settings;
  if (deletionLagMs === 0) {
    leave();
    return;
  }
  if (departures.some((one) => one.path === path && one.id === id))
    throw recordMissing(target.resource.entity, id);
  departures.push({ path, id, dueMs: writer.now().getTime() + deletionLagMs, leave });
}

/** Deletes a record: companies stay with a mark, everything else is gone, and a second time 404 (§7.4, §9.2). */
export function deleteRecord(target: RecordTarget, writer: Writer): Written {
  const id = idOf(target, writer);
  const { entity, schema } = target.resource;
  const collection = collectionOf(target, writer);
  const previous = collection.get(id) ?? {};
  const isSoft = entity === 'Company' && memberNames(schema, writer).includes('deletedFlag');
  const record = isSoft ? marked(previous, target, writer) : previous;
  if (isSoft) collection.set(id, record);
  else remove(id, target, writer);
  announce({ entity, path: target.path, id, action: 'deleted', record, previous }, writer);
  return { id, record };
}

/** Removes every record of a collection, where the document has such an operation (§7.4). */
export function clearAnswer(call: Call, target: CollectionTarget, writer: Writer): Answer {
  for (const id of collectionOf(target, writer).ids())
    deleteRecord({ ...target, kind: 'record', id: String(id) }, writer);
  return emptyAnswer(call.operation.success.status);
}
