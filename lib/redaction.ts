import type { Connection } from './connection.ts';
import type { ManageResponse } from './response.ts';

/** What stands where a secret stood. */
const mask = '[redacted]';

/** A key of ConnectWise has 16 characters; what is much shorter may be a word of anybody's data. */
const leastLength = 8;

/** Made once for a connection, which is the same object from call to call: it costs as much as a preflight. */
const secretsByConnection = new WeakMap<Connection, readonly string[]>();

function secretsOf(connection: Connection): readonly string[] {
  const known = secretsByConnection.get(connection);
  if (known) return known;
  const secrets = writtenSecrets(connection);
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

/**
 * An answer in which nothing of the key stands that it was asked with: a server, or a proxy before it, that echoes the request
 * must not bring the key into a result, a queue or a log. Found in any body that is ASCII where it is text, be it JSON, HTML or
 * bytes, and in headers; not where it is packed or encoded in another way.
 */
export function withoutSecrets(
  { status, headers, bytes }: ManageResponse,
  connection: Connection,
): ManageResponse {
  const secrets = secretsOf(connection);
  return {
    status,
    headers: { get: (name) => maskedText(headers.get(name), secrets) },
    bytes: maskedBytes(bytes, secrets),
  };
}

const maskedText = (text: string | null, secrets: readonly string[]): string | null =>
  text === null ? null : secrets.reduce((masked, secret) => masked.replaceAll(secret, mask), text);

/** Nothing is copied where nothing is found, which is always but for such an echo. */
function maskedBytes(bytes: Uint8Array, secrets: readonly string[]): Uint8Array {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!secrets.some((secret) => whole.includes(secret, 0, 'latin1'))) return bytes;
  return Buffer.from(maskedText(whole.toString('latin1'), secrets) ?? '', 'latin1');
}
