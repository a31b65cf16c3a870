import type { Connection } from './connection.ts';
import type { ManageResponse } from './response.ts';

/** What stands where a secret stood. */
const mask = '[redacted]';

/** A key of ConnectWise has 16 characters; what is much shorter may be a word of anybody's data. */
const leastLength = 8;

interface Secret {
  readonly text: string;
  readonly bytes: Buffer;
  /** Where in it the character stands that is the rarest of it elsewhere. */
  readonly rarestAt: number;
}

/** Made once for a connection, which is the same object from call to call: it costs as much as a preflight. */
const secretsByConnection = new WeakMap<Connection, readonly Secret[]>();

function secretsOf(connection: Connection): readonly Secret[] {
  const known = secretsByConnection.get(connection);
  if (known) return known;
  const secrets = writtenSecrets(connection).map(secretOf);
  secretsByConnection.set(connection, secrets);
  return secrets;
}

/** What a server could quote of how a connection signs in: the key, and the header that it is sent in, as texts write them. */
function writtenSecrets({ username, password }: Connection): readonly string[] {
  if (password.length < leastLength) return [];
  const header = Buffer.from(`${username}:${password}`).toString('base64');
  const written = [header, password].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('/', '\\/'),
  ]);
  // The longest first: a part of what was masked is no part any more.
  return [...new Set(written)].sort((one, other) => other.length - one.length);
}

/** What JSON and English are full of, the most frequent first. */
const frequent = ' "etaonisrhldcu:,_/{}0123456789-mpfgybwvkITDSZ';

function secretOf(text: string): Secret {
  const ranks = [...text].map((character) => frequent.indexOf(character) >>> 0);
  return { text, bytes: Buffer.from(text, 'latin1'), rarestAt: ranks.indexOf(Math.max(...ranks)) };
}

/**
 * An answer in which nothing of the key stands that it was asked with: a server, or a proxy before it, that echoes the request
 * must not bring the key into a result, a queue or a log. Found in any body that is ASCII where it is text, be it JSON, HTML or
 * bytes, and in headers; not where it is packed or encoded in another way.
 */
export function withoutSecrets(
  { status, headers, bytes, release }: ManageResponse,
  connection: Connection,
): ManageResponse {
  const secrets = secretsOf(connection);
  return {
    status,
    headers: { get: (name) => maskedText(headers.get(name), secrets) },
    bytes: maskedBytes(bytes, secrets),
    ...(release && { release }),
  };
}

const maskedText = (text: string | null, secrets: readonly Secret[]): string | null =>
  text === null ? null : secrets.reduce((masked, secret) => masked.replaceAll(secret.text, mask), text);

/** Nothing is copied where nothing is found, which is always but for such an echo. */
function maskedBytes(bytes: Uint8Array, secrets: readonly Secret[]): Uint8Array {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!secrets.some((secret) => holds(whole, secret))) return bytes;
  return Buffer.from(maskedText(whole.toString('latin1'), secrets) ?? '', 'latin1');
}

/** A character that is met so often is none to go by. */
const mostMet = 500;

/**
 * Goes from one place to the next where the rarest character stands: a page of 1.4 MB is looked through in 0.01 to 0.05 ms. The search
 * of Node for the whole secret, which takes over where that character is frequent, takes 0.25 ms, a tenth of what the page costs.
 */
function holds(whole: Buffer, { bytes, rarestAt }: Secret): boolean {
  const rarest = bytes[rarestAt];
  if (rarest === undefined) return false;
  let at = whole.indexOf(rarest, rarestAt);
  for (let met = 0; at >= 0; met++) {
    const start = at - rarestAt;
    if (met === mostMet) return whole.includes(bytes, start);
    if (whole[start] === bytes[0] && whole.subarray(start, start + bytes.length).equals(bytes)) return true;
    at = whole.indexOf(rarest, at + 1);
  }
  return false;
}
