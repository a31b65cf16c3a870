import type { Call } from '../call.ts';
import { invalidObject } from '../failures.ts';
import { collectionOf } from '../query/listing.ts';
import { idOf } from '../query/reading.ts';
import { makeReference } from '../records.ts';
import type { RecordTarget } from '../resources.ts';
import { shapeOf } from '../shapes.ts';
import type { Writer } from '../writes/writer.ts';
import { moveRecords } from './moving.ts';

/** What goes to the other contact; the document does not say, these are what a contact stands on (inferred). */
const transferred = [
  'Ticket',
  'ProjectTicket',
  'Activity',
  'Opportunity',
  'Configuration',
  'Project',
  'Agreement',
];

/**
 * Gives what hangs on a contact to the one that `transferContactId` names, before the contact is deleted (§7.4). What is
 * answered where there is no such contact is not recorded.
 */
export function transferContact(call: Call, target: RecordTarget, writer: Writer): void {
  const named = call.query.get('transferContactId');
  const isDeletion = call.operation.method === 'DELETE' && target.path === 'company/contacts';
  if (!isDeletion || named === undefined || named === '') return;
  const from = idOf(target, writer);
  const to = Number(named);
  const contact = to === from ? undefined : collectionOf(target, writer).get(to);
  if (contact === undefined)
    throw invalidObject('contact', [
      { code: 'NotFound', message: `Contact ${named} not found`, field: 'transferContactId' },
    ]);
  const { shape } = shapeOf({ $ref: 'ContactReference' }, writer.catalogue);
  const { firstName, lastName } = contact;
  const name = [firstName, lastName].filter((part) => typeof part === 'string').join(' ');
  const reference = { ...makeReference(writer.makings, shape, 'ContactReference', to), id: to, name };
  for (const entity of transferred) moveRecords(entity, 'contact', from, reference, writer);
}
