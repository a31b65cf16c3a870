import type { JsonRecord } from '../json.ts';
import { collectionOf } from '../query/listing.ts';
import { updateRecord } from '../writes/changing.ts';
import { memberNames } from '../writes/members.ts';
import type { Writer } from '../writes/writer.ts';
import { homeTarget, memberTarget } from './subject.ts';

/** Lets every record of an entity that points to one record by a member, such as `company`, point to another. */
export function moveRecords(
  entity: string,
  member: string,
  from: number,
  to: JsonRecord,
  writer: Writer,
): void {
  const target = homeTarget(entity, writer);
  if (target === undefined || !memberNames(target.resource.schema, writer).includes(member)) return;
  const collection = collectionOf(target, writer);
  const ids = collection.ids().filter((id) => collection.value(id, [member, 'id']) === from);
  for (const id of ids) updateRecord({ [member]: to }, memberTarget(target, id, writer), writer);
}
