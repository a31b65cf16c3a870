import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a callback's signature was made with a key over exactly these bytes (connectwise-api.md §9.4.6): base64 of
 * HMAC-SHA256 whose key is the SHA-256 of the signing key. Takes as long whatever of it is wrong.
 * @param bytes as they came: JSON that was parsed and printed again is other bytes.
 */
export function isSignedBy(signingKey: string, bytes: Uint8Array, signature: string): boolean {
  const made = createHmac('sha256', createHash('sha256').update(signingKey).digest()).update(bytes).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === made.length && timingSafeEqual(given, made);
}

/** Whether a token is the right one, in a time that tells nothing of either. */
export function isToken(given: string, right: string): boolean {
  const [one, other] = [given, right].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
