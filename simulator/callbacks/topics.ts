import { isRecord, type JsonRecord } from '../json.ts';
import type { Write } from '../writes/ledger.ts';

/** What callbacks can be about (connectwise-api.md §9.4.2), and the records that each is about. */
const entities: Readonly<Record<string, readonly string[]>> = {
  activity: ['Activity'],
  agreement: ['Agreement'],
  company: ['Company'],
  configuration: ['Configuration'],
  contact: ['Contact'],
  expense: ['ExpenseEntry'],
  invoice: ['Invoice'],
  member: ['Member'],
  opportunity: ['Opportunity'],
  productcatalog: ['CatalogItem'],
  project: ['Project'],
  purchaseorder: ['PurchaseOrder'],
  schedule: ['ScheduleEntry'],
  site: ['CompanySite', 'Site'],
  ticket: ['Ticket', 'ProjectTicket'],
  time: ['TimeEntry'],
};

/** Levels beside `owner` that are records which the changed one points to. Which type takes which is known in part only. */
const referenceLevels: readonly string[] = ['status', 'type', 'company', 'territory', 'board'];

/** What a registration asks for: changes of records of a type that belong to one object on a level. */
export interface Topic {
  readonly type: string;
  readonly level: string;
  readonly objectId: number;
}

/** The callback type of a schema name; undefined where no callback tells of it. */
export function typeOf(entity: string): string | undefined {
  const name = entity.replace(/^.*\./, '');
  return Object.keys(entities).find((type) => entities[type]?.includes(name));
}

export const isKnownType = (type: string): boolean => Object.hasOwn(entities, type.toLowerCase());

/** Whether a type can be watched on a level: its owner, the record itself, what it points to, an integrator's tag. */
export function hasLevel(type: string, level: string): boolean {
  const [own, asked] = [type.toLowerCase(), level.toLowerCase()];
  return asked === 'owner' || asked === 'integratortag' || asked === own || referenceLevels.includes(asked);
}

const idOf = (record: JsonRecord, member: string): unknown => {
  const reference = record[member];
  return isRecord(reference) ? reference['id'] : undefined;
};

function concerns(record: JsonRecord, id: number, { type, level, objectId }: Topic): boolean {
  const asked = level.toLowerCase();
  if (asked === 'owner') return true;
  if (asked === type.toLowerCase()) return id === objectId;
  if (asked === 'integratortag') {
    const tags = record['integratorTags'];
    return Array.isArray(tags) && tags.length > 0;
  }
  return idOf(record, asked) === objectId;
}

/** Whether a write is one that a registration asks for. A record that moves away from its object is told of as well. */
export function covers(topic: Topic, { entity, record, previous, id }: Write): boolean {
  if (typeOf(entity) !== topic.type.toLowerCase()) return false;
  return concerns(record, id, topic) || (previous !== undefined && concerns(previous, id, topic));
}
