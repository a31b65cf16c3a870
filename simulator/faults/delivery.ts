import type { ServerResponse } from 'node:http';
import type { Answer } from '../answer.ts';
import type { Wait } from '../gateway/gateway-options.ts';
import type { Fault } from './faults.ts';

/** The answer as a fault disfigures it: without its body, or under another type. */
export function disfigured(answer: Answer, fault: Fault | undefined): Answer {
  const body = fault?.isEmptied ? Buffer.alloc(0) : answer.body;
  const headers =
    fault?.contentType === undefined
      ? answer.headers
      : { ...answer.headers, 'content-type': fault.contentType };
  return { ...answer, headers, body };
}

/** The body in pieces, one an interval; an endless one goes on with blanks, which JSON does not mind. */
async function trickle(
  response: ServerResponse,
  body: Buffer,
  { bytes, intervalMs, isEndless }: NonNullable<Fault['trickle']>,
  wait: (waitMs: number) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < body.length && !response.destroyed; start += bytes) {
    response.write(body.subarray(start, start + bytes));
    await wait(intervalMs);
  }
  while (isEndless && !response.destroyed) {
    response.write(' '.repeat(bytes));
    await wait(intervalMs);
  }
  response.end();
}

/** Sends an answer: whole, or in the way that a fault asks for. Ends when the last byte is on its way. */
export async function deliver(
  response: ServerResponse,
  { status, headers, body }: Answer,
  fault: Fault | undefined,
  wait: Wait,
  closing: AbortSignal,
): Promise<void> {
  // An endless body has no length; it is sent in chunks.
  const hasLength = status !== 204 && !fault?.trickle?.isEndless;
  response.writeHead(status, { ...headers, ...(hasLength && { 'content-length': String(body.length) }) });
  if (fault?.truncateAfterBytes !== undefined) {
    response.write(body.subarray(0, fault.truncateAfterBytes), () => response.destroy());
    return;
  }
  if (fault?.trickle === undefined) {
    response.end(body);
    return;
  }
  await trickle(response, body, fault.trickle, (waitMs) => wait(waitMs, closing));
}
