import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import { field } from '../conditions/builder.ts';
import { printConditions, UnprintableCondition } from '../conditions/printing.ts';
import type { Invocation } from '../invocation.ts';
import { resolved } from '../preflight/walk.ts';
import { buildRequest, type ManageRequest } from '../request.ts';
import { type Reading, type Seen, seenCreated, seenDeleted, seenReplaced } from './seen.ts';

/** A read that tells what became of a write. */
export interface LookUp {
  readonly operation: Operation;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly request: ManageRequest;
  /**
   * It shows a write as soon as that is executed. Lists may lag behind, and a deleted record may be shown for a moment more
   * (connectwise-api.md §9.2): that these show no trace means nothing yet.
   */
  readonly isPrompt: boolean;
  /** What its answer says of the write. */
  readonly read: (reading: Reading) => Seen;
}

/**
 * The read that settles a write whose outcome is in doubt, or why there is none:
 * - the message's own `confirm`;
 * - PUT, DELETE and patches that only replace: the record itself;
 * - POST: a list by the natural key that the new record was given.
 */
export function lookUpFor(
  operation: Operation,
  invocation: Invocation,
  catalogue: Catalogue,
): LookUp | { readonly none: string } {
  const { confirm } = invocation;
  if (confirm) return confirmation(confirm, catalogue);
  if (operation.method === 'POST') return byNaturalKey(operation, invocation, catalogue);
  return readBack(operation, invocation, catalogue);
}

type Confirm = NonNullable<Invocation['confirm']>;

/** The look-up that a message brings along, or a sentence that says what is wrong with it. */
export function confirmation(confirm: Confirm, catalogue: Catalogue): LookUp | { readonly none: string } {
  const operation = catalogue.find(confirm.operationId);
  if (operation?.success.kind !== 'list' || operation.method !== 'GET')
    return { none: `'confirm.operationId' must name a GET operation that answers a list.` };
  const { unique = false } = confirm;
  const inputs = { ...newestFirst, ...confirm.inputs };
  return build(operation, inputs, catalogue, { isPrompt: false, read: (it) => seenCreated(it, unique) });
}

/** Whoever wrote the same key before is older: the new record stands at the front. */
const newestFirst = { orderBy: 'id desc', pageSize: 100 };

function build(
  operation: Operation,
  inputs: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
  reader: Pick<LookUp, 'isPrompt' | 'read'>,
): LookUp | { readonly none: string } {
  const isKnown = (name: string) => operation.inputs.some((input) => input.name === name);
  const given = Object.fromEntries(
    Object.entries(inputs).filter(([name]) => !(name in newestFirst) || isKnown(name)),
  );
  const built = buildRequest(
    operation,
    { version: 1, connection: '-', operationId: operation.id, inputs: given },
    catalogue,
  );
  if (!built.valid) return { none: `The look-up is not valid: ${built.failure.message}` };
  return { operation, inputs: given, request: built.request, ...reader };
}

/** The record is read by the same path; the document has no ETag or version to ask by (connectwise-api.md §7.5). */
function readBack(
  operation: Operation,
  invocation: Invocation,
  catalogue: Catalogue,
): LookUp | { readonly none: string } {
  const reader = /\}\/?$/.test(operation.path) ? catalogue.find(`GET ${operation.path}`) : undefined;
  if (!reader)
    return { none: `${operation.method} ${operation.path} names no record that can be read back.` };
  const names = reader.inputs.filter((input) => input.in === 'path').map((input) => input.name);
  const given = Object.entries(invocation.inputs ?? {}).filter(([name]) => names.includes(name));
  const inputs = Object.fromEntries(given);
  if (operation.method === 'DELETE')
    return build(reader, inputs, catalogue, { isPrompt: false, read: seenDeleted });
  const sent = operation.method === 'PATCH' ? replacements(invocation.request) : invocation.request;
  if (sent === undefined) return { none: 'Only patches that replace can be told by reading back.' };
  return build(reader, inputs, catalogue, { isPrompt: true, read: (it) => seenReplaced(it, sent) });
}

/** What a patch sets, as the members that the record has then; undefined where it adds or removes. */
function replacements(patch: unknown): object | undefined {
  if (!Array.isArray(patch) || patch.length === 0) return undefined;
  const wanted: Record<string, unknown> = {};
  for (const change of patch) {
    const { op, path, value }: Readonly<Record<string, unknown>> = { ...change };
    if (op !== 'replace' || typeof path !== 'string') return undefined;
    const segments = path.replace(/^\//, '').split('/');
    // Places of a list move: only names tell what was meant.
    if (segments.some((segment) => /^\d*$/.test(segment))) return undefined;
    const inner = segments.slice(1).reduceRight<unknown>((member, name) => ({ [name]: member }), value);
    wanted[segments[0] ?? ''] = inner;
  }
  return wanted;
}

/**
 * Members by which a new record can be found again: those that integrations write their own key into, and the identifier,
 * which ConnectWise keeps unique.
 */
const naturalKeys: readonly string[] = ['externalXRef', 'integrationXRef', 'integrationXref', 'identifier'];

function byNaturalKey(
  operation: Operation,
  { inputs, request }: Invocation,
  catalogue: Catalogue,
): LookUp | { readonly none: string } {
  const none = { none: 'The new record has no natural key to look for, and the message brought no confirm.' };
  const list = catalogue.find(`GET ${operation.path}`);
  if (list?.success.kind !== 'list' || typeof request !== 'object' || request === null) return none;
  const item = resolved(list.success.schema?.items ?? {}, { schemaOf: catalogue.schema });
  for (const name of naturalKeys) {
    const value: unknown = Reflect.get(request, name);
    if (typeof value !== 'string' || value === '' || !item.properties?.[name]) continue;
    const conditions = equality(name, value);
    if (conditions === undefined) continue;
    const given = { ...newestFirst, ...inputs, conditions };
    return build(list, given, catalogue, { isPrompt: false, read: (it) => seenCreated(it, false) });
  }
  return none;
}

function equality(name: string, value: string): string | undefined {
  try {
    return printConditions(field(name).equals(value));
  } catch (error) {
    if (error instanceof UnprintableCondition) return undefined;
    throw error;
  }
}
