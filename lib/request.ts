import type { Catalogue } from './catalogue/catalogue.ts';
import type { Method, Operation } from './catalogue/operation.ts';
import { paragraph } from './explanation.ts';
import type { Failure } from './failure.ts';
import { type FormPart, readForm } from './form.ts';
import type { Invocation } from './invocation.ts';
import { fillPath } from './path.ts';
import { isUpload } from './preflight/body.ts';
import type { Finding } from './preflight/finding.ts';
import { givenInputs, inputMembers, inputText, scalarText } from './preflight/input-value.ts';
import { preflight, recordOf } from './preflight/preflight.ts';
import { type Fitted, fitToUrl } from './splitting/fitting.ts';

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
  /** The pages of ConnectWise's own walk by id are asked for (connectwise-api.md §4.8). */
  readonly forwardOnly?: boolean;
  /** A page of a pull is asked for, or as many rows, which may be long: it is sent in the way that costs least. */
  readonly isPage?: boolean;
  /** Sending it twice could do harm. */
  readonly writes: boolean;
}

export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'form'; readonly parts: readonly FormPart[] };

type BuiltRequest =
  | ({ readonly valid: true; readonly warnings: readonly Finding[] } & Omit<Fitted, 'finding'>)
  | { readonly valid: false; readonly failure: Failure & { readonly findings: readonly Finding[] } };

/**
 * Builds the request that an invocation asks of its operation, or says what is wrong with it: everything at once. What
 * stops it is the invocation's `preflight`: errors, with `strict` warnings too, with `warn` only what cannot be built.
 * Filters that make the URL too long are sent in another way (splitting/fitting.ts).
 */
export function buildRequest(
  operation: Operation,
  invocation: Invocation,
  { schema: schemaOf, find }: Pick<Catalogue, 'schema' | 'find'>,
): BuiltRequest {
  const record = recordOf(countedBy(operation, find));
  const findings = preflight(operation, invocation, schemaOf, record);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const stopping = { strict: findings, warn: [], only: errors }[invocation.preflight ?? 'only'];
  const request = stopping.length === 0 ? render(operation, invocation) : undefined;
  if (!request) return refused(operation, stopping.length > 0 ? stopping : errors, findings);
  const { finding, ...fitted } = fitToUrl(request, {
    operation,
    inputs: Object.fromEntries(givenInputs(invocation.inputs)),
    record,
    catalogue: { find, schemaOf },
    render: (inputs) => render(operation, { ...invocation, inputs }),
  });
  const all = finding ? [finding, ...findings] : findings;
  // That a call is sent in another way than it was asked is no doubt: `strict` lets it pass.
  if (finding?.severity === 'error' && invocation.preflight !== 'warn')
    return refused(operation, [finding], all);
  return { valid: true, ...fitted, warnings: all.map((it) => ({ ...it, severity: 'warning' })) };
}

/** The list that a count counts; any other operation as it is. Four counts are spelt `/count/info` (connectwise-api.md §4.10). */
function countedBy(operation: Operation, find: Catalogue['find']): Operation {
  if (operation.success.kind !== 'count') return operation;
  return find(`GET ${operation.path.replace(/\/count(?:\/info)?\/?$/i, '')}`) ?? operation;
}

function refused(
  { operationId }: Operation,
  stopping: readonly Finding[],
  findings: readonly Finding[],
): BuiltRequest {
  const reason = stopping.some(({ path }) => path.startsWith('inputs'))
    ? 'invalid_inputs'
    : 'invalid_request';
  const message = `${operationId} was not sent. ${paragraph(stopping.map((it) => it.message))}`;
  return { valid: false, failure: { reason, message, findings } };
}

/** Searches and counts are reads though they are POSTs; every other POST counts as a write (connectwise-api.md, Appendix B). */
export function writes({ method, path }: Operation): boolean {
  return method !== 'GET' && !(method === 'POST' && /\/(?:search|count)$/.test(path));
}

/** undefined where it cannot be built, which preflight has found before: each such case is one of its errors. */
function render(operation: Operation, invocation: Invocation): ManageRequest | undefined {
  const given = givenInputs(invocation.inputs);
  const values = new Map<string, string>();
  const query: string[] = [];
  for (const [name, value] of given) {
    const input = operation.inputs.find((candidate) => candidate.name === name);
    const text = (input && inputText(input, value)) ?? scalarText(value);
    if (name === 'return' && !input) continue;
    if (input?.type === 'object') {
      const members = inputMembers(value);
      if (!members) return undefined;
      // ASP.NET binds an object of the query by dotted names.
      for (const [member, inner] of members) query.push(pair(`${name}.${member}`, inner));
    } else if (text === undefined || !name.isWellFormed()) return undefined;
    else if (input?.in === 'path') values.set(name, text);
    else query.push(pair(name, text));
  }
  const filled = fillPath(operation.path, values);
  const body = renderBody(operation, invocation.request ?? undefined);
  if ('offender' in filled || !body) return undefined;
  const { method, version } = operation;
  const wantsBytes = given.some(([name, value]) => name === 'return' && value === 'binary');
  const request = { method, path: filled.path, query: query.join('&'), body, version, wantsBytes };
  return { ...request, ...(asksMany(operation, given) && { isPage: true }), writes: writes(operation) };
}

/** From so many rows on, some 100 KB and more, the transport costs more than all else of a call. */
const manyRows = 100;

const asksMany = ({ method, success }: Operation, given: ReturnType<typeof givenInputs>): boolean =>
  method === 'GET' &&
  success.kind === 'list' &&
  given.some(([name, value]) => name === 'pageSize' && Number(value) >= manyRows);

const pair = (name: string, text: string) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;

function renderBody({ body, method }: Operation, request: unknown): RequestBody | undefined {
  if (request === undefined) return { kind: 'none' };
  // fetch throws for a GET with a body.
  if (method === 'GET') return undefined;
  if (body.kind === 'multipart' || (body.kind === 'undeclared' && isUpload(request))) {
    const form = readForm(request);
    return 'kind' in form ? form : undefined;
  }
  return { kind: 'json', text: JSON.stringify(request) };
}
