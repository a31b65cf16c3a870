import { createHash } from 'node:crypto';
import { compress } from './compression.ts';
import { type Printing, print, printResponse } from './printing.ts';
import type { Result } from './result.ts';

/** Where large responses are left: a bucket that takes gzip-compressed JSON. */
export interface ClaimStore {
  readonly bucket: string;
  put(key: string, gzip: Uint8Array): Promise<void>;
}

/** A result as the text of a message, its response left in S3 and claimed where it would be too long. */
export interface Rendered {
  readonly result: Result;
  readonly text: string;
}

/**
 * Renders a result to at the most `limitBytes` bytes of UTF-8. A response that does not fit is put into the bucket,
 * and the result carries a claim to it. The object is there before the result is, so a claim never points at nothing.
 * The key is made of the invocation and the content: doing it twice writes the same object.
 */
export async function checkClaim(result: Result, limitBytes: number, store: ClaimStore): Promise<Rendered> {
  const { response, ...rest } = result;
  const printing = printingOf(result);
  if (printing === undefined) return rendered(unstored(rest, 'is nested too deep to be passed on'));
  const bytes = printing.byteLength;
  if (bytes <= limitBytes) return { result, text: printing.text() };
  const stored = await compress(printResponse(response));
  const sha256 = createHash('sha256').update(stored).digest('hex');
  const owner = createHash('sha256')
    .update(JSON.stringify([result.connection, result.id]))
    .digest('hex');
  const key = `results/${owner.slice(0, 32)}/${sha256}.json.gz`;
  try {
    await store.put(key, stored);
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown error';
    return rendered(unstored(rest, `(${bytes} bytes) could not be stored (${why})`));
  }
  return rendered({ ...rest, claim: { bucket: store.bucket, key, bytes: stored.byteLength, sha256 } });
}

const rendered = (result: Result): Rendered => ({ result, text: JSON.stringify(result) });

/** undefined where a response is nested by the ten thousands: it could be parsed, but writing it takes more stack than there is. */
function printingOf(result: Result): Printing | undefined {
  try {
    return print(result);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What ConnectWise did is done: to deliver the message again because S3 failed would do it twice. */
function unstored(rest: Omit<Result, 'response'>, why: string): Result {
  const message = `ConnectWise answered with status ${rest.responseCode}, but the response ${why}.`;
  return {
    ...rest,
    succeeded: false,
    failure: { reason: 'response_not_stored', message, retried: rest.failure?.retried ?? 0 },
  };
}
