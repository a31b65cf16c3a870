import { v5 as uuid } from 'uuid';
import type { Parameter } from './document.ts';
import { type MendedDocument, type MendedOperation, templateNames } from './mending.ts';
import type { Body, Input, Operation, Success } from './operation.ts';

/** Never to be changed: every operation's GUID is made of it. */
const namespace = '3f1c2a52-6d0e-5b44-9a63-0c7d1f0b8e21';

/** An operation that has no description yet: describing one takes all its siblings (description.ts). */
export type Undescribed = Omit<Operation, 'description'>;

/** What the engine needs of every mended operation, in the order of the document. */
export function deriveOperations(document: MendedDocument): readonly Undescribed[] {
  return document.operations.map((operation) => derive(operation, document.version));
}

function derive(operation: MendedOperation, version: string): Undescribed {
  const { method, path, tag, summary } = operation;
  return {
    id: uuid(`${method} ${path}`, namespace),
    operationId: operation.operationId,
    formerIds: operation.formerIds,
    method,
    path,
    module: path.split('/')[1] ?? '',
    ...(tag !== undefined && { tag }),
    ...(summary && { summary: summary.replaceAll(/\s+/g, ' ').trim() }),
    inputs: inputsOf(operation),
    body: bodyOf(operation),
    success: successOf(operation),
    version,
    mends: operation.mends,
  };
}

/** Header parameters are left out: the only one is clientId, which the connection supplies. */
function inputsOf({ path, parameters }: MendedOperation): readonly Input[] {
  const inPath = [...new Set(templateNames(path))].map((name) => {
    const declared = parameters.find((parameter) => parameter.in === 'path' && parameter.name === name);
    return declared ? inputOf(declared, 'path') : { name, in: 'path' as const, type: 'string' as const };
  });
  const inQuery = parameters
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => inputOf(parameter, 'query'));
  return [...inPath, ...inQuery];
}

function inputOf({ name, description, schema }: Parameter, place: Input['in']): Input {
  const type = schema.$ref === undefined ? (schema.type ?? 'string') : 'object';
  return {
    name,
    in: place,
    type: type === 'array' ? 'string' : type,
    ...(schema.enum && { enum: schema.enum }),
    ...(description && description !== name && { description }),
  };
}

function bodyOf({ method, body }: MendedOperation): Body {
  if (method === 'GET') return { kind: 'none' };
  if (!body) return { kind: method === 'DELETE' ? 'none' : 'undeclared' };
  const kind = body.contentType === 'multipart/form-data' ? 'multipart' : 'json';
  return { kind, schema: body.schema, required: body.required };
}

function successOf(operation: MendedOperation): Success {
  const { code, contentType, schema } = operation.response;
  const kind = kindOf(operation);
  const hasSchema = schema !== undefined && Object.keys(schema).length > 0;
  return {
    status: Number(code),
    kind,
    ...(kind === 'binary' && contentType !== undefined && { contentType }),
    ...(hasSchema && { schema }),
  };
}

function kindOf({ method, path, response }: MendedOperation): Success['kind'] {
  const { code, schema } = response;
  if (code === '207') return 'multi';
  if (!schema || code === '204') return 'empty';
  if (schema.format === 'binary') return 'binary';
  if (schema.$ref === 'Count') return 'count';
  const reads = method === 'GET' || path.endsWith('/search');
  if (schema.type === 'array') return reads ? 'list' : 'record';
  return schema.type === undefined || schema.type === 'object' ? 'record' : 'scalar';
}
