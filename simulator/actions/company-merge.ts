import type { JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import type { RecordTarget } from '../resources.ts';
import { updateRecord } from '../writes/changing.ts';
import { deleteRecord } from '../writes/deletion.ts';
import type { Writer } from '../writes/writer.ts';
import { homeTarget, memberTarget } from './subject.ts';

/** What moves to the other company, by the member of CompanyMerge that says so. */
const moving = { contacts: 'Contact', services: 'Ticket', opportunities: 'Opportunity', projects: 'Project' };

function move(entity: string, from: number, to: JsonRecord, writer: Writer): void {
  const target = homeTarget(entity, writer);
  if (target === undefined) return;
  const collection = collectionOf(target, writer);
  const ids = collection.ids().filter((id) => collection.value(id, ['company', 'id']) === from);
  for (const id of ids) updateRecord({ company: to }, memberTarget(target, id, writer), writer);
}

/** Merges a company into another (not into itself): what is to be merged moves, and the company is deleted as companies are (§9.2). */
export function mergeCompany(from: RecordTarget, body: JsonRecord, writer: Writer): void {
  const id = idOf(from, writer);
  const collection = { ...from, kind: 'collection' } as const;
  const to = memberTarget(collection, Number(body['toCompanyId']), writer);
  if (to.id === String(id)) return;
  const { id: toId, identifier, name } = collectionOf(to, writer).get(Number(to.id)) ?? {};
  const reference = { id: toId ?? null, identifier: identifier ?? null, name: name ?? null };
  for (const [member, entity] of Object.entries(moving))
    if (body[member] === 'Merge') move(entity, id, reference, writer);
  deleteRecord(from, writer);
}
