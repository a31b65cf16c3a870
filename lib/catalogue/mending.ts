import type { Document, DocumentOperation, Parameter } from './document.ts';
import type { Schema } from './operation.ts';
import { schemaRules } from './schema-mending.ts';

/**
 * What the document has wrong and what we make of it, one rule a defect.
 * Sent verbatim on purpose, because the document is printed from the server's own routes (openapi-document.md §4):
 * trailing slashes (quirk 5), two spellings of one segment (6), braces glued to a word as in `types{id}/copy` (2), and
 * operations that merely look odd (10). Names of parameters are bound by name, so their order needs no mending.
 */
interface Rule {
  readonly name: string;
  /** Why, and where it is written down. */
  readonly reason: string;
  /** Gives the operation back as it is where the rule does not concern it. */
  readonly apply: (operation: DocumentOperation, document: Document) => DocumentOperation;
}

export interface MendedOperation extends DocumentOperation {
  /** Names of the rules that changed it. */
  readonly mends: readonly string[];
  /** What the document called it, and the path that it gave, where a rule changed them. */
  readonly formerIds: readonly string[];
}

export interface MendedDocument {
  readonly version: string;
  readonly operations: readonly MendedOperation[];
  readonly schemas: ReadonlyMap<string, Schema>;
  /** How many operations or schemas each rule changed. */
  readonly counts: ReadonlyMap<string, number>;
}

const text: Schema = { type: 'string' };
const wholeNumber: Schema = { type: 'integer', format: 'int32' };
const reference = ($ref: string): Schema => ({ $ref });

export const rules: readonly Rule[] = [
  {
    name: 'unfinished-template',
    reason:
      'A cut-off ASP.NET route, `{memberIdentifier:regex(^(types. |(`, cannot be filled in: `{memberIdentifier}` is meant (openapi-document.md §4, quirk 1).',
    apply: (operation) => {
      const found = /^(.*)\{(\w+):[^}]*$/.exec(operation.path);
      if (!found?.[1] || !found[2]) return operation;
      const [, before, name] = found;
      const path = `${before}{${name}}`;
      const declared = operation.parameters.some((parameter) => parameter.name === name);
      const parameters = declared ? operation.parameters : [pathText(name), ...operation.parameters];
      return { ...operation, path, operationId: regularId(operation.method, path), parameters };
    },
  },
  {
    name: 'doubled-parameter',
    reason:
      'Filled in as it stands, `vendors/{id}{id}` would send id 5 as 55 and write to another record (openapi-document.md §4, quirk 2).',
    apply: (operation) => {
      const path = operation.path.replaceAll(/(\{\w+\})\1/g, '$1');
      return path === operation.path ? operation : { ...operation, path };
    },
  },
  {
    name: 'stray-object',
    reason:
      'An object that the path has no place for is bound by ASP.NET from the query, member by member, as later documents say; on a POST it is the body (connectwise-api.md §11.6).',
    apply: (operation, document) => {
      const stray = strayParameters(operation).find(({ schema }) => schema.$ref !== undefined);
      if (!stray) return operation;
      const parameters = operation.parameters.filter((parameter) => parameter !== stray);
      if (operation.method === 'GET')
        return withQuery({ ...operation, parameters }, membersOf(stray, document));
      const body = { contentType: 'application/json', schema: stray.schema, required: true };
      return { ...operation, parameters, body: operation.body ?? body };
    },
  },
  {
    name: 'stray-path-parameter',
    reason:
      'Declared in the path and required, but the template has no place for it: the vendor itself moved such ones to the query (openapi-document.md §4, quirk 3).',
    apply: (operation) => {
      const stray = strayParameters(operation);
      if (stray.length === 0) return operation;
      const parameters = operation.parameters.filter((parameter) => !stray.includes(parameter));
      return withQuery({ ...operation, parameters }, stray);
    },
  },
  {
    name: 'search-paging',
    reason: 'The searches page like lists, which the document does not say (openapi-document.md §3).',
    apply: (operation) =>
      operation.method === 'POST' && operation.path.endsWith('/search')
        ? withQuery(operation, [
            queryOf('page', wholeNumber),
            queryOf('pageSize', wholeNumber),
            queryOf('fields', text),
          ])
        : operation,
  },
  {
    name: 'document-owner',
    reason:
      'Documents are listed by the record that owns them; older documents leave that out (connectwise-api.md §8).',
    apply: (operation) =>
      operation.method === 'GET' && /^\/system\/documents(?:\/count)?$/.test(operation.path)
        ? withQuery(operation, [queryOf('recordType', text), queryOf('recordId', wholeNumber)])
        : operation,
  },
  {
    name: 'count-typed-otherwise',
    reason: 'Three counts are typed as the record that they count (openapi-document.md §3).',
    apply: (operation, document) => {
      const counts = operation.method === 'GET' && /(?<!\/quickAccess)\/count$/.test(operation.path);
      const isCount = operation.response.schema?.$ref === 'Count';
      return counts && !isCount && document.schemas.has('Count')
        ? answering(operation, reference('Count'))
        : operation;
    },
  },
  {
    name: 'bulk-result',
    reason:
      'Bulk calls answer 207 with one result a record, even where the document names a single record (connectwise-api.md §7.7).',
    apply: (operation) => {
      const isMulti = operation.response.code === '207' && operation.response.schema?.$ref !== 'BulkResult';
      return isMulti ? answering(operation, reference('BulkResult')) : operation;
    },
  },
  {
    name: 'bulk-delete-body',
    reason:
      'A bulk delete must be told which records: one of three lacks its body in the document (connectwise-api.md §7.7).',
    apply: (operation, document) => {
      const lacks = operation.method === 'DELETE' && operation.path.endsWith('/bulk') && !operation.body;
      if (!lacks || !document.schemas.has('IdCollection')) return operation;
      const body = { contentType: 'application/json', schema: reference('IdCollection'), required: true };
      return { ...operation, body };
    },
  },
  {
    name: 'undeclared-binary',
    reason:
      'Some downloads say their type in the description only, `ContentType = …` (openapi-document.md §3).',
    apply: (operation) => {
      const contentType = /^ContentType = (\S+)/.exec(operation.response.description)?.[1];
      if (contentType === undefined || operation.response.schema) return operation;
      const response = { ...operation.response, contentType, schema: { ...text, format: 'binary' } };
      return { ...operation, response };
    },
  },
  {
    name: 'array-for-one-record',
    reason:
      'Writing one record answers one record; some of these are typed as lists (connectwise-api.md §11.12).',
    apply: (operation) => {
      const items = operation.response.schema?.items;
      const writesOne = operation.method === 'PUT' || operation.method === 'PATCH';
      const isCreate = operation.method === 'POST' && operation.body?.schema.$ref === items?.$ref;
      return items?.$ref && (writesOne || isCreate) ? answering(operation, items) : operation;
    },
  },
  {
    name: 'missing-response',
    reason: 'One action names no status and no type: any JSON with 200 is taken (openapi-document.md §3).',
    apply: (operation) =>
      operation.response.code === 'default'
        ? { ...operation, response: { ...operation.response, code: '200', schema: {} } }
        : operation,
  },
  {
    name: 'no-content-with-schema',
    reason: 'A 204 has no body, whatever the document types it as (openapi-document.md §3).',
    apply: (operation) => {
      const { code, description, schema } = operation.response;
      return code === '204' && schema ? { ...operation, response: { code, description } } : operation;
    },
  },
];

/** Applies every rule to every operation and schema, in order. */
export function mend(document: Document): MendedDocument {
  const counts = new Map([...rules, ...schemaRules].map(({ name }) => [name, 0]));
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const operations = document.operations.map((operation) => mendOperation(operation, document, count));
  const schemas = [...document.schemas].map(([name, schema]) => {
    let mended = schema;
    for (const rule of schemaRules) {
      const next = rule.apply(name, mended);
      if (next !== mended) count(rule.name);
      mended = next;
    }
    return [name, mended] as const;
  });
  return { version: document.version, operations, schemas: new Map(schemas), counts };
}

function mendOperation(
  original: DocumentOperation,
  document: Document,
  count: (name: string) => void,
): MendedOperation {
  const mends: string[] = [];
  let mended = original;
  for (const rule of rules) {
    const next = rule.apply(mended, document);
    if (next === mended) continue;
    mends.push(rule.name);
    count(rule.name);
    mended = next;
  }
  const formerIds = [
    ...(mended.operationId === original.operationId ? [] : [original.operationId]),
    ...(mended.path === original.path ? [] : [`${original.method} ${original.path}`]),
  ];
  return { ...mended, mends, formerIds };
}

/** The names in a template, in its order. */
export const templateNames = (path: string): readonly string[] =>
  [...path.matchAll(/\{([^{}]+)\}/g)].flatMap((found) => found[1] ?? []);

/** Method and path in camel case, which is how the document names all but four operations (openapi-document.md §4). */
function regularId(method: string, path: string): string {
  const words = path.split('/').filter(Boolean);
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  return (
    method.toLowerCase() +
    words.map((word) => capital(word.replace(/^\{(\w+)\}$/, (_, name) => `By${capital(name)}`))).join('')
  );
}

function strayParameters({ path, parameters }: DocumentOperation): readonly Parameter[] {
  const names = templateNames(path);
  return parameters.filter((parameter) => parameter.in === 'path' && !names.includes(parameter.name));
}

function membersOf({ schema }: Parameter, document: Document): readonly Parameter[] {
  const properties = document.schemas.get(schema.$ref ?? '')?.properties ?? {};
  return Object.entries(properties).map(([name, member]) => queryOf(name, member));
}

/** Adds query parameters, optional ones, and only those that the operation has not. */
function withQuery(operation: DocumentOperation, more: readonly Parameter[]): DocumentOperation {
  const known = new Set(operation.parameters.map((parameter) => parameter.name));
  const added = more.filter((parameter) => !known.has(parameter.name));
  if (added.length === 0) return operation;
  const optional = added.map((parameter) => ({ ...parameter, in: 'query' as const, required: false }));
  return { ...operation, parameters: [...operation.parameters, ...optional] };
}

const queryOf = (name: string, schema: Schema): Parameter => ({ name, in: 'query', required: false, schema });
const pathText = (name: string): Parameter => ({ name, in: 'path', required: true, schema: text });

const answering = (operation: DocumentOperation, schema: Schema): DocumentOperation => ({
  ...operation,
  response: { ...operation.response, schema },
});
