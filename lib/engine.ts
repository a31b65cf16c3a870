import type { Catalogue } from './catalogue/catalogue.ts';
import type { Operation } from './catalogue/operation.ts';
import { type Failure, failureOf } from './failure.ts';
import type { Invocation } from './invocation.ts';
import { rendered } from './rendering.ts';
import { buildRequest } from './request.ts';
import { isSuccess, readAnswer } from './response.ts';
import { failed, type Heading, heading, type Result, succeeded, withWarnings } from './result.ts';
import type { Ending, SendingParts } from './sending.ts';
import { type DivisibleOrder, sendDivisible } from './splitting/parts.ts';

export interface EngineParts extends SendingParts {
  readonly catalogue: Catalogue;
}

/** How an invocation ended for now. `wait`: it was not executed and can go again after `waitMs`; `result` is for a door that cannot wait. */
export type Outcome =
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'wait'; readonly waitMs: number; readonly result: Result };

export interface Engine {
  /** What is wrong with an invocation that can be known without sending anything; undefined where nothing is. */
  check(id: string, invocation: Invocation): Result | undefined;
  /** @param deadlineMs the time by which it must be over, on the clock that the engine was given. */
  execute(id: string, invocation: Invocation, deadlineMs: number): Promise<Outcome>;
}

/** What is known of a call when it goes out. */
interface Call extends DivisibleOrder {
  readonly head: Heading;
  readonly operation: Operation;
  readonly returnHttpFailureResponses: boolean | undefined;
}

const result = (it: Result): Outcome => ({ kind: 'result', result: it });

/** How long a message rests when the fault is on our side of ConnectWise (secrets) and passes by itself. */
const passingWaitMs = 30_000;

/** Executes invocations: find the operation, build the request, find the connection, send, judge, answer. */
export function createEngine(parts: EngineParts): Engine {
  const { catalogue, connections } = parts;

  const prepare = (id: string, invocation: Invocation, deadlineMs: number): Call | Result => {
    const operation = catalogue.find(invocation.operationId);
    const head = heading(id, invocation, operation);
    if (!operation) return failed(head, unknownOperation(catalogue, invocation.operationId));
    const built = buildRequest(operation, invocation, catalogue.schema, catalogue.find);
    if (!built.valid) return failed(head, built.failure);
    const { returnHttpFailureResponses } = invocation;
    const { warnings, request, split } = built;
    const order = { request, deadlineMs, ...(split && { split }) };
    return { head: withWarnings(head, warnings), operation, ...order, returnHttpFailureResponses };
  };

  return {
    check: (id, invocation) => {
      const call = prepare(id, invocation, 0);
      return 'head' in call ? undefined : call;
    },
    execute: async (id, invocation, deadlineMs) => {
      const call = prepare(id, invocation, deadlineMs);
      if (!('head' in call)) return result(call);
      // A dry run reads no secret: whoever may not use the connection may still try the call.
      if (invocation.preflight === 'only')
        return result(succeeded(call.head, { response: renderedCall(call) }));
      const found = await connections.find(invocation.connection);
      if (found.found) return conclude(call, await sendDivisible(parts, call, found.connection));
      const refused = failed(call.head, found.failure);
      return found.passing ? { kind: 'wait', waitMs: passingWaitMs, result: refused } : result(refused);
    },
  };
}

/** The request as it would be sent, or all of them where it is split. */
const renderedCall = ({ request, split }: Call): unknown =>
  split ? split.requests.map(rendered) : rendered(request);

function unknownOperation(catalogue: Catalogue, id: string): Failure {
  const nearest = catalogue.nearest(id, 3).join(', ');
  const message = `There is no operation '${id}' in the catalogue of version ${catalogue.version}. The nearest are ${nearest}.`;
  return { reason: 'unknown_operation', message };
}

/** What the caller is told of how sending ended. */
function conclude(call: Call, ending: Ending): Outcome {
  const { head, operation, request } = call;
  const { retried } = ending;
  if (ending.kind === 'unsent') {
    const unsent = failed(head, ending.failure, retried);
    return ending.waitMs === undefined
      ? result(unsent)
      : { kind: 'wait', waitMs: ending.waitMs, result: unsent };
  }
  const { sent, verdict, connection } = ending;
  const answer =
    sent.kind === 'response' ? readAnswer(sent.response, operation, request.wantsBytes) : undefined;
  if (sent.kind === 'response' && answer && isSuccess(sent.response)) return result(succeeded(head, answer));
  const known = 'status' in sent ? { responseCode: String(sent.status) } : {};
  const failure = { ...failed(head, failureOf(sent, verdict, request), retried, answer), ...known };
  if (verdict.action === 'wait') return { kind: 'wait', waitMs: verdict.waitMs, result: failure };
  const isResult = call.returnHttpFailureResponses ?? connection.returnHttpFailureResponses ?? false;
  return result(answer && isResult ? succeeded(head, answer) : failure);
}
