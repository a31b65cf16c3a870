import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Operation, Schema } from '../lib/catalogue/operation.ts';
import { closure } from '../lib/catalogue/sample.ts';
import { isPatch } from '../lib/preflight/patch.ts';
import { areNeeded, commentOf, inputMembers, keyOf, listed } from './input-types.ts';

/**
 * TypeScript in which `invocation('postServiceTickets', { … })` knows each operation's inputs and request. It is printed from
 * the catalogue's own schemas. Inputs of many operations are the same, so each form stands once: that keeps an editor fast.
 */
export function producerTypes(catalogue: Catalogue): string {
  const operations = catalogue.all();
  const forms = Map.groupBy(operations, ({ inputs }) => inputMembers(inputs, { described: true }));
  const names = new Map([...forms.keys()].map((text, place) => [text, `Inputs${place + 1}`] as const));
  return [
    head(catalogue),
    preamble,
    '/** Every operation, with what it takes. */',
    'export interface Operations {',
    ...operations.map((operation) => operationText(operation, names, catalogue)),
    '}',
    '',
    ...[...names].map(([text, name]) => `interface ${name} {\n${text}}\n`),
    ...components(operations, catalogue).map(([name, schema]) => componentText(name, schema)),
  ].join('\n');
}

/** What runs: the module that the types are of. */
export const producerModule = `// Written by \`manage types\`.
export const invocation = (operationId, call) => ({ version: 1, ...call, operationId });
`;

const head = ({
  version,
  size,
}: Catalogue) => `// Written by \`manage types\`: ${size} operations of ConnectWise Manage ${version}. Write it anew rather than change it.
`;

const preamble = `/** What every invocation may say besides what its operation takes. */
export interface Options {
  /** The name of the connection. */
  readonly connection: string;
  /** Your own key: the same id is never executed twice. */
  readonly id?: string;
  /** Takes a whole list, or so many pages of it. By queue only. */
  readonly pages?: 'all' | number;
  /** How to find out whether a write took effect, where ConnectWise did not say. */
  readonly confirm?: { readonly operationId: OperationId; readonly inputs: Readonly<Record<string, unknown>>; readonly unique?: boolean };
  /** What stops a call before it is sent; \`only\` sends nothing. */
  readonly preflight?: 'strict' | 'warn' | 'only';
  /** true: names in the request become ids, so a text may stand where a reference is wanted. */
  readonly resolve?: boolean;
  /** true: an HTTP failure of ConnectWise is the result. */
  readonly returnHttpFailureResponses?: boolean;
}

export type OperationId = keyof Operations;

/** What \`invocation\` takes for an operation. */
export type Call<Id extends OperationId> = Options & Operations[Id];

/** A message for the invocation queue, or a body for \`POST /invocations\`. */
export type Invocation<Id extends OperationId = OperationId> = { readonly version: 1; readonly operationId: Id } & Call<Id>;

/** An invocation of an operation, checked while it is typed. */
export declare function invocation<Id extends OperationId>(operationId: Id, call: Call<Id>): Invocation<Id>;

/** One change of a patch of \`Record\`: its path is a member, with or without a slash before it. */
export type Change<Record> =
  | { readonly op: 'add' | 'replace'; readonly path: Path<Record>; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: Path<Record> };
type Path<Record> = (keyof Record & string) | \`/\${keyof Record & string}\` | \`\${keyof Record & string}/\${string}\`;

/** The bytes of a file. */
export interface FileContent {
  readonly fileName: string;
  readonly contentType: string;
  readonly base64: string;
}

/** A reference to another record: by its id or by its own name. With \`resolve\` a text names it. */
type Ref<Reference> = Reference | string;
`;

function operationText(
  operation: Operation,
  names: ReadonlyMap<string, string>,
  catalogue: Catalogue,
): string {
  const { operationId, method, path, description, inputs } = operation;
  const name = names.get(inputMembers(inputs, { described: true }));
  const needed = areNeeded(inputs) ? '' : '?';
  return [
    `  /** ${commentOf(`${description}: ${method} ${path}`)} */`,
    `  ${keyOf(operationId)}: { readonly inputs${needed}: ${name}; ${requestText(operation, catalogue)} };`,
  ].join('\n');
}

function requestText(operation: Operation, catalogue: Catalogue): string {
  const { body, success } = operation;
  if (body.kind === 'none') return 'readonly request?: null';
  if (body.kind === 'undeclared') return 'readonly request?: unknown';
  const needed = body.required ? '' : '?';
  if (isPatch(operation))
    return `readonly request${needed}: readonly Change<${success.schema ? inWhole(success.schema, catalogue) : 'unknown'}>[]`;
  const schema = inWhole(body.schema, catalogue);
  return `readonly request${needed}: ${schema}`;
}

/** What is sent as a whole is the record itself: a text can stand for a reference only within another record. */
function inWhole(schema: Schema, catalogue: Catalogue): string {
  if (schema.$ref === undefined) return typeOf(schema);
  return catalogue.schema(schema.$ref) ? typeName(schema.$ref) : 'unknown';
}

function components(operations: readonly Operation[], catalogue: Catalogue) {
  const found = new Map<string, Schema>();
  for (const operation of operations) {
    const { body, success } = operation;
    const schema = isPatch(operation) ? success.schema : 'schema' in body ? body.schema : undefined;
    for (const [name, component] of Object.entries(schema ? closure(schema, catalogue) : {}))
      found.set(name, component);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A reference's own members are all optional: one of id, identifier and name is enough (connectwise-api.md §7.1). */
function componentText(
  name: string,
  { properties = {}, required = [], additionalProperties }: Schema,
): string {
  const members = Object.entries(properties).map(([member, schema]) => {
    const isNeeded =
      required.includes(member) && !(isReference(name) && ['id', 'identifier', 'name'].includes(member));
    const description = schema.description?.replaceAll(/\s+/g, ' ').trim() ?? '';
    const comment = description === '' ? '' : `  /** ${commentOf(description)} */\n`;
    return `${comment}  readonly ${keyOf(member)}${isNeeded ? '' : '?'}: ${typeOf(schema)} | null;`;
  });
  const rest = additionalProperties || members.length === 0 ? ['  readonly [member: string]: unknown;'] : [];
  return `export interface ${typeName(name)} {\n${[...members, ...rest].join('\n')}\n}\n`;
}

const isReference = (name: string) => name.endsWith('Reference');

function typeOf({
  $ref,
  type,
  format,
  enum: values,
  items,
  additionalProperties,
  properties,
}: Schema): string {
  if ($ref !== undefined) return isReference($ref) ? `Ref<${typeName($ref)}>` : typeName($ref);
  if (values) return listed(values);
  if (type === 'array') return `readonly ${bracketed(items ? typeOf(items) : 'unknown')}[]`;
  if (type === 'string') return format === 'binary' ? 'FileContent' : 'string';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (properties) {
    const members = Object.entries(properties).map(
      ([name, schema]) => `readonly ${keyOf(name)}?: ${typeOf(schema)}`,
    );
    return `{ ${members.join('; ')} }`;
  }
  if (additionalProperties) return `Readonly<Record<string, ${typeOf(additionalProperties)}>>`;
  return 'unknown';
}

const bracketed = (text: string) => (/[|&]/.test(text) ? `(${text})` : text);

const typeName = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]/g, '_');
