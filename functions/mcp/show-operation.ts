import * as z from 'zod/mini';
import type { Operation } from '../../lib/catalogue/operation.ts';
import { type Sample, sample, type WholeSchema } from '../../lib/catalogue/sample.ts';
import { treeOf } from '../../lib/catalogue/schema-tree.ts';
import { described } from '../../lib/described.ts';
import { invocationSchema } from '../../lib/invocation.ts';
import { writes } from '../../lib/request.ts';
import { noSuchOperation } from './calling.ts';
import { answer, defineTool } from './tool.ts';

/** The widest record of 2022.1 has 174: all are shown, and a document of another version is still bounded. */
const mostMembers = 250;

const members = described(
  z.record(z.string(), z.string()),
  'Its members by name, each with its type; what is inside of a reference stands in braces.',
);

const output = z.strictObject({
  operationId: z.string(),
  method: z.string(),
  path: z.string(),
  description: z.string(),
  writes: described(z.boolean(), 'true: it goes by write_operation; else by read_operation.'),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      required: z.boolean(),
      description: z.string(),
      enum: z.optional(z.array(z.string())),
    }),
  ),
  request: described(
    z.optional(
      z.strictObject({
        required: z.boolean(),
        kind: z.string(),
        of: z.optional(z.string()),
        requiredMembers: z.optional(z.array(z.string())),
        members: z.optional(members),
      }),
    ),
    'What the request holds. Absent: it takes none.',
  ),
  example: described(
    z.strictObject({ inputs: z.record(z.string(), z.unknown()), request: z.optional(z.unknown()) }),
    'Inputs and request that can be sent as they are, once ids and names are your own.',
  ),
  answer: described(
    z.strictObject({ kind: z.string(), of: z.optional(z.string()), members: z.optional(members) }),
    'What comes back: kind is list, record, count, scalar, multi, binary or empty.',
  ),
  warnings: z.optional(z.array(z.string())),
});

export const showOperation = defineTool({
  name: 'show_operation',
  title: 'Show what an operation needs',
  description:
    'Shows what an operation needs and gives: its inputs, the members of its request, an example, the members of what comes back.',
  annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({ operationId: invocationSchema.shape.operationId }),
  output,
  run: ({ operationId }, { services: { catalogue } }) => {
    const operation = catalogue.find(operationId);
    return operation
      ? answer(shown(operation, sample(operation, catalogue)))
      : noSuchOperation(operationId, catalogue);
  },
});

/** As few words as hold everything: whole schemas of a ticket are 50 KB. */
function shown(operation: Operation, explained: Sample) {
  const { operationId, method, path, description, body, requestSchema, responseSchema } = explained;
  const { inputs, request } = explained.example;
  return {
    operationId,
    method,
    path,
    description,
    writes: writes(operation),
    inputs: explained.inputs.map((input) => ({
      name: input.name,
      type: input.type,
      required: input.required,
      description: input.description,
      ...(input.enum && { enum: input.enum }),
    })),
    ...(body.kind !== 'none' && {
      request: { required: body.required, kind: body.kind, ...(requestSchema && membersIn(requestSchema)) },
    }),
    example: { inputs, ...(request !== undefined && { request }) },
    answer: { kind: explained.success.kind, ...(responseSchema && recordIn(responseSchema)) },
    ...(explained.warnings && { warnings: explained.warnings }),
  };
}

function recordIn(schema: WholeSchema) {
  const tree = treeOf(schema, mostMembers);
  const all = tree.members.map(({ name, type }) => [name, type] as const);
  return {
    of: `${schema.schema.items ? 'list of ' : ''}${tree.name}`,
    members: Object.fromEntries(all),
  };
}

function membersIn(schema: WholeSchema) {
  const required = treeOf(schema, mostMembers).members.filter((member) => member.required);
  return {
    ...recordIn(schema),
    ...(required.length > 0 && { requiredMembers: required.map(({ name }) => name) }),
  };
}
