import type { ManageRequest } from './request.ts';
import { errorOf, retryAfterMs, type Sent, textOf } from './response.ts';

/** Why there is no success. The reason is a stable word to switch on, the message a sentence for a person. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}

/**
 * What to do about what came back.
 * - `answer`: it is the result, be it good or bad.
 * - `retry`: send again after `waitMs`, first renewing what `renew` names.
 * - `wait`: ConnectWise asked for a pause; it was not executed, so it can go again after `waitMs`.
 * - `unknown`: a write may or may not have happened. It is never sent again blindly.
 */
export type Verdict =
  | { readonly action: 'answer'; readonly reason: string }
  | {
      readonly action: 'retry';
      readonly reason: string;
      readonly waitMs: number;
      readonly renew?: 'secret' | 'site';
    }
  | { readonly action: 'wait'; readonly reason: string; readonly waitMs: number }
  | { readonly action: 'unknown'; readonly reason: string };

/** What the verdict depends on besides the outcome itself. */
export interface Circumstances {
  readonly writes: boolean;
  readonly cloud: boolean;
  /** How often this call was sent again already. */
  readonly retried: number;
  readonly renewed: { readonly secret: boolean; readonly site: boolean };
  /** 0 to 1, for jitter. */
  readonly random: number;
}

/** Some 500s are client mistakes in disguise and never heal (connectwise-api.md §6.4), so tries are few. */
const maxRetries = 3;

/** ConnectWise names about 30 s itself, and a client that floors there was left in peace (connectwise-api.md §5.2, §5.3). */
const minLimitWaitMs = 30_000;

/** The table of design.md §5, top to bottom from most to least certain. Pure. */
export function judge(sent: Sent, at: Circumstances): Verdict {
  const reason = reasonOf(sent);
  if (sent.kind === 'refused') return retryOrAnswer(reason, at);
  if (sent.kind === 'timed_out') return at.writes ? { action: 'unknown', reason } : retryOrAnswer(reason, at);
  // The status came through: whether a write took effect is known, only its body is missing.
  const isKnown = 'status' in sent && sent.status !== undefined && sent.status < 500;
  if (sent.kind === 'incomplete' && !at.writes) return retryOrAnswer(reason, at);
  if (sent.kind !== 'response') return { action: at.writes && !isKnown ? 'unknown' : 'answer', reason };
  const { status } = sent.response;
  if (status === 429) return { action: 'wait', reason, waitMs: limitWaitMs(sent, at.random) };
  if (status === 401 && !at.renewed.secret) return { action: 'retry', reason, waitMs: 0, renew: 'secret' };
  if (at.cloud && !at.renewed.site && isLostRoute(sent))
    return { action: 'retry', reason, waitMs: 0, renew: 'site' };
  if (status >= 500 || status === 408)
    return at.writes ? { action: 'unknown', reason } : retryOrAnswer(reason, at);
  return { action: 'answer', reason };
}

function retryOrAnswer(reason: string, at: Circumstances): Verdict {
  if (at.retried >= maxRetries) return { action: 'answer', reason };
  const ceilingMs = 500 * 2 ** at.retried;
  return { action: 'retry', reason, waitMs: Math.round(ceilingMs * (0.5 + at.random / 2)) };
}

function limitWaitMs(sent: Sent & { kind: 'response' }, random: number): number {
  const askedMs = Math.max(minLimitWaitMs, retryAfterMs(sent.response) ?? 0);
  return Math.round(askedMs * (1 + random / 5));
}

/**
 * A codebase that rolled answers 404 or "Cannot route" (connectwise-api.md §1, §2.2). `NotFound` is not meant: it names
 * a missing record, so the route was found, and asking for the codebase again would double the cost of every such call.
 */
function isLostRoute(sent: Sent & { kind: 'response' }): boolean {
  if (sent.response.status === 404) return errorOf(sent.response)?.code !== 'NotFound';
  return sent.response.status === 400 && isCannotRoute(sent.response.bytes);
}

const isCannotRoute = (bytes: Uint8Array) => /^\s*"?Cannot route/i.test(textOf(bytes.subarray(0, 100)));

const reasons: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timed_out',
  409: 'conflict',
  413: 'request_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  504: 'timed_out',
};

function reasonOf(sent: Sent): string {
  if (sent.kind === 'refused') return 'unreachable';
  if (sent.kind === 'timed_out') return 'timed_out';
  if (sent.kind === 'incomplete') return 'connection_cut';
  if (sent.kind === 'too_large') return 'response_too_large';
  const { status, bytes } = sent.response;
  if (status < 300) return 'ok';
  if (status < 400) return 'redirected';
  if (status === 400 && isCannotRoute(bytes)) return 'cannot_route';
  return reasons[status] ?? (status < 500 ? 'rejected' : 'server_error');
}

/** The failure that a verdict other than success comes to, as sentences for the person who reads the result. */
export function failureOf(sent: Sent, verdict: Verdict, request: ManageRequest): Failure {
  const call = `${request.method} ${request.path}`;
  const what = happened(sent, call);
  if (verdict.action !== 'unknown') return { reason: verdict.reason, message: what };
  const advice = `${call} may or may not have taken effect and was not sent again. Look in ConnectWise before you send it again.`;
  return { reason: 'outcome_unknown', message: `${what} ${advice}` };
}

/** What came back, as a sentence. */
export function happened(sent: Sent, call: string): string {
  switch (sent.kind) {
    case 'refused':
      return `No connection could be made to ConnectWise for ${call} (${sent.code}), so nothing was sent. Check siteUrl, DNS, certificate and firewall.`;
    case 'timed_out':
      return `ConnectWise did not answer ${call} within ${sent.afterMs} ms.`;
    case 'incomplete':
      return sent.status === undefined
        ? `The connection to ConnectWise was cut before ${call} was answered (${sent.code}).`
        : `ConnectWise answered ${call} with status ${sent.status}, but the connection was cut before its body was complete (${sent.code}).`;
    case 'too_large':
      return `ConnectWise answered ${call} with status ${sent.status} and more than the ${sent.limitBytes} bytes that are taken. Ask for fewer records or fields.`;
    default:
      return (
        errorOf(sent.response)?.message ?? `ConnectWise answered ${call} with status ${sent.response.status}.`
      );
  }
}
