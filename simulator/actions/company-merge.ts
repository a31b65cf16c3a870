import type { JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import type { RecordTarget } from '../resources.ts';
import { deleteRecord } from '../writes/deletion.ts';
import type { Writer } from '../writes/writer.ts';
import { moveRecords } from './moving.ts';
import { memberTarget } from './subject.ts';

/** What moves to the other company, by the member of CompanyMerge that says so. */
const moving = { contacts: 'Contact', services: 'Ticket', opportunities: 'Opportunity', projects: 'Project' };

/** Merges a company into another (not into itself): what is to be merged moves, and the company is deleted as companies are (§9.2). */
export function mergeCompany(from: RecordTarget, body: JsonRecord, writer: Writer): void {
  const id = idOf(from, writer);
  const collection = { ...from, kind: 'collection' } as const;
  const to = memberTarget(collection, Number(body['toCompanyId']), writer);
  if (to.id === String(id)) return;
  const { id: toId, identifier, name } = collectionOf(to, writer).get(Number(to.id)) ?? {};
  const reference = { id: toId ?? null, identifier: identifier ?? null, name: name ?? null };
  for (const [member, entity] of Object.entries(moving))
    if (body[member] === 'Merge') moveRecords(entity, 'company', id, reference, writer);
  deleteRecord(from, writer);
}
