import type { Wait } from '../gateway/gateway-options.ts';
import type { Message } from './message.ts';

/** What became of a message. */
export interface Delivery {
  readonly messageId: string;
  readonly url: string;
  readonly attempts: number;
  /** The status of the last attempt; undefined where no answer came. */
  readonly status: number | undefined;
  /** Why it was not sent, or how it failed; undefined where the receiver took it. */
  readonly failure: string | undefined;
}

/** The answers after which a message is sent again; any other failure is final (connectwise-api.md §9.4.9). */
const retried: readonly number[] = [404, 409, 419, 429];
/** Waited before the second and the third attempt. */
const retryWaitsMs: readonly number[] = [2000, 4000];

export interface Posting {
  readonly timeoutMs: number;
  readonly wait: Wait;
  readonly closing: AbortSignal;
}

/** Receivers elsewhere than on this machine are never called. */
function isLoopback(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** The status of one attempt; undefined where there was no answer in time. */
async function attempt({ url, body, signature }: Message, posting: Posting): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-content-signature': signature },
      body,
      signal: AbortSignal.any([AbortSignal.timeout(posting.timeoutMs), posting.closing]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

/** Posts a message: once, and two more times where the receiver asks for it by its status. */
export async function post(message: Message, posting: Posting): Promise<Delivery> {
  const { id: messageId, url } = message;
  if (!isLoopback(url)) {
    const failure = 'Not sent: the simulator calls receivers on 127.0.0.1 and localhost only.';
    return { messageId, url, attempts: 0, status: undefined, failure };
  }
  let status = await attempt(message, posting);
  let attempts = 1;
  for (const waitMs of retryWaitsMs) {
    if (status === undefined || !retried.includes(status)) break;
    await posting.wait(waitMs, posting.closing);
    status = await attempt(message, posting);
    attempts += 1;
  }
  const isTaken = status !== undefined && status >= 200 && status < 300;
  const failure = status === undefined ? 'No answer in time.' : `Answered with ${status}.`;
  return { messageId, url, attempts, status, failure: isTaken ? undefined : failure };
}
