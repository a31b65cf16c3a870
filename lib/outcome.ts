import type { Operation } from './catalogue/operation.ts';
import { failureOf } from './failure.ts';
import { isSuccess, readAnswer } from './response.ts';
import { failed, type Heading, type Result, succeeded } from './result.ts';
import type { Ending } from './sending.ts';
import type { DivisibleOrder } from './splitting/parts.ts';

/**
 * How an invocation ended for now.
 * - `wait`: it was not executed and can go again after `waitMs`.
 * - `again`: its time is over; it goes on at once where it is taken again.
 * `result` is for a door that can do neither.
 */
export type Outcome =
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'wait'; readonly waitMs: number; readonly result: Result }
  | { readonly kind: 'again'; readonly result: Result };

/** What is known of a call when it goes out. */
export interface Call extends DivisibleOrder {
  readonly head: Heading;
  readonly operation: Operation;
  readonly returnHttpFailureResponses: boolean | undefined;
}

export const ended = (result: Result): Outcome => ({ kind: 'result', result });
export const waiting = (result: Result, waitMs: number): Outcome => ({ kind: 'wait', waitMs, result });

/** What the caller is told of how sending ended. */
export function conclude(call: Call, ending: Ending): Outcome {
  const { head, operation, request } = call;
  const { retried } = ending;
  if (ending.kind === 'unsent') {
    const unsent = failed(head, ending.failure, retried);
    return ending.waitMs === undefined ? ended(unsent) : waiting(unsent, ending.waitMs);
  }
  const { sent, verdict, connection } = ending;
  const answer =
    sent.kind === 'response' ? readAnswer(sent.response, operation, request.wantsBytes) : undefined;
  if (sent.kind === 'response' && answer && isSuccess(sent.response)) return ended(succeeded(head, answer));
  const known = 'status' in sent ? { responseCode: String(sent.status) } : {};
  const failure = { ...failed(head, failureOf(sent, verdict, request), retried, answer), ...known };
  if (verdict.action === 'wait') return waiting(failure, verdict.waitMs);
  const isResult = call.returnHttpFailureResponses ?? connection.returnHttpFailureResponses ?? false;
  return ended(answer && isResult ? succeeded(head, answer) : failure);
}
