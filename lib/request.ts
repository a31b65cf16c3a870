import type { Input, Method, Operation } from './catalogue/operation.ts';
import { paragraph, quoted, suggestion } from './explanation.ts';
import type { Failure } from './failure.ts';
import { type FormPart, readForm } from './form.ts';
import type { Invocation } from './invocation.ts';
import { fillPath } from './path.ts';

/** A request as plain data, before it is sent: what a test can compare and a person can read. */
export interface ManageRequest {
  readonly method: Method;
  /** Below the API's base, with its values in place: `/service/tickets/42`. */
  readonly path: string;
  /** Encoded, without the question mark; empty where there is none. */
  readonly query: string;
  readonly body: RequestBody;
  /** The model version to ask the server for, such as `2022.1`. */
  readonly version: string;
  /** The answer is wanted as bytes. */
  readonly wantsBytes: boolean;
  /** Sending it twice could do harm. */
  readonly writes: boolean;
}

export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'form'; readonly parts: readonly FormPart[] };

export type BuiltRequest =
  | { readonly valid: true; readonly request: ManageRequest }
  | { readonly valid: false; readonly failure: Failure };

/** Builds the request that an invocation asks of its operation, or says what is wrong: of its inputs, everything at once. */
export function buildRequest(operation: Operation, invocation: Invocation): BuiltRequest {
  const given = Object.entries(invocation.inputs ?? {}).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  const wantsBytes = given.some(([name, value]) => name === 'return' && value === 'binary');
  const inputs = readInputs(operation, given);
  if (inputs.problems.length > 0) return invalid('invalid_inputs', operation, inputs.problems);

  const filled = fillPath(operation.path, inputs.path);
  if ('offender' in filled) {
    const problem = `Input '${filled.offender}' does not fit into one segment of the path: it is empty, a dot segment, or holds a slash or a control character.`;
    return invalid('invalid_inputs', operation, [problem]);
  }
  const body = readBody(operation, invocation.request ?? undefined);
  if ('problem' in body) return invalid('invalid_request', operation, [body.problem]);
  const { method, version } = operation;
  const request = { method, path: filled.path, query: inputs.query.join('&'), body, version, wantsBytes };
  return { valid: true, request: { ...request, writes: writes(operation) } };
}

/** Searches and counts are reads though they are POSTs; every other POST counts as a write (connectwise-api.md, Appendix B). */
export function writes({ method, path }: Operation): boolean {
  return method !== 'GET' && !(method === 'POST' && /\/(?:search|count)$/.test(path));
}

function invalid(reason: string, operation: Operation, problems: readonly string[]): BuiltRequest {
  const message = `${operation.operationId} was not sent. ${paragraph(problems)}`;
  return { valid: false, failure: { reason, message } };
}

interface ReadInputs {
  readonly path: Map<string, string>;
  readonly query: string[];
  readonly problems: string[];
}

function readInputs(operation: Operation, given: readonly (readonly [string, unknown])[]): ReadInputs {
  const read: ReadInputs = { path: new Map(), query: [], problems: [] };
  const names = [...operation.inputs.map((input) => input.name), 'return'];
  for (const [name, value] of given) {
    const input = operation.inputs.find((candidate) => candidate.name === name);
    if (input) readInput(input, value, read);
    else if (name !== 'return')
      read.problems.push(`There is no input ${quoted(name)}${suggestion(name, names)}.`);
    else if (value !== 'binary') read.problems.push(`Input 'return' takes "binary" only.`);
  }
  for (const { name, in: place, type } of operation.inputs) {
    const isMissing = place === 'path' && !given.some(([givenName]) => givenName === name);
    if (isMissing) read.problems.push(`Input '${name}' (${type}, in the path) is missing.`);
  }
  return read;
}

function readInput(input: Input, value: unknown, read: ReadInputs): void {
  const { name } = input;
  if (input.type === 'object') {
    const members = flatMembers(value);
    // ASP.NET binds an object of the query by dotted names.
    for (const [member, inner] of members ?? []) read.query.push(pair(`${name}.${member}`, inner));
    if (!members) read.problems.push(`Input '${name}' must be an object of strings, numbers and booleans.`);
    return;
  }
  const text = scalarText(input, value);
  if (text === undefined) read.problems.push(`Input '${name}' must be ${expected(input)}.`);
  else if (input.in === 'path') read.path.set(name, text);
  else read.query.push(pair(name, text));
}

function flatMembers(value: unknown): readonly (readonly [string, string])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value);
  const isFlat = members.every(
    ([name, inner]) =>
      // Half of a surrogate pair has no UTF-8: encoding it into a URL throws.
      ['string', 'number', 'boolean'].includes(typeof inner) && `${name}${inner}`.isWellFormed(),
  );
  return isFlat ? members.map(([name, inner]) => [name, String(inner)]) : undefined;
}

/** The text that goes into the URL; undefined where the value is of another type. `"42"` is an integer there as much as 42. */
function scalarText(input: Input, value: unknown): string | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  const text = String(value);
  switch (input.type) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? text : undefined;
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? text : undefined;
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined;
    default:
      return typeof value === 'boolean' || !text.isWellFormed() ? undefined : text;
  }
}

function expected({ type, enum: values }: Input): string {
  if (type === 'integer') return 'a whole number';
  if (type === 'boolean') return 'true or false';
  return values ? `a string such as ${values.slice(0, 3).join(', ')}` : `a ${type}`;
}

const pair = (name: string, text: string) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;

function readBody(operation: Operation, request: unknown): RequestBody | { readonly problem: string } {
  const { body } = operation;
  if (request === undefined) {
    const isMissing = (body.kind === 'json' || body.kind === 'multipart') && body.required;
    return isMissing
      ? { problem: `'request' is missing: ${operation.method} ${operation.path} needs a body.` }
      : { kind: 'none' };
  }
  switch (body.kind) {
    case 'none':
      return {
        problem: `'request' does not belong here: ${operation.method} ${operation.path} takes no body.`,
      };
    case 'multipart':
      return readForm(request);
    case 'undeclared':
      // An upload that the document forgot to describe (openapi-document.md §3) is told by its file.
      return typeof request === 'object' && request !== null && 'file' in request
        ? readForm(request)
        : { kind: 'json', text: JSON.stringify(request) };
    default:
      return { kind: 'json', text: JSON.stringify(request) };
  }
}
