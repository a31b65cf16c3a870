import * as z from 'zod/mini';
import { described } from '../../lib/described.ts';
import { keyOf } from '../../lib/journal.ts';
import { standingOf } from '../standing.ts';
import { connectionFor, connectionShape, resultMembers, resultShape } from './calling.ts';
import { answer, defineTool, refusal } from './tool.ts';

export const invocationStatus = defineTool({
  name: 'invocation_status',
  title: 'Where a write stands',
  description:
    'Says from the journal where an invocation stands: a write, or what was queued by the API. It keeps them for 35 days.',
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    ...connectionShape,
    id: described(
      z.string().check(z.minLength(1), z.maxLength(256)),
      'Its id, such as write_operation answered it.',
    ),
  }),
  output: z.strictObject({
    id: z.string(),
    status: described(
      z.enum(['queued', 'running', 'in_doubt', 'done']),
      'in_doubt: it was sent, and nobody knows yet what became of it. Running the same write again looks for that, and sends nothing.',
    ),
    since: z.optional(z.string()),
    sentAt: z.optional(z.string()),
    doneAt: z.optional(z.string()),
    operationId: z.optional(z.string()),
    succeeded: z.optional(z.boolean()),
    failure: described(z.optional(z.string()), 'Why it did not succeed.'),
    ...resultShape,
  }),
  run: async ({ connection, id }, visit) => {
    const name = connectionFor(connection, visit);
    if (typeof name !== 'string') return name;
    const { journal, catalogue, now } = visit.services;
    const entry = await journal.find(keyOf(name, id));
    if (!entry)
      return refusal(`unknown_invocation: The journal knows no invocation '${id}' of connection '${name}'.`);
    const standing = standingOf(entry, now());
    if (standing.status !== 'done') return answer({ id, ...standing });
    const { result, ...rest } = standing;
    const { operationId, succeeded, failure } = result;
    const operation = catalogue.find(operationId ?? '');
    return answer({
      id,
      ...rest,
      ...(operationId !== undefined && { operationId }),
      succeeded,
      ...(failure && { failure: `${failure.reason}: ${failure.message}` }),
      ...(operation && resultMembers(result, operation, {})),
    });
  },
});
