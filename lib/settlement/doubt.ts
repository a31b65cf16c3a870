import { happened } from '../failure.ts';
import type { Call } from '../outcome.ts';
import type { Sent } from '../response.ts';
import { type Doubt, failed, type Result } from '../result.ts';
import { timeText } from '../time-text.ts';
import type { LookUp } from './look-up.ts';

/** What is known of a write in doubt; a worker that died left nothing but the time. */
export interface Doubtful {
  /** When it may have left at the earliest, on our clock. */
  readonly sentAtMs: number;
  readonly sent?: Sent;
  /** What would be the result, were there no doubt. */
  readonly result?: Result;
}

type Written = Pick<Call, 'head' | 'request'>;

/** How a look-up settled a write, for its result. */
export const settledBy = ({ operation }: LookUp, sentAtMs: number, seenAtMs: number) => ({
  operationId: operation.operationId,
  sentAt: timeText(sentAtMs),
  seenAt: timeText(seenAtMs),
});

/** It may or may not have taken effect. The result says all that is known, and how a person can look. */
export function unknown(written: Written, doubtful: Doubtful, why: string, lookUp?: LookUp): Result {
  const { method, path } = written.request;
  const hint = lookUp
    ? ` Look by ${lookUp.operation.operationId} with the inputs in 'doubt' before you send it again with another id.`
    : ' Look in ConnectWise before you send it again with another id.';
  const message = `${before(written, doubtful)} ${method} ${path} may or may not have taken effect and was not sent again. ${why}${hint}`;
  return doubted('outcome_unknown', message, written, doubtful, lookUp);
}

/** It was sent, and surely did not take effect. */
export function notApplied(written: Written, doubtful: Doubtful): Result {
  const message = `${before(written, doubtful)} A look-up found that it did not take effect. It was not sent again: send it anew with another id.`;
  return doubted('not_applied', message, written, doubtful);
}

function before({ request }: Written, { sent, sentAtMs }: Doubtful): string {
  const call = `${request.method} ${request.path}`;
  return sent
    ? happened(sent, call)
    : `${call} was sent at ${timeText(sentAtMs)}, and its worker ended before the answer came.`;
}

function doubted(
  reason: string,
  message: string,
  { head, request }: Written,
  { sentAtMs, result }: Doubtful,
  lookUp?: LookUp,
): Result {
  const doubt: Doubt = {
    method: request.method,
    path: request.path,
    sentAt: timeText(sentAtMs),
    ...(lookUp && { lookUp: { operationId: lookUp.operation.operationId, inputs: { ...lookUp.inputs } } }),
  };
  const retried = result?.failure?.retried ?? 0;
  const { failure: _, ...known } = result ?? {};
  return { ...known, ...failed(head, { reason, message, doubt }, retried) };
}
