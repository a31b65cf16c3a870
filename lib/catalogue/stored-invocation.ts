import type { Catalogue } from './catalogue.ts';
import { twinsOf } from './difference.ts';
import type { Operation, Schema } from './operation.ts';
import { compareValues, typeName } from './schema-difference.ts';

/** What of an invocation the document decides on. */
export interface StoredInvocation {
  readonly operationId: string;
  readonly inputs?: Readonly<Record<string, unknown>> | null | undefined;
  readonly request?: unknown;
}

/** What both documents have at one place of a request. */
interface Twin {
  readonly old: Schema;
  readonly next: Schema;
}

/** Both catalogues, for the components that references lead to, and which operation has become which. */
interface Change {
  readonly old: Catalogue;
  readonly next: Catalogue;
  readonly twins: ReadonlyMap<Operation, Operation>;
}

export const changeBetween = (old: Catalogue, next: Catalogue): Change => ({
  old,
  next,
  twins: twinsOf(old, next),
});

/**
 * Why an invocation that was right by the older document is not so by the newer one, as sentences; none where nothing
 * hits it, and none where the older document does not know its operation either.
 */
export function hitsOf(
  { operationId, inputs, request }: StoredInvocation,
  change: Change,
): readonly string[] {
  const was = change.old.find(operationId);
  if (!was) return [];
  const is = change.twins.get(was);
  if (!is) return [`Operation ${was.method} ${was.path} is gone.`];
  const found = change.next.find(operationId);
  const misnamed = found === is ? [] : [`'${operationId}' is now called ${is.operationId}.`];
  return [...misnamed, ...inputHits(inputs ?? {}, was, is), ...requestHits(request, was, is, change)];
}

function inputHits(
  given: Readonly<Record<string, unknown>>,
  was: Operation,
  is: Operation,
): readonly string[] {
  const before = new Map(was.inputs.map((input) => [input.name, input]));
  const after = new Map(is.inputs.map((input) => [input.name, input]));
  const hits = Object.entries(given).flatMap(([name, value]) => {
    const [old, next] = [before.get(name), after.get(name)];
    if (!old) return [];
    if (!next) return [`Input '${name}' is gone.`];
    if (old.type !== next.type) return [`Input '${name}' is now ${next.type}, not ${old.type}.`];
    return hasLost(value, old.enum, next.enum) ? [`Input '${name}' no longer takes '${value}'.`] : [];
  });
  const needed = is.inputs.filter(({ name, in: place }) => place === 'path' && !(name in given));
  const added = needed.filter(({ name }) => before.get(name)?.in !== 'path');
  return [...hits, ...added.map(({ name }) => `Input '${name}' is needed now.`)];
}

function requestHits(request: unknown, was: Operation, is: Operation, change: Change): readonly string[] {
  const isGiven = request !== undefined && request !== null;
  if (is.body.kind === 'none')
    return isGiven && was.body.kind !== 'none' ? ['A request is refused now.'] : [];
  if (!isGiven) return 'schema' in is.body && !('schema' in was.body) ? ['A request is needed now.'] : [];
  if (!('schema' in is.body) || !('schema' in was.body)) return [];
  const twin = { old: was.body.schema, next: is.body.schema };
  const records = { old: was.success.schema ?? {}, next: is.success.schema ?? {} };
  const patches = is.method === 'PATCH' && Array.isArray(request) ? request : [];
  return [
    ...valueHits(request, twin, '', change),
    ...missingHits(request, twin, change),
    ...patches.flatMap((patch) => patchHits(patch, records, change)),
  ];
}

/** A patch's path leads through the record: `company/id`, with or without a slash before it. */
function patchHits(patch: unknown, record: Twin, change: Change): readonly string[] {
  if (!isObject(patch) || typeof patch['path'] !== 'string') return [];
  const names = patch['path'].split('/').filter(Boolean);
  const nested = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), patch['value']);
  return valueHits(nested, record, '', change);
}

/** Walks a value along what both documents say of it. `at` is where it stands in the request; empty for all of it. */
function valueHits(value: unknown, twin: Twin, at: string, change: Change): readonly string[] {
  const old = resolved(twin.old, change.old);
  const next = resolved(twin.next, change.next);
  const place = at === '' ? 'The request' : `Member '${at}'`;
  if (old.type !== undefined && next.type !== undefined && old.type !== next.type)
    return [`${place} is now ${typeName(twin.next)}, not ${typeName(twin.old)}.`];
  if (Array.isArray(value)) {
    const items = { old: old.items ?? {}, next: next.items ?? {} };
    return [...new Set(value.flatMap((item) => valueHits(item, items, at, change)))];
  }
  if (isObject(value)) return objectHits(value, { old, next }, at, change);
  if (hasLost(value, old.enum, next.enum)) return [`${place} no longer takes '${value}'.`];
  const [was = Infinity, is = Infinity] = [old.maxLength, next.maxLength];
  const isTooLong = typeof value === 'string' && value.length <= was && value.length > is;
  return isTooLong ? [`${place} may have ${is} characters now.`] : [];
}

function objectHits(value: Given, { old, next }: Twin, at: string, change: Change): readonly string[] {
  const path = (name: string) => (at === '' ? name : `${at}/${name}`);
  return Object.entries(value).flatMap(([name, member]) => {
    const [was, is] = [old.properties?.[name], next.properties?.[name]];
    if (!was) return [];
    return is
      ? valueHits(member, { old: was, next: is }, path(name), change)
      : [`Member '${path(name)}' is gone.`];
  });
}

/** Only of the record itself: a reference is given by its id, whatever its schema demands of a whole one. */
function missingHits(request: unknown, twin: Twin, change: Change): readonly string[] {
  if (!isObject(request)) return [];
  const before = resolved(twin.old, change.old).required;
  const needed = compareValues(before, resolved(twin.next, change.next).required)?.added ?? [];
  return needed.filter((name) => !(name in request)).map((name) => `Member '${name}' is needed now.`);
}

type Given = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const resolved = (schema: Schema, catalogue: Catalogue): Schema =>
  (schema.$ref === undefined ? undefined : catalogue.schema(schema.$ref)) ?? schema;

const hasLost = (value: unknown, before: readonly string[] = [], after?: readonly string[]) =>
  typeof value === 'string' && before.includes(value) && after !== undefined && !after.includes(value);
