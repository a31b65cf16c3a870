import * as z from 'zod/mini';
import type { Operation, Schema } from '../lib/catalogue/operation.ts';
import { recordOf } from '../lib/preflight/preflight.ts';
import { callApi, problemIn } from './api.ts';

const texts = z.array(z.string());
const schema: z.ZodMiniType<Schema> = z.object({
  $ref: z.exactOptional(z.string()),
  type: z.exactOptional(z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object'])),
  format: z.exactOptional(z.string()),
  enum: z.exactOptional(texts),
  nullable: z.exactOptional(z.boolean()),
  description: z.exactOptional(z.string()),
  maxLength: z.exactOptional(z.number()),
  required: z.exactOptional(texts),
  properties: z.exactOptional(
    z.record(
      z.string(),
      z.lazy(() => schema),
    ),
  ),
  items: z.exactOptional(z.lazy(() => schema)),
  additionalProperties: z.exactOptional(z.lazy(() => schema)),
});
const whole = z.object({ schema, components: z.record(z.string(), schema) });

const input = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  type: z.enum(['string', 'integer', 'number', 'boolean', 'object']),
  enum: z.exactOptional(texts),
  description: z.string(),
  required: z.boolean(),
});

const sampleSchema = z.object({
  id: z.string(),
  operationId: z.string(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string(),
  description: z.string(),
  summary: z.optional(z.string()),
  inputs: z.array(input),
  body: z.object({ kind: z.enum(['none', 'undeclared', 'json', 'multipart']), required: z.boolean() }),
  requestSchema: z.optional(whole),
  example: z.object({
    operationId: z.string(),
    inputs: z.record(z.string(), z.unknown()),
    request: z.optional(z.unknown()),
  }),
  success: z.object({
    status: z.number(),
    kind: z.enum(['list', 'record', 'count', 'scalar', 'multi', 'binary', 'empty']),
    contentType: z.exactOptional(z.string()),
  }),
  responseSchema: z.optional(whole),
  warnings: z.optional(texts),
});

/** What the API tells of an operation. */
export type ReadSample = z.infer<typeof sampleSchema>;

/** An operation as a person fills it in, and as preflight checks it. */
export interface OpenedOperation {
  readonly sample: ReadSample;
  readonly operation: Operation;
  readonly schemaOf: (name: string) => Schema | undefined;
  /** The schema of one record of what is asked: of a count, of the list that it counts. */
  readonly record: Schema;
}

async function fetchSample(operationId: string): Promise<ReadSample> {
  const answer = await callApi(`/operations/${encodeURIComponent(operationId)}`);
  if (answer.status !== 200) throw new Error(problemIn(answer));
  return z.parse(sampleSchema, answer.body);
}

/** Fetches what is to know of an operation. Throws a sentence where there is no such one. */
export async function openOperation(operationId: string): Promise<OpenedOperation> {
  const sample = await fetchSample(operationId);
  const { success, path } = sample;
  const listPath = path.replace(/\/count(?:\/info)?\/?$/i, '');
  const counted =
    success.kind === 'count' ? await fetchSample(`GET ${listPath}`).catch(() => undefined) : undefined;
  const components = new Map(
    [sample.requestSchema, sample.responseSchema, counted?.responseSchema].flatMap((it) =>
      Object.entries(it?.components ?? {}),
    ),
  );
  const operation = operationOf(sample);
  return {
    sample,
    operation,
    schemaOf: (name) => components.get(name),
    record: recordOf(counted ? operationOf(counted) : operation),
  };
}

/** The operation that a sample explains, as far as preflight looks at it. */
function operationOf(sample: ReadSample): Operation {
  const { id, operationId, method, path, description, inputs, requestSchema, responseSchema } = sample;
  return {
    id,
    operationId,
    formerIds: [],
    method,
    path,
    module: path.split('/')[1] ?? '',
    description,
    inputs,
    body: bodyOf(sample.body, requestSchema?.schema),
    success: { ...sample.success, ...(responseSchema && { schema: responseSchema.schema }) },
    version: '',
    mends: [],
  };
}

function bodyOf({ kind, required }: ReadSample['body'], schema: Schema = {}): Operation['body'] {
  return kind === 'json' || kind === 'multipart' ? { kind, schema, required } : { kind };
}
