import { errorOf, isSuccess, jsonOf, type ManageResponse } from '../response.ts';
import { compare } from './comparison.ts';

/** The answer to a look-up, with what it is to be compared with. */
export interface Reading {
  readonly response: ManageResponse;
  /** When the write may have left at the earliest, on ConnectWise's clock, a few seconds before it to be sure. */
  readonly sinceMs: number;
}

/**
 * What a look-up saw.
 * - `applied`: the write took effect; `record` is what stands there now, null where it was deleted.
 * - `untouched`: at that moment there was no trace of it.
 * - `unclear`: it cannot be told, and asking again would not help.
 * - `unread`: the look-up itself failed; asking again may help.
 */
export type Seen =
  | { readonly kind: 'applied'; readonly record: unknown }
  | { readonly kind: 'untouched' }
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'unread'; readonly why: string };

/** Only NotFound means a missing record: a lost route or a missing right also answer 404 (connectwise-api.md §6.4). */
const isMissing = (response: ManageResponse) =>
  response.status === 404 && errorOf(response)?.code === 'NotFound';

const unread = ({ status }: ManageResponse): Seen => ({
  kind: 'unread',
  why: `ConnectWise answered the look-up with status ${status}.`,
});

/** Companies are only marked as deleted (§9.2). */
export function seenDeleted({ response }: Reading): Seen {
  if (isMissing(response)) return { kind: 'applied', record: null };
  if (!isSuccess(response)) return unread(response);
  const record = jsonOf(response.bytes);
  return member(record, 'deletedFlag') === true ? { kind: 'applied', record } : { kind: 'untouched' };
}

/** @param sent the members that the record has where the write took effect. */
export function seenReplaced({ response, sinceMs }: Reading, sent: unknown): Seen {
  if (isMissing(response)) return { kind: 'unclear', why: 'The record is not there any more.' };
  if (!isSuccess(response)) return unread(response);
  const record = jsonOf(response.bytes);
  const { same, different, unseen } = compare(sent, record);
  const changedMs = infoTime(record, 'lastUpdated');
  const isOlder = changedMs !== undefined && changedMs < sinceMs;
  if (different === 0 && same > 0 && (unseen === 0 || !isOlder)) return { kind: 'applied', record };
  if (isOlder) return { kind: 'untouched' };
  const why =
    changedMs === undefined
      ? 'The record does not say when it was last changed.'
      : 'The record was changed since, but it does not hold what was sent: somebody else changed it too, or ConnectWise kept it in another form.';
  return { kind: 'unclear', why };
}

/** @param unique nothing but the new record can be found: then it needs no time of entry. */
export function seenCreated({ response, sinceMs }: Reading, unique: boolean): Seen {
  if (!isSuccess(response)) return unread(response);
  const found = jsonOf(response.bytes);
  if (!Array.isArray(found)) return { kind: 'unclear', why: 'The look-up did not answer a list.' };
  const times = found.map((record) => infoTime(record, 'dateEntered'));
  if (!unique && times.includes(undefined))
    return { kind: 'unclear', why: 'What the look-up found does not say when it was entered.' };
  const fresh = found.filter((_, place) => unique || (times[place] ?? 0) >= sinceMs);
  if (fresh.length > 1)
    return { kind: 'unclear', why: 'The look-up found more than one record that may be the one.' };
  return fresh.length === 1 ? { kind: 'applied', record: fresh[0] } : { kind: 'untouched' };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** `_info` holds texts in whole seconds of UTC, or lacks them (§9.1). */
function infoTime(record: unknown, name: 'lastUpdated' | 'dateEntered'): number | undefined {
  const text = member(member(record, '_info'), name);
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
