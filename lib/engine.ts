import type { Catalogue } from './catalogue/catalogue.ts';
import { unknownOperation } from './catalogue/nearest.ts';
import type { Operation } from './catalogue/operation.ts';
import { type Connection, type Connections, signsInAlike } from './connection.ts';
import { failureOf, judge, type Verdict } from './failure.ts';
import type { Invocation } from './invocation.ts';
import { rendered } from './rendering.ts';
import { buildRequest, type ManageRequest } from './request.ts';
import { isSuccess, readAnswer, type Sent } from './response.ts';
import { failed, type Heading, heading, type Result, succeeded, withWarnings } from './result.ts';
import type { Site, Sites } from './site.ts';

export interface EngineParts {
  readonly catalogue: Catalogue;
  readonly connections: Connections;
  readonly sites: Sites;
  /** Sends once, never throws. @param budgetMs when to give up. */
  readonly send: (
    request: ManageRequest,
    site: Site,
    connection: Connection,
    budgetMs: number,
  ) => Promise<Sent>;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** The longest that one attempt may take, so that a read has time for a second one. */
  readonly attemptTimeoutMs: number;
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
interface Call {
  readonly head: Heading;
  readonly operation: Operation;
  readonly request: ManageRequest;
  readonly deadlineMs: number;
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
    if (!operation) {
      const { message } = unknownOperation(invocation.operationId, catalogue);
      return failed(head, { reason: 'unknown_operation', message });
    }
    const built = buildRequest(operation, invocation, catalogue.schema);
    if (!built.valid) return failed(head, built.failure);
    const { returnHttpFailureResponses } = invocation;
    const { request, warnings } = built;
    return { head: withWarnings(head, warnings), operation, request, deadlineMs, returnHttpFailureResponses };
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
        return result(succeeded(call.head, { response: rendered(call.request) }));
      const found = await connections.find(invocation.connection);
      if (found.found) return attempt(parts, call, found.connection);
      const refused = failed(call.head, found.failure);
      return found.passing ? { kind: 'wait', waitMs: passingWaitMs, result: refused } : result(refused);
    },
  };
}

/** Sends until the verdict is not to send again, within the call's deadline. Bounded by the verdict's own count of retries. */
async function attempt(parts: EngineParts, call: Call, first: Connection): Promise<Outcome> {
  let connection = first;
  const tries = { retried: 0, renewed: { secret: false, site: false } };
  for (;;) {
    if (!hasTime(parts, call)) return outOfTime(call, tries.retried);
    const found = await parts.sites.find(connection, budgetMs(parts, call));
    if (!found.found && 'failure' in found) return result(failed(call.head, found.failure, tries.retried));
    if (!found.found) {
      const verdict = judge(found.sent, { ...beforeSending, retried: tries.retried, random: parts.random() });
      if (!mayRetry(parts, call, verdict)) return undiscovered(call, found.sent, verdict, tries.retried);
      await parts.sleep(verdict.waitMs);
    } else {
      // Asking for the site may have taken the rest: a write that is cut off by the clock has an unknown outcome.
      if (!hasTime(parts, call)) return outOfTime(call, tries.retried);
      const sent = await parts.send(call.request, found.site, connection, budgetMs(parts, call));
      const verdict = judge(sent, {
        ...tries,
        writes: call.request.writes,
        cloud: found.site.cloud,
        random: parts.random(),
      });
      const next = mayRetry(parts, call, verdict)
        ? await renew(parts, call, verdict, connection, found.site)
        : undefined;
      if (!next) return conclude(call, connection, sent, verdict, tries.retried);
      connection = next;
      if (verdict.action === 'retry' && verdict.renew) tries.renewed[verdict.renew] = true;
    }
    tries.retried += 1;
  }
}

/** While the site is still being asked for, nothing of the operation went out: a write can be tried again like a read. */
const beforeSending = { writes: false, cloud: false, renewed: { secret: true, site: true } };

type Retry = Verdict & { readonly action: 'retry' };

/** A try that would have less than a second is not begun: it could only end in a timeout. */
const hasTime = ({ now }: EngineParts, { deadlineMs }: Call, waitMs = 0): boolean =>
  deadlineMs - now() - waitMs > 1_000;

const mayRetry = (parts: EngineParts, call: Call, verdict: Verdict): verdict is Retry =>
  verdict.action === 'retry' && hasTime(parts, call, verdict.waitMs);

const budgetMs = ({ now, attemptTimeoutMs }: EngineParts, { deadlineMs }: Call) =>
  Math.max(1, Math.min(attemptTimeoutMs, deadlineMs - now()));

/** Makes ready for another try. @returns the connection to try with; undefined where a try would only end the same. */
async function renew(
  parts: EngineParts,
  call: Call,
  verdict: Retry,
  connection: Connection,
  site: Site,
): Promise<Connection | undefined> {
  if (verdict.renew === 'secret') {
    const fresh = await parts.connections.renew(connection);
    // The same key again would be refused again, and may lock the member out.
    return fresh.found && !signsInAlike(fresh.connection, connection) ? fresh.connection : undefined;
  }
  if (verdict.renew === 'site') {
    const fresh = await parts.sites.renew(connection, budgetMs(parts, call));
    return fresh.found && fresh.site.baseUrl !== site.baseUrl ? connection : undefined;
  }
  await parts.sleep(verdict.waitMs);
  return connection;
}

function conclude(
  call: Call,
  connection: Connection,
  sent: Sent,
  verdict: Verdict,
  retried: number,
): Outcome {
  const { head, operation, request } = call;
  const answer =
    sent.kind === 'response' ? readAnswer(sent.response, operation, request.wantsBytes) : undefined;
  if (sent.kind === 'response' && answer && isSuccess(sent.response)) return result(succeeded(head, answer));
  const known = 'status' in sent ? { responseCode: String(sent.status) } : {};
  const failure = { ...failed(head, failureOf(sent, verdict, request), retried, answer), ...known };
  if (verdict.action === 'wait') return { kind: 'wait', waitMs: verdict.waitMs, result: failure };
  const isResult = call.returnHttpFailureResponses ?? connection.returnHttpFailureResponses ?? false;
  return result(answer && isResult ? succeeded(head, answer) : failure);
}

/** Nothing of this try went out, so it can go again, when there is more time. */
function outOfTime({ head, request }: Call, retried: number): Outcome {
  const message = `No time was left for ${request.method} ${request.path}, so it was not sent.`;
  return { kind: 'wait', waitMs: 1_000, result: failed(head, { reason: 'timed_out', message }, retried) };
}

/** The site could not be asked where its API is. What it answered to that is not an answer to the operation. */
function undiscovered({ head, request }: Call, sent: Sent, verdict: Verdict, retried: number): Outcome {
  const asked = { ...request, method: 'GET', path: '/login/companyinfo' } as const;
  const { reason, message } = failureOf(sent, verdict, asked);
  const failure = { reason, message: `${message} ${request.method} ${request.path} was not sent.` };
  const refused = failed(head, failure, retried);
  return verdict.action === 'wait'
    ? { kind: 'wait', waitMs: verdict.waitMs, result: refused }
    : result(refused);
}
