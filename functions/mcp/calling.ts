import * as z from 'zod/mini';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { unknownOperation } from '../../lib/catalogue/nearest.ts';
import type { Operation } from '../../lib/catalogue/operation.ts';
import { described } from '../../lib/described.ts';
import { type Invocation, invocationSchema } from '../../lib/invocation.ts';
import { JsonText } from '../../lib/json-text.ts';
import type { Outcome } from '../../lib/outcome.ts';
import type { Result } from '../../lib/result.ts';
import { traceIdOf } from '../settings.ts';
import { executeNow } from '../synchronous-call.ts';
import { bounded, textBytes } from './bounded.ts';
import { refusal, type Told, type Visit } from './tool.ts';

const { connection, operationId, inputs, request, resolve } = invocationSchema.shape;

/** The connection may be left out where the agent is kept to one. */
export const connectionShape = {
  connection: described(
    z.optional(connection),
    'The name of the connection to ConnectWise, as your user calls it. Leave it out where this server was set up for one.',
  ),
};

/** What an agent gives of an invocation. */
export const callShape = { ...connectionShape, operationId, inputs, request, resolve };

/** An agent's arguments once they are parsed. */
interface Asked extends Pick<Invocation, 'operationId' | 'inputs' | 'request' | 'resolve'> {
  readonly connection?: string | undefined;
}

/** A call that may be looked at further: its operation is there, and its connection is one that this agent may name. */
export interface Addressed {
  readonly operation: Operation;
  readonly invocation: Invocation;
}

/** @returns what to tell the agent, where it names no connection of its own or no operation. */
export function address(asked: Asked, visit: Visit): Addressed | Told {
  const { catalogue } = visit.services;
  const name = connectionFor(asked.connection, visit);
  if (typeof name !== 'string') return name;
  const operation = catalogue.find(asked.operationId);
  if (!operation) return noSuchOperation(asked.operationId, catalogue);
  return { operation, invocation: { version: 1, ...asked, connection: name } };
}

/** The connection that a call goes by: the one that it names, and where the agent is kept to one, only that. */
export function connectionFor(named: string | undefined, { only, whyUngranted }: Visit): string | Told {
  if (only !== undefined) {
    if (named === undefined || named === only) return only;
    const message = `This server was set up for the connection '${only}' alone. Leave 'connection' out.`;
    return refusal(`connection_not_granted: ${message}`);
  }
  if (named === undefined)
    return refusal("invalid_arguments: 'connection' is missing. Ask your user for its name.");
  const why = whyUngranted(named);
  return why === undefined ? named : refusal(`connection_not_granted: ${why}`);
}

export function noSuchOperation(id: string, catalogue: Catalogue): Told {
  const { message } = unknownOperation(id, catalogue);
  return refusal(`unknown_operation: ${message} Or find it with search_operations.`);
}

/** Runs an invocation at once, as the API does, and writes down that an agent had it run. */
export function execute(id: string, invocation: Invocation, visit: Visit): Promise<Outcome> {
  const { services, deadlineMs, delivery } = visit;
  const dry = invocation.preflight === 'only';
  const attempt = { door: 'mcp', delivery, attempt: 1, traceId: traceIdOf(), dry } as const;
  return executeNow(id, invocation, attempt, deadlineMs, services);
}

const mostFindings = 10;
const maxAnswerBytes = 2_000;

/** Why it did not succeed, in sentences: the reason, what is wrong and its mend, what ConnectWise answered, when to come back. */
export function failureOf(outcome: Outcome): Told {
  const { failure, response, responseCode } = outcome.result;
  const {
    reason = 'internal_error',
    message = 'It failed without a reason.',
    findings = [],
    doubt,
  } = failure ?? {};
  const mends = findings.slice(0, mostFindings).map(({ path, mend }) => `- ${path}: ${mend}`);
  const answered =
    response === undefined || response === null
      ? []
      : [`ConnectWise answered ${responseCode}: ${textBytes(JSON.stringify(response), maxAnswerBytes)}`];
  const later = outcome.kind === 'wait' ? [`Try again in ${Math.ceil(outcome.waitMs / 1_000)} seconds.`] : [];
  const look = doubt?.lookUp ? [`Look with read_operation: ${JSON.stringify(doubt.lookUp)}`] : [];
  return refusal([`${reason}: ${message}`, ...mends, ...answered, ...look, ...later].join('\n'));
}

/** What tools answer of a result. */
export const resultShape = {
  responseCode: described(z.optional(z.string()), 'The HTTP status that ConnectWise answered with.'),
  requestId: described(z.optional(z.string()), "ConnectWise's own id of the request, for their support."),
  response: described(z.optional(z.unknown()), 'What ConnectWise answered.'),
  more: described(
    z.optional(
      z.strictObject({
        note: described(z.string(), 'What is left out, and how to get it.'),
        inputs: described(
          z.optional(z.record(z.string(), z.unknown())),
          'The inputs to change for what follows, where it can be told.',
        ),
      }),
    ),
    'Something is left out, or may follow.',
  ),
  warnings: described(z.optional(z.array(z.string())), 'What may be wrong with the call.'),
};

/** A result with success in a size that an agent can read. */
export function resultMembers(result: Result, operation: Operation, given: Invocation['inputs']) {
  const { responseCode, requestId, response, warnings = [] } = result;
  // A long list may be text still: what is cut from it has to be a value.
  const parsed = response instanceof JsonText ? response.toJSON() : response;
  const { value, more } = bounded(parsed, operation, given ?? {});
  return {
    ...(responseCode !== undefined && { responseCode }),
    ...(requestId !== undefined && { requestId }),
    ...(value !== undefined && { response: value }),
    ...(more && { more }),
    ...(warnings.length > 0 && {
      warnings: warnings.slice(0, mostFindings).map(({ message, mend }) => `${message} ${mend}`),
    }),
  };
}
