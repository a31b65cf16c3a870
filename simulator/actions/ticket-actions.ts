import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import type { RecordTarget } from '../resources.ts';
import { updateRecord } from '../writes/changing.ts';
import { keepable, stamped } from '../writes/members.ts';
import { expandReferences } from '../writes/references.ts';
import { announce, type Writer } from '../writes/writer.ts';
import { memberTarget } from './subject.ts';

/** The tickets that a list of ids names, in the parent's collection; refuses the call where one is not there. None is its own child. */
function children(ids: Json | undefined, parent: RecordTarget, writer: Writer): RecordTarget[] {
  const collection = { ...parent, kind: 'collection' } as const;
  const others = isArray(ids) ? ids.filter((id) => String(id) !== parent.id) : [];
  return others.map((id) => memberTarget(collection, Number(id), writer));
}

/** Makes tickets the children of another. */
export function attachChildren(parent: RecordTarget, body: JsonRecord, writer: Writer): void {
  const all = children(body['childTicketIds'], parent, writer);
  for (const child of all) updateRecord({ parentTicketId: idOf(parent, writer) }, child, writer);
  if (all.length > 0) updateRecord({ hasChildTicket: true }, parent, writer);
}

/** Merges tickets into another: they are closed, and say where they went. */
export function mergeTickets(parent: RecordTarget, body: JsonRecord, writer: Writer): void {
  const all = children(body['mergeTicketIds'], parent, writer);
  const id = idOf(parent, writer);
  const summary = collectionOf(parent, writer).value(id, ['summary']) ?? null;
  for (const child of all)
    updateRecord({ mergedParentTicket: { id, summary }, closedFlag: true }, child, writer);
  if (all.length > 0) updateRecord({ hasMergedChildTicketFlag: true }, parent, writer);
}

/** Where a ticket goes: the same id on the other side. */
function otherSide(path: string, id: number, { catalogue, resources }: Writer): RecordTarget | undefined {
  const read = catalogue.find(`GET /${path}/{id}`);
  const target = read && resources.target(read, [String(id)]);
  return target?.kind === 'record' ? target : undefined;
}

/**
 * Turns a service ticket into a project's, or back. Both kinds share their ids, and each is found in its own place
 * only (§2.3).
 */
export function convertTicket(from: RecordTarget, body: JsonRecord, writer: Writer): void {
  const id = idOf(from, writer);
  const isToService = body['recordType'] === 'ServiceTicket';
  // Without a project there is nowhere to go: the call is taken and changes nothing (inferred).
  if (!isToService && !isRecord(body['project'])) return;
  const path = isToService ? 'service/tickets' : 'project/tickets';
  const to = path === from.path ? undefined : otherSide(path, id, writer);
  if (to === undefined) return;
  const recordType = isToService ? 'ServiceTicket' : (body['recordType'] ?? 'ProjectTicket');
  const { project = null, phase = null, wbsCode = null } = body;
  const previous = collectionOf(from, writer).get(id) ?? {};
  const { entity, schema } = to.resource;
  const moved = keepable({ ...previous, recordType, project, phase, wbsCode }, schema, writer);
  const expanded = expandReferences(moved, schema, previous, { world: writer, faults: [] });
  const record = stamped(isRecord(expanded) ? expanded : moved, schema, writer, previous);
  collectionOf(from, writer).remove(id);
  collectionOf(to, writer).set(id, record);
  announce({ entity, path, id, action: 'updated', record, previous }, writer);
}
