import { unknownOperation } from './catalogue/nearest.ts';
import type { Connection } from './connection.ts';
import type { Failure } from './failure.ts';
import type { Invocation } from './invocation.ts';
import { digestOf, type Entry, keyOf, type Subject } from './journal.ts';
import { executeLocked, type LockParts } from './lock.ts';
import { type Call, conclude, ended, type Outcome, waiting } from './outcome.ts';
import { prohibition } from './policy.ts';
import type { Finding } from './preflight/finding.ts';
import { planOf } from './pull/plan.ts';
import { executePull, type PullParts } from './pull/pull.ts';
import { rendered } from './rendering.ts';
import { buildRequest } from './request.ts';
import { createResolver, type Resolution, type Resolver } from './resolution/resolution.ts';
import { failed, heading, type Result, succeeded, withWarnings } from './result.ts';
import type { Timing } from './sending.ts';
import { confirmation } from './settlement/look-up.ts';
import { sendDivisible } from './splitting/parts.ts';
import { executeWrite, idReused, keepTracked, refuse, type WritingParts } from './writing.ts';

type EngineParts = WritingParts & PullParts & LockParts;

/** How a door wants an invocation executed. */
export interface Terms {
  /** The time by which it must be over, on the clock that the engine was given. */
  readonly deadlineMs: number;
  /** The message or the call that brought the invocation, the same at every redelivery. */
  readonly delivery: string;
  /** Whose turn comes first at ConnectWise's rate limit, and how often the message rested already. */
  readonly turn: NonNullable<Timing['turn']>;
  /** The door can take an invocation again later, as a queue can. */
  readonly canWait: boolean;
  /** The journal keeps the result of a read too: somebody was told where to look for it. */
  readonly tracked: boolean;
  /** Sends a result that is not the last, such as a page. Absent: the door has one answer only. @throws where it did not get out */
  readonly emit?: (result: Result) => Promise<void>;
}

/** What came of taking in an invocation that is to be executed later. */
type Intake =
  | { readonly kind: 'refused'; readonly result: Result }
  /** `entry` is what the journal holds of it now, from this call or from an earlier one. */
  | { readonly kind: 'taken'; readonly entry: Entry };

export interface Engine {
  /**
   * Takes in an invocation that is to be queued: what can be known to be wrong with it is said at once, and the journal
   * begins its entry. @throws StoreUnavailable
   */
  take(id: string, invocation: Invocation, delivery: string): Promise<Intake>;
  execute(id: string, invocation: Invocation, terms: Terms): Promise<Outcome>;
}

/** How long a message rests when the fault is on our side of ConnectWise (secrets) and passes by itself. */
const passingWaitMs = 30_000;

const timingOf = ({ deadlineMs, turn }: Terms): Timing => ({ deadlineMs, turn });

/** An invocation that can go out, with what the journal knows it by. */
interface Ready {
  readonly call: Call;
  readonly invocation: Invocation;
  readonly subject: Subject;
  readonly terms: Terms;
}

/** Executes invocations: find the operation, build the request, find the connection, ask its policy, send, judge, answer. */
export function createEngine(parts: EngineParts): Engine {
  const { catalogue, connections } = parts;
  const resolver = createResolver(parts, catalogue);

  const preparing = { catalogue, resolver };

  const go = async (ready: Ready): Promise<Outcome> => {
    const { call, invocation } = ready;
    const isDry = invocation.preflight === 'only';
    const found = await connections.find(invocation.connection);
    if (!found.found) {
      // Whoever may not use the connection may still try the call, and is told what could not be checked.
      if (isDry && invocation.resolve !== true) return dryRun(withoutPolicy(call, found.failure));
      const refused = failed(call.head, found.failure);
      if (found.passing) return waiting(refused, passingWaitMs);
      return isDry ? ended(refused) : unsent(parts, ready, ended(refused));
    }
    const prohibited = prohibition(found.connection, call.operation);
    if (prohibited) {
      const refused = ended(failed(call.head, prohibited));
      return isDry ? refused : unsent(parts, ready, refused);
    }
    const resolved = await resolve(preparing, ready, found.connection);
    if ('kind' in resolved) return isDry ? resolved : unsent(parts, ready, resolved);
    return isDry ? dryRun(resolved.call) : dispatch(parts, resolved, found.connection);
  };

  return {
    take: async (id, invocation, delivery) => {
      const call = prepare(preparing, id, invocation, { deadlineMs: 0 });
      if (!('head' in call)) return { kind: 'refused', result: call };
      const subject = subjectOf(id, invocation, call, delivery);
      const entry = await parts.journal.announce(subject);
      if (entry.digest === subject.digest) return { kind: 'taken', entry };
      return { kind: 'refused', result: failed(call.head, idReused(id)) };
    },
    execute: async (id, invocation, terms) => {
      const call = prepare(preparing, id, invocation, timingOf(terms));
      if (!('head' in call)) return ended(call);
      const isDry = invocation.preflight === 'only';
      // A dry run of a read reads no secret, unless it has names to look up: nothing of it depends on the connection.
      if (isDry && invocation.resolve !== true && !call.request.writes) return dryRun(call);
      const subject = subjectOf(id, invocation, call, terms.delivery);
      const ready = { call, invocation, subject, terms };
      const { lock, connection } = invocation;
      if (lock === undefined || isDry) return go(ready);
      const { deadlineMs, canWait } = terms;
      const locked = { head: call.head, subject, connection, lock, deadlineMs, canWait };
      return executeLocked(parts, locked, () => go(ready));
    },
  };
}

interface Preparing {
  readonly catalogue: EngineParts['catalogue'];
  readonly resolver: Resolver;
}

/** Finds the operation and builds its request, or says what is wrong; nothing is asked of anybody. */
function prepare(
  { catalogue, resolver }: Preparing,
  id: string,
  invocation: Invocation,
  terms: Timing,
): Call | Result {
  const operation = catalogue.find(invocation.operationId);
  const head = heading(id, invocation, operation);
  if (!operation) {
    const { message } = unknownOperation(invocation.operationId, catalogue);
    return failed(head, { reason: 'unknown_operation', message });
  }
  const asked = resolver.withStandIns(operation, invocation);
  const built = buildRequest(operation, asked, catalogue);
  if (!built.valid) return failed(head, built.failure);
  const confirm = invocation.confirm && confirmation(invocation.confirm, catalogue);
  if (confirm && 'none' in confirm) {
    const message = `${operation.operationId} was not sent. ${confirm.none}`;
    return failed(head, { reason: 'invalid_confirm', message });
  }
  const plan = isPull(invocation) ? planOf(operation, invocation, catalogue) : undefined;
  if (plan && 'problem' in plan) return failed(head, { reason: 'invalid_inputs', message: plan.problem });
  const { returnHttpFailureResponses } = invocation;
  const { warnings, request, split } = built;
  const order = { request, ...terms, ...(split && { split }) };
  return { head: withWarnings(head, warnings), operation, ...order, returnHttpFailureResponses };
}

/** Puts ids in place of names, where the message asks for it; the journal goes on knowing it by what was asked. */
async function resolve(preparing: Preparing, ready: Ready, connection: Connection): Promise<Ready | Outcome> {
  const { call, invocation, terms } = ready;
  if (invocation.resolve !== true) return ready;
  const resolution = await preparing.resolver.resolve(
    call.operation,
    invocation,
    connection,
    timingOf(terms),
  );
  if (resolution.kind !== 'resolved') return unresolved(call, resolution);
  const next = prepare(preparing, call.head.id, resolution.invocation, timingOf(terms));
  return 'head' in next ? { ...ready, call: next, invocation: resolution.invocation } : ended(next);
}

/** The request as it would be sent, or all of them where it is split. */
const dryRun = ({ head, request, split }: Call): Outcome =>
  ended(succeeded(head, { response: split ? split.requests.map(rendered) : rendered(request) }));

/** What the connection says of writes is not known where its secret cannot be read. */
function withoutPolicy(call: Call, { message }: Failure): Call {
  const finding: Finding = {
    severity: 'warning',
    path: 'connection',
    reason: 'policy_not_checked',
    message: `Whether the connection allows this write was not checked. ${message}`,
    mend: 'Try it with the connection that it is to be sent by.',
  };
  return { ...call, head: withWarnings(call.head, [...(call.head.warnings ?? []), finding]) };
}

/** Its digest is made when it is asked for: most calls are reads that nobody journals. */
function subjectOf(id: string, invocation: Invocation, { operation }: Call, delivery: string): Subject {
  let digest: string | undefined;
  return {
    key: keyOf(invocation.connection, id),
    delivery,
    get digest() {
      digest ??= digestOf(operation, invocation);
      return digest;
    },
  };
}

async function dispatch(parts: EngineParts, ready: Ready, connection: Connection): Promise<Outcome> {
  const { call, invocation, subject, terms } = ready;
  if (call.request.writes)
    return executeWrite(parts, { ...call, invocation, subject, canWait: terms.canWait }, connection);
  const read = async () =>
    isPull(invocation)
      ? pull(parts, ready, connection)
      : conclude(call, await sendDivisible(parts, call, connection));
  return terms.tracked ? keepTracked(parts, subject, read) : read();
}

const isPull = ({ pages, incremental }: Invocation) => pages !== undefined || incremental !== undefined;

async function pull(
  parts: EngineParts,
  { call, invocation, subject, terms }: Ready,
  connection: Connection,
): Promise<Outcome> {
  const plan = planOf(call.operation, invocation, parts.catalogue);
  if ('problem' in plan) return ended(failed(call.head, { reason: 'invalid_inputs', message: plan.problem }));
  const { emit } = terms;
  if (emit) return executePull(parts, { ...call, invocation, plan, subject, emit }, connection);
  const message = `'pages' gives a result for every page, and this door has one answer only. Put the invocation on the queue, or send it with Prefer: respond-async.`;
  return ended(failed(call.head, { reason: 'pages_need_queue', message }));
}

/** Nothing of it went out. Where the journal knows it, or somebody will look for it there, that is written down. */
async function unsent(
  parts: EngineParts,
  { call, subject, terms }: Ready,
  outcome: Outcome,
): Promise<Outcome> {
  const isKept = call.request.writes || terms.tracked;
  return outcome.kind === 'result' && isKept ? refuse(parts, { ...call, subject }, outcome.result) : outcome;
}

/** Names without ids, or a look-up that was not answered: then the message ends as that read does, but never as a success. */
function unresolved(call: Call, resolution: Exclude<Resolution, { kind: 'resolved' }>): Outcome {
  if (resolution.kind === 'refused') return ended(failed(call.head, resolution.failure));
  const { path, operation, request, ending } = resolution;
  const outcome = conclude({ ...call, operation, request, returnHttpFailureResponses: false }, ending);
  const { failure } = outcome.result;
  if (!failure) return outcome;
  const message = `'${path}' could not be looked up by ${request.method} ${request.path}, so ${call.operation.operationId} was not sent. ${failure.message}`;
  return { ...outcome, result: { ...outcome.result, failure: { ...failure, message } } };
}
