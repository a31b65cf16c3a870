import type { Call } from '../call.ts';
import { type FieldFault, invalidObject } from '../failures.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import type { World } from '../world.ts';
import { bodyOf } from '../writes/request-body.ts';
import { missingField } from '../writes/validation.ts';
import { hasLevel, isKnownType, type Topic } from './topics.ts';

/** The collection of registrations, in lower case as targets name it. */
export const registrationsPath = 'system/callbacks';

/** The owner level has one object: whoever asks for another gets this one (§7.1). */
const ownerId = 1;
/** The API member's id, filled in whatever was sent (§1.13). */
const memberId = 1;

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** What a registration asks for, as its record says it. */
export function topicOf(record: JsonRecord): Topic {
  const level = textOf(record['level']);
  const { objectId } = record;
  const isOwner = level.toLowerCase() === 'owner';
  return {
    type: textOf(record['type']),
    level,
    objectId: isOwner ? ownerId : typeof objectId === 'number' ? objectId : 0,
  };
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text);
}

/** What a registration cannot do without (§9.4.1). */
const needed = ['url', 'objectId', 'type', 'level'] as const;

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== '';

/** The faults of what was sent, all in one reply (§6.2). */
function faultsOf(record: JsonRecord): FieldFault[] {
  const faults = needed.filter((name) => !isGiven(record[name])).map(missingField);
  const [url, type, level] = [textOf(record['url']), textOf(record['type']), textOf(record['level'])];
  if (url !== '' && !isUrl(url)) faults.push({ code: 'InvalidField', message: 'Invalid URL', field: 'url' });
  if (type !== '' && !isKnownType(type))
    faults.push({ code: 'InvalidField', message: 'Invalid type', field: 'type' });
  if (type !== '' && level !== '' && !hasLevel(type, level))
    faults.push({
      code: 'InvalidObject',
      message: 'Unrecognized level for type, see documentation for supported levels for each type',
      field: 'level',
    });
  return faults;
}

const keyOf = ({ type, level, objectId }: Topic): string => `${type} ${level} ${objectId}`.toLowerCase();

/**
 * Checks a POST or PUT of a registration and fills in what the server decides: the member, the payload's version, and
 * objectId 1 for owners (§9.4). Any other call goes through as it is.
 */
export function registrationCall(call: Call, registered: readonly JsonRecord[], world: World): Call {
  const { method } = call.operation;
  const { target } = call;
  const isAdding = method === 'POST' && target.kind === 'collection';
  const isReplacing = method === 'PUT' && target.kind === 'record';
  if (!(isAdding || isReplacing) || target.path !== registrationsPath) return call;
  const sent = bodyOf(call, world);
  if (!isRecord(sent)) return call;
  const faults = faultsOf(sent);
  if (faults.length > 0) throw invalidObject('callback', faults);
  const topic = topicOf(sent);
  if (isAdding && registered.some((known) => keyOf(topicOf(known)) === keyOf(topic)))
    throw invalidObject('callback', [
      { code: 'ObjectExists', message: 'A matching callback entry already exists', field: 'objectId' },
    ]);
  const completed = {
    payloadVersion: '3.0.0',
    inactiveFlag: false,
    isSoapCallbackFlag: false,
    isSelfSuppressedFlag: false,
    ...sent,
    memberId,
    ...('objectId' in sent && { objectId: topic.objectId }),
  };
  return { ...call, body: Buffer.from(JSON.stringify(completed)) };
}
