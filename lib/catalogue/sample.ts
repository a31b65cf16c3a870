import type { Catalogue } from './catalogue.ts';
import { exampleInputs, exampleRequest } from './example.ts';
import { meaningOf } from './meaning.ts';
import { rules } from './mending.ts';
import type { Body, Input, Method, Operation, Schema, Success } from './operation.ts';

/** What a person needs to call an operation. */
export interface Sample {
  readonly id: string;
  readonly operationId: string;
  readonly method: Method;
  readonly path: string;
  readonly description: string;
  readonly summary?: string;
  readonly inputs: readonly ExplainedInput[];
  /** What it takes as its request, and whether it fails without one; `requestSchema` describes it. */
  readonly body: { readonly kind: Body['kind']; readonly required: boolean };
  /** What the request may hold, where the document says so. A patch is a list of changes to what comes back. */
  readonly requestSchema?: WholeSchema;
  /** With `version` and `connection` it is an invocation. */
  readonly example: Example;
  /** What comes back when it succeeds; a response that has a schema is described by `responseSchema`. */
  readonly success: Omit<Success, 'schema'>;
  readonly responseSchema?: WholeSchema;
  /** What to know before it is sent. */
  readonly warnings?: readonly string[];
}

/** An input with what it means, and whether the call fails without it. */
export interface ExplainedInput extends Input {
  readonly description: string;
  readonly required: boolean;
}

interface Example {
  readonly operationId: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Absent where the operation takes no body or the document declares none. */
  readonly request?: unknown;
}

/** A schema with every component that it leads to; a `$ref` is a name in `components`. */
export interface WholeSchema {
  readonly schema: Schema;
  readonly components: Readonly<Record<string, Schema>>;
}

/** Explains an operation by example. */
export function sample(operation: Operation, catalogue: Catalogue): Sample {
  const { id, operationId, method, path, description, summary, body } = operation;
  const { schema, ...success } = operation.success;
  const request = exampleRequest(operation, catalogue);
  const warnings = warningsOf(operation);
  return {
    id,
    operationId,
    method,
    path,
    description,
    ...(summary !== undefined && { summary }),
    inputs: operation.inputs.map((input) => ({
      ...input,
      required: input.in === 'path',
      description: meaningOf(input, operation),
    })),
    body: { kind: body.kind, required: 'required' in body && body.required },
    ...('schema' in body && { requestSchema: whole(body.schema, catalogue) }),
    example: { operationId, inputs: exampleInputs(operation), ...(request !== undefined && { request }) },
    success,
    ...(schema && { responseSchema: whole(schema, catalogue) }),
    ...(warnings.length > 0 && { warnings }),
  };
}

function warningsOf({ method, path, body, success, mends }: Operation): readonly string[] {
  const deletesAll = method === 'DELETE' && success.kind !== 'multi' && !/\}\/?$/.test(path);
  return [
    ...(deletesAll ? ['This deletes a whole collection at once, not one record.'] : []),
    ...(body.kind === 'undeclared'
      ? ['The document declares no body here: a request is sent as it is, unchecked.']
      : []),
    ...rules
      .filter(({ name }) => mends.includes(name))
      .map(({ reason }) => `The document was mended here. ${reason}`),
  ];
}

const whole = (schema: Schema, catalogue: Catalogue): WholeSchema => ({
  schema,
  components: closure(schema, catalogue),
});

/** The components that a schema leads to, however deep. */
export function closure(schema: Schema, catalogue: Catalogue): Readonly<Record<string, Schema>> {
  const components: Record<string, Schema> = {};
  const waiting = references(schema);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const component = name in components ? undefined : catalogue.schema(name);
    if (!component) continue;
    components[name] = component;
    waiting.push(...references(component));
  }
  return components;
}

function references({ $ref, properties, items, additionalProperties }: Schema): string[] {
  const inner = [...Object.values(properties ?? {}), items, additionalProperties].flatMap(
    (part) => part ?? [],
  );
  return [...($ref === undefined ? [] : [$ref]), ...inner.flatMap(references)];
}
