import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import { makeRecord } from '../records.ts';
import type { CollectionTarget, RecordTarget } from '../resources.ts';
import type { World } from '../world.ts';
import { memberNames } from './members.ts';

/** Every defined custom field is always there, without a value where none was given (§7.9). */
function emptyCustomFields(target: CollectionTarget | RecordTarget, id: number, world: World): JsonRecord {
  const made = makeRecord(world.makings, target.resource.schema, target.path, id);
  const fields = made['customFields'];
  if (!isArray(fields)) return {};
  return { customFields: fields.map((entry) => (isRecord(entry) ? { ...entry, value: null } : entry)) };
}

/** A new ticket goes to the first board where none is named: the board of the member's defaults (§7.1). */
function ticketDefaults(target: CollectionTarget | RecordTarget, world: World): JsonRecord {
  if (target.path !== 'service/tickets') return {};
  const home = world.resources.home('Board');
  const [board] = home === undefined ? [] : world.store.collection(home.key, home.schema).ids();
  return { recordType: 'ServiceTicket', ...(board !== undefined && { board: { id: board } }) };
}

/** What the server fills in where a write says nothing (§7.1, §7.2), as far as the schema has room for it. */
export function defaultsOf(target: CollectionTarget | RecordTarget, id: number, world: World): JsonRecord {
  const names = memberNames(target.resource.schema, world);
  // A flag is never without a value: sweeps and clients ask for what is not deleted.
  const flags = { deletedFlag: false };
  const all = { ...flags, ...ticketDefaults(target, world), ...emptyCustomFields(target, id, world) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/** Custom fields are merged by id: entries that are not sent stay, an empty array clears nothing (§7.3). */
export function mergeCustomFields(stored: Json | undefined, sent: Json): Json {
  if (!isArray(stored) || !isArray(sent)) return stored ?? sent;
  return stored.map((entry) => {
    const change = sent.find((one) => isRecord(one) && isRecord(entry) && one['id'] === entry['id']);
    return isRecord(entry) && isRecord(change) ? { ...entry, ...change } : entry;
  });
}
