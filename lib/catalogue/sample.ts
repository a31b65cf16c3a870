import type { Catalogue } from './catalogue.ts';
import { exampleInputs, exampleRequest } from './example.ts';
import { rules } from './mending.ts';
import type { Input, Method, Operation, Schema } from './operation.ts';

/** What a person needs to call an operation. */
export interface Sample {
  readonly id: string;
  readonly operationId: string;
  readonly method: Method;
  readonly path: string;
  readonly description: string;
  readonly summary?: string;
  readonly inputs: readonly (Input & { readonly required: boolean })[];
  /** With `version` and `connection` it is an invocation. */
  readonly example: Example;
  readonly responseSchema?: ResponseSchema;
  /** What to know before it is sent. */
  readonly warnings?: readonly string[];
}

export interface Example {
  readonly operationId: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Absent where the operation takes no body or the document declares none. */
  readonly request?: unknown;
}

/** A schema with every component that it leads to; a `$ref` is a name in `components`. */
export interface ResponseSchema {
  readonly schema: Schema;
  readonly components: Readonly<Record<string, Schema>>;
}

/** Explains an operation by example. */
export function sample(operation: Operation, catalogue: Catalogue): Sample {
  const { id, operationId, method, path, description, summary, success } = operation;
  const request = exampleRequest(operation, catalogue);
  const warnings = warningsOf(operation);
  return {
    id,
    operationId,
    method,
    path,
    description,
    ...(summary !== undefined && { summary }),
    inputs: operation.inputs.map(explained),
    example: { operationId, inputs: exampleInputs(operation), ...(request !== undefined && { request }) },
    ...(success.schema && {
      responseSchema: { schema: success.schema, components: closure(success.schema, catalogue) },
    }),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** The document describes none of the eight inputs that every GET has. */
const meanings: Readonly<Record<string, string>> = {
  conditions: 'A filter, such as: closedFlag = false and company/identifier = "acme"',
  childConditions:
    'A filter on members that are lists, such as: communicationItems/value like "%@example.com"',
  customFieldConditions: 'A filter on custom fields, such as: caption = "Region" and value = "North"',
  orderBy: 'What to sort by, such as: lastUpdated desc',
  fields: 'The members to answer, divided by commas, such as: id,name,company/name',
  page: 'The page to answer, from 1',
  pageSize: 'How many records a page has: 25 where it is not given, 1000 at the most',
  pageId: 'For forward-only paging: the page goes on after this id',
};

function explained(input: Input): Input & { readonly required: boolean } {
  const description = input.description ?? meanings[input.name];
  return { ...input, required: input.in === 'path', ...(description !== undefined && { description }) };
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
