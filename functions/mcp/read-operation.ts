import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { writes } from '../../lib/request.ts';
import { address, callShape, execute, failureOf, resultMembers, resultShape } from './calling.ts';
import { answer, defineTool, refusal } from './tool.ts';

export const readOperation = defineTool({
  name: 'read_operation',
  title: 'Read from ConnectWise Manage',
  description: `Runs an operation that reads, and answers what ConnectWise answered, in some 20 KB: 'more' says what is left out and how to get it.
Lists take inputs.conditions (closedFlag = false and company/identifier = "acme"), orderBy, fields ("id,summary"), page and pageSize.`,
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
  input: z.strictObject(callShape),
  output: z.strictObject({ operationId: z.string(), ...resultShape }),
  run: async (asked, visit) => {
    const addressed = address(asked, visit);
    if ('kind' in addressed) return addressed;
    const { operation, invocation } = addressed;
    const { operationId } = operation;
    if (writes(operation))
      return refusal(`not_a_read: ${operationId} writes, so it was not sent. Call write_operation with it.`);
    const outcome = await execute(randomUUID(), invocation, visit);
    if (outcome.kind !== 'result' || !outcome.result.succeeded) return failureOf(outcome);
    return answer({ operationId, ...resultMembers(outcome.result, operation, invocation.inputs) });
  },
});
