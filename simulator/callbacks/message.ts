import { createHash, createHmac } from 'node:crypto';
import { createDice } from '../dice.ts';
import type { Json } from '../json.ts';
import { guid } from '../words.ts';
import type { Write } from '../writes/ledger.ts';
import { typeOf } from './topics.ts';

/** What a message says besides the change itself. */
export interface Sender {
  readonly seed: number;
  readonly company: string;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** With its slash; key addresses put another one behind it, as the real ones do (§9.4.7). */
  readonly codebase: string;
}

/** A message, signed and ready to be posted. */
export interface Message {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  readonly signature: string;
}

/** The key of a registration, the same for the same seed. */
export function signingKey(seed: number, keyId: string): string {
  return createHash('sha256').update(`signing key ${seed} ${keyId.toLowerCase()}`).digest('base64');
}

/** `base64(HMAC-SHA256(SHA256(key), raw body))`, over the bytes that are sent (§9.4.6). */
function signatureOf(key: string, body: string): string {
  return createHmac('sha256', createHash('sha256').update(key).digest()).update(body).digest('base64');
}

/** Where the key of a registration is found; known by a GUID. */
function keyUrl(
  { seed, company, origin, codebase }: Sender,
  registration: number,
): readonly [string, string] {
  const keyId = guid(createDice(seed, 'callback key', registration));
  const query = `companyName=${encodeURIComponent(company)}&id=${keyId}`;
  return [keyId, `${origin}/${codebase}/system/callbackkey/index.rails?${query}`];
}

/**
 * The message that tells a registration of a write (§9.4.5): the id and the action go behind the registered URL as it
 * is (§9.4.4), `Entity` is JSON in a text, and null once the record is gone. `count` makes the id of the message.
 */
export function messageFor(
  write: Write,
  registration: { readonly id: number; readonly url: string },
  count: number,
  sender: Sender,
): Message {
  const [keyId, key_url] = keyUrl(sender, registration.id);
  const id = guid(createDice(sender.seed, 'callback message', count));
  const { action, record, member } = write;
  const content: Json = {
    Action: action,
    CallbackObjectRecId: registration.id,
    CompanyId: sender.company,
    Entity: action === 'deleted' ? null : JSON.stringify(record),
    FromUrl: new URL(sender.origin).host,
    ID: write.id,
    MemberId: member,
    MessageId: id,
    Metadata: { key_url },
    PartnerId: guid(createDice(sender.seed, 'partner')),
    ProductInstanceId: guid(createDice(sender.seed, 'product instance')),
    Type: typeOf(write.entity) ?? '',
  };
  const body = JSON.stringify(content);
  return {
    id,
    url: `${registration.url}${write.id}&action=${action}`,
    body,
    signature: signatureOf(signingKey(sender.seed, keyId), body),
  };
}
