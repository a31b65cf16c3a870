import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type AwsCall, AwsError } from './aws-call.ts';
import { accessKey } from './region.ts';
import { splitUrl } from './request-url.ts';

/** AWS allows seven days. */
const maxExpirySeconds = 604_800;
/** How far a signer's clock may be ahead. */
const skewMs = 15 * 60_000;

type SignedCall = Pick<AwsCall, 'method' | 'url' | 'headers'>;

/**
 * Checks the Signature Version 4 in the query of a presigned S3 link: its expiry, then the signature over method, path,
 * query and signed headers. Throws the AwsError that S3 answers with (403).
 */
export function checkPresigned(call: SignedCall, nowMs: number): void {
  const query = new URLSearchParams(splitUrl(call.url).query);
  const [accessKeyId, ...scope] = required(query, 'X-Amz-Credential').split('/');
  if (required(query, 'X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw refusal('AuthorizationQueryParametersError', 'X-Amz-Algorithm is not supported.', 400);
  if (accessKeyId !== accessKey.accessKeyId)
    throw refusal(
      'InvalidAccessKeyId',
      'The AWS access key ID that you provided does not exist in our records.',
    );
  const date = required(query, 'X-Amz-Date');
  checkExpiry(date, Number(required(query, 'X-Amz-Expires')), nowMs);

  const signed = required(query, 'X-Amz-SignedHeaders').split(';');
  if (!signed.includes('host')) throw refusal('AccessDenied', 'The host header was not signed.');
  const text = [
    'AWS4-HMAC-SHA256',
    date,
    scope.join('/'),
    sha256(canonicalRequest(call, query, signed)),
  ].join('\n');
  const expected = Buffer.from(sign(text, scope).toString('hex'));
  // As text: read as hexadecimal, `A` would pass for `a`, and so would anything behind the last digit.
  const given = Buffer.from(required(query, 'X-Amz-Signature'));
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw refusal(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided.',
  );
}

const refusal = (code: string, message: string, status = 403) => new AwsError(code, message, status);

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null)
    throw refusal('AuthorizationQueryParametersError', `The query parameter ${name} is missing.`, 400);
  return value;
}

function checkExpiry(date: string, expirySeconds: number, nowMs: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year = Number.NaN, month = 1, ...rest] = parts.map(Number);
  const signedAtMs = Date.UTC(year, month - 1, ...rest);
  if (Number.isNaN(signedAtMs))
    throw refusal('AuthorizationQueryParametersError', 'X-Amz-Date is not a date.', 400);
  if (!(expirySeconds >= 1 && expirySeconds <= maxExpirySeconds)) {
    throw refusal(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be from 1 to 604800 seconds.',
      400,
    );
  }
  if (signedAtMs > nowMs + skewMs) throw refusal('AccessDenied', 'Request is not yet valid');
  if (nowMs >= signedAtMs + expirySeconds * 1000) throw refusal('AccessDenied', 'Request has expired');
}

function canonicalRequest(
  { method, url, headers }: SignedCall,
  query: URLSearchParams,
  signed: readonly string[],
): string {
  const segments = splitUrl(url)
    .path.split('/')
    .map((segment) => encode(decodeURIComponent(segment)));
  const parameters = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => ({ name: encode(name), value: encode(value) }))
    .sort((a, b) => (a.name === b.name ? compare(a.value, b.value) : compare(a.name, b.name)))
    .map(({ name, value }) => `${name}=${value}`);
  const lines = signed.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replaceAll(/ +/g, ' ')}\n`,
  );
  return [
    method,
    segments.join('/'),
    parameters.join('&'),
    lines.join(''),
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

function sign(text: string, scope: readonly string[]): Buffer {
  let key: Buffer = Buffer.from(`AWS4${accessKey.secretAccessKey}`);
  for (const part of scope) key = hmac(key, part);
  return hmac(key, text);
}

/** AWS leaves only letters, digits and `-._~` as they are. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
