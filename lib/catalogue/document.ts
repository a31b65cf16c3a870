import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { Method, Schema } from './operation.ts';

/** What an OpenAPI document of ConnectWise Manage is to us, whether it came as JSON or as published types. */
export interface Document {
  /** Such as `2022.1`. Year and number: `2025.8` is older than `2025.16`. */
  readonly version: string;
  readonly operations: readonly DocumentOperation[];
  readonly schemas: ReadonlyMap<string, Schema>;
}

/** One operation as the document has it, before anything is mended. */
export interface DocumentOperation {
  readonly method: Method;
  readonly path: string;
  readonly operationId: string;
  readonly tag?: string;
  readonly summary?: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly contentType: string; readonly schema: Schema; readonly required: boolean };
  readonly response: DocumentResponse;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

/** The document has exactly one response an operation, never an error (openapi-document.md §3). */
export interface DocumentResponse {
  /** `200` or `default`. */
  readonly code: string;
  readonly description: string;
  readonly contentType?: string;
  readonly schema?: Schema;
}

/** Why a file is no document, as a sentence for the person who gave it. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';
}

const optional = z.exactOptional;
const schemaType = z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']);

/** A schema as the file has it; it holds others of its kind, so its type is written out. */
interface SchemaShape extends Omit<Schema, 'properties' | 'items' | 'additionalProperties' | 'maxLength'> {
  readonly properties?: Record<string, SchemaShape>;
  readonly items?: SchemaShape;
  readonly additionalProperties?: boolean | SchemaShape;
}

// Unknown keys are left out, not refused: a later document may say more than we use.
const schemaShape: z.ZodMiniType<SchemaShape> = z.object({
  $ref: optional(z.string()),
  type: optional(schemaType),
  format: optional(z.string()),
  enum: optional(z.array(z.string())),
  nullable: optional(z.boolean()),
  description: optional(z.string()),
  required: optional(z.array(z.string())),
  get properties() {
    return optional(z.record(z.string(), schemaShape));
  },
  get items() {
    return optional(schemaShape);
  },
  get additionalProperties() {
    return optional(z.union([z.boolean(), schemaShape]));
  },
});
const contentShape = z.record(z.string(), z.object({ schema: schemaShape }));

const parameterShape = z.object({
  name: z.string().check(z.minLength(1)),
  in: z.enum(['path', 'query', 'header']),
  description: optional(z.string()),
  required: optional(z.boolean()),
  schema: schemaShape,
});

const operationShape = z.object({
  tags: optional(z.array(z.string())),
  summary: optional(z.string()),
  operationId: z.string().check(z.minLength(1)),
  parameters: optional(z.array(parameterShape)),
  requestBody: optional(z.object({ content: contentShape, required: optional(z.boolean()) })),
  responses: z.record(z.string(), z.object({ description: z.string(), content: optional(contentShape) })),
});
type OperationShape = z.infer<typeof operationShape>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const anOperation = optional(operationShape);

const documentShape = z.object({
  openapi: z.string().check(z.startsWith('3.0', 'must begin with 3.0')),
  info: z.object({ version: z.string().check(z.regex(/^\d{4}\.\d+$/, 'must look like 2025.8')) }),
  paths: z.record(
    z.string(),
    z.object({
      get: anOperation,
      post: anOperation,
      put: anOperation,
      patch: anOperation,
      delete: anOperation,
    }),
  ),
  components: z.object({ schemas: z.record(z.string(), schemaShape) }),
});

/**
 * Reads an OpenAPI 3.0 document of ConnectWise Manage from a JSON file, as the developer site gives it out.
 * @throws InvalidDocument with a sentence that names the file and what is wrong with it.
 */
export function readDocument(file: string): Document {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new InvalidDocument(`${file} cannot be read${code}. Give the path of an OpenAPI document in JSON.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new InvalidDocument(
      `${file} is not JSON. Give an OpenAPI 3.0 document of ConnectWise Manage in JSON.`,
    );
  }
  return parseDocument(value, file);
}

/** Makes a document of parsed JSON; `source` names it in the error. */
export function parseDocument(value: unknown, source: string): Document {
  const parsed = documentShape.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join(' › ') || 'the top';
    const what = `${where}: ${issue?.message ?? 'Invalid'}`;
    throw new InvalidDocument(`${source} is not an OpenAPI 3.0 document of ConnectWise Manage. At ${what}.`);
  }
  const { info, paths, components } = parsed.data;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const shape = item[method];
      return shape ? [readOperation(toMethod(method), path, shape, source)] : [];
    }),
  );
  const schemas = new Map(
    Object.entries(components.schemas).map(([name, shape]) => [name, readSchema(shape)]),
  );
  return checked({ version: info.version, operations, schemas }, source);
}

const toMethod = (method: (typeof methods)[number]): Method =>
  (({ get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' }) as const)[method];

function readOperation(
  method: Method,
  path: string,
  shape: OperationShape,
  source: string,
): DocumentOperation {
  const { tags, summary, operationId, requestBody, responses } = shape;
  const code = Object.keys(responses).find((candidate) => /^2\d\d$|^default$/.test(candidate));
  const response = code === undefined ? undefined : responses[code];
  if (code === undefined || !response) {
    throw new InvalidDocument(`${source} is not usable: ${method} ${path} names no successful response.`);
  }
  const bodyContent = firstContent(requestBody?.content);
  const content = firstContent(response.content);
  return {
    method,
    path,
    operationId,
    ...(tags?.[0] !== undefined && { tag: tags[0] }),
    ...(summary !== undefined && { summary }),
    parameters: (shape.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      required: parameter.required ?? false,
      ...(parameter.description && { description: parameter.description }),
      schema: readSchema(parameter.schema),
    })),
    ...(bodyContent && { body: { ...bodyContent, required: requestBody?.required ?? false } }),
    response: { code, description: response.description, ...content },
  };
}

function firstContent(content: z.infer<typeof contentShape> | undefined) {
  const [entry] = Object.entries(content ?? {});
  return entry && { contentType: entry[0], schema: readSchema(entry[1].schema) };
}

function readSchema(shape: SchemaShape): Schema {
  const { $ref, description, properties, items, additionalProperties, ...same } = shape;
  return {
    ...($ref !== undefined && { $ref: $ref.replace('#/components/schemas/', '') }),
    ...same,
    ...(description !== undefined && describe(description)),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, readSchema(inner)]),
      ),
    }),
    ...(items && { items: readSchema(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: readSchema(additionalProperties),
    }),
  };
}

/** The document has no maxLength keyword: `Max length: 100;` stands in the description (openapi-document.md §6). */
export function describe(text: string): Pick<Schema, 'description' | 'maxLength'> {
  const description = text.replaceAll(/\s+/g, ' ').trim();
  const found = /Max length: (\d+);/.exec(description);
  return { ...(description && { description }), ...(found && { maxLength: Number(found[1]) }) };
}

function checked(document: Document, source: string): Document {
  const seen = new Map<string, DocumentOperation>();
  for (const operation of document.operations) {
    const { method, path } = operation;
    if (!path.startsWith('/')) {
      throw new InvalidDocument(
        `${source} is not usable: the path of ${method} ${path} must begin with a slash.`,
      );
    }
    const twin = seen.get(operation.operationId.toLowerCase());
    if (twin) {
      const both = `${twin.method} ${twin.path} and ${operation.method} ${operation.path}`;
      throw new InvalidDocument(
        `${source} is not usable: ${both} have the same operationId ${operation.operationId}.`,
      );
    }
    seen.set(operation.operationId.toLowerCase(), operation);
  }
  if (seen.size === 0) throw new InvalidDocument(`${source} is not usable: it has no operation.`);
  return document;
}
