import type { JsonRecord } from '../json.ts';
import { timestamp } from '../records.ts';
import type { CollectionTarget } from '../resources.ts';
import type { Writer } from './writer.ts';

/** What a new ticket says of itself and never shows again (§11.13), and where the note that becomes of it is displayed. */
const displays = {
  initialDescription: 'detailDescriptionFlag',
  initialInternalAnalysis: 'internalAnalysisFlag',
  initialResolution: 'resolutionFlag',
} as const;

/** The first notes of a new ticket: their collection, undefined where the document has none, and their members. */
interface InitialNotes {
  readonly target: CollectionTarget | undefined;
  readonly notes: readonly JsonRecord[];
}

/** The notes that a ticket's POST makes beside the ticket; none for any other record. */
export function initialNotes(
  sent: JsonRecord,
  { path }: CollectionTarget,
  id: number,
  { catalogue, resources, now, member }: Writer,
): InitialNotes {
  const isTicket = path === 'service/tickets' || path === 'project/tickets';
  const list = isTicket ? catalogue.find(`GET /${path}/{parentId}/notes`) : undefined;
  const target = list && resources.target(list, [String(id)]);
  const notes = Object.entries(displays).flatMap(([name, flag]): JsonRecord[] => {
    const text = sent[name];
    if (typeof text !== 'string' || text === '') return [];
    const created = { dateCreated: timestamp(now().getTime()), createdBy: member };
    return [{ ticketId: id, text, [flag]: true, ...created }];
  });
  return { target: target?.kind === 'collection' ? target : undefined, notes };
}
