import type { Catalogue } from './catalogue/catalogue.ts';
import { unknownOperation } from './catalogue/nearest.ts';
import type { FoundConnection } from './connection.ts';
import type { Invocation } from './invocation.ts';
import { digestOf, type Entry, keyOf, type Subject } from './journal.ts';
import { type Call, conclude, ended, type Outcome, waiting } from './outcome.ts';
import { rendered } from './rendering.ts';
import { buildRequest } from './request.ts';
import { failed, heading, type Result, succeeded, withWarnings } from './result.ts';
import { sendOrder } from './sending.ts';
import { confirmation } from './settlement/look-up.ts';
import { executeWrite, idReused, keepTracked, refuse, type Writing, type WritingParts } from './writing.ts';

export type EngineParts = WritingParts;

/** How a door wants an invocation executed. */
export interface Terms {
  /** The time by which it must be over, on the clock that the engine was given. */
  readonly deadlineMs: number;
  /** The message or the call that brought the invocation, the same at every redelivery. */
  readonly delivery: string;
  /** The door can take an invocation again later, as a queue can. */
  readonly canWait: boolean;
  /** The journal keeps the result of a read too: somebody was told where to look for it. */
  readonly tracked: boolean;
}

/** What came of taking in an invocation that is to be executed later. */
export type Intake =
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
    const confirm = invocation.confirm && confirmation(invocation.confirm, catalogue);
    if (confirm && 'none' in confirm)
      return failed(head, {
        reason: 'invalid_confirm',
        message: `${operation.operationId} was not sent. ${confirm.none}`,
      });
    const { returnHttpFailureResponses } = invocation;
    const { request, warnings } = built;
    return { head: withWarnings(head, warnings), operation, request, deadlineMs, returnHttpFailureResponses };
  };

  return {
    take: async (id, invocation, delivery) => {
      const call = prepare(id, invocation, 0);
      if (!('head' in call)) return { kind: 'refused', result: call };
      const subject = subjectOf(id, invocation, call, delivery);
      const entry = await parts.journal.announce(subject);
      if (entry.digest === subject.digest) return { kind: 'taken', entry };
      return { kind: 'refused', result: failed(call.head, idReused(id)) };
    },
    execute: async (id, invocation, terms) => {
      const call = prepare(id, invocation, terms.deadlineMs);
      if (!('head' in call)) return ended(call);
      // A dry run reads no secret: whoever may not use the connection may still try the call.
      if (invocation.preflight === 'only')
        return ended(succeeded(call.head, { response: rendered(call.request) }));
      const subject = subjectOf(id, invocation, call, terms.delivery);
      const found = await connections.find(invocation.connection);
      if (!found.found && found.passing) return waiting(failed(call.head, found.failure), passingWaitMs);
      if (!call.request.writes)
        return keepTracked(parts, terms.tracked ? subject : undefined, () => executeRead(parts, call, found));
      const writing: Writing = { ...call, invocation, subject, canWait: terms.canWait };
      return found.found
        ? executeWrite(parts, writing, found.connection)
        : refuse(parts, writing, failed(call.head, found.failure));
    },
  };
}

async function executeRead(parts: EngineParts, call: Call, found: FoundConnection): Promise<Outcome> {
  if (!found.found) return ended(failed(call.head, found.failure));
  return conclude(call, await sendOrder(parts, call, found.connection));
}

function subjectOf(id: string, invocation: Invocation, { operation }: Call, delivery: string): Subject {
  return { key: keyOf(invocation.connection, id), digest: digestOf(operation, invocation), delivery };
}
