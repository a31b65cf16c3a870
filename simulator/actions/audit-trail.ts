import { type Answer, jsonAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { pageOf } from '../query/paging.ts';
import { timestamp } from '../records.ts';
import type { World } from '../world.ts';
import type { Entry } from '../writes/ledger.ts';

/** The collections whose writes leave an audit trail, by the `type` that asks for it (connectwise-api.md §9.3). */
const places: Readonly<Record<string, RegExp>> = {
  ticket: /^service\/tickets$/,
  projectticket: /^project\/tickets$/,
  contact: /^company\/contacts$/,
  company: /^company\/companies$/,
  opportunity: /^sales\/opportunities$/,
  time: /^time\/entries$/,
  activity: /^sales\/activities$/,
  productcatalog: /^procurement\/catalog$/,
  purchasing: /^procurement\/purchaseorders$/,
  purchaseorder: /^procurement\/purchaseorders$/,
  purchaseorderlineitem: /^procurement\/purchaseorders\/\d+\/lineitems$/,
  productitem: /^procurement\/products$/,
  configuration: /^company\/configurations$/,
  schedule: /^schedule\/entries$/,
  agreement: /^finance\/agreements$/,
  agreementaddition: /^finance\/agreements\/\d+\/additions$/,
  project: /^project\/projects$/,
  invoice: /^finance\/invoices$/,
  expense: /^expense\/entries$/,
  survey: /^service\/surveys$/,
  member: /^system\/members$/,
  site: /^company\/companies\/\d+\/sites$/,
};

const longestText = 200;

/** The plain members that a write changed, in words. */
function changesOf({ write: { record, previous = {} } }: Entry): string {
  const changed = Object.entries(record).filter(
    ([name, value]) =>
      name !== '_info' &&
      !isRecord(value) &&
      JSON.stringify(value) !== JSON.stringify(previous[name] ?? null),
  );
  const texts = changed.map(
    ([name, value]) => `${name} from ${JSON.stringify(previous[name] ?? null)} to ${JSON.stringify(value)}`,
  );
  return texts.join(', ').slice(0, longestText);
}

function textOf(entry: Entry): string {
  const { entity, id, action } = entry.write;
  const subject = `${entity} ${id} has been ${action}`;
  const changes = action === 'updated' ? changesOf(entry) : '';
  return changes === '' ? `${subject}.` : `${subject}: ${changes}.`;
}

function shown(entry: Entry, type: string): JsonRecord {
  const { write, timeMs } = entry;
  return {
    text: textOf(entry),
    enteredDate: timestamp(timeMs),
    enteredBy: write.member,
    auditType: type,
    auditSubType: 'Record',
    auditSource: 'API',
  };
}

/** The writes of one record, newest first. Only one record at a time: this is no feed of changes (§9.3). */
function entriesFor(call: Call, world: World): JsonRecord[] {
  const type = call.query.get('type') ?? 'None';
  const id = Number(call.query.get('id'));
  const place = places[type.toLowerCase()];
  if (place === undefined) return [];
  const all = world.ledger.entries.filter(({ write }) => write.id === id && place.test(write.path));
  return all.toReversed().map((entry) => shown(entry, type));
}

/** Answers `/system/audittrail` and its count out of the writes that were really made. */
export function auditTrailAnswer(call: Call, world: World): Answer {
  const entries = entriesFor(call, world);
  const { kind, status } = call.operation.success;
  if (kind === 'count') return jsonAnswer(status, { count: entries.length });
  const positions = entries.map((_, index) => index + 1);
  const { ids, link } = pageOf(call, positions, world.settings);
  const page = ids.flatMap((position) => entries[position - 1] ?? []);
  return jsonAnswer(status, page, link === undefined ? {} : { link });
}
