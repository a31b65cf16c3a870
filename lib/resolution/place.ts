import type { Operation, Schema } from '../catalogue/operation.ts';
import { itemPath, memberPath } from '../preflight/finding.ts';
import { isPatch } from '../preflight/patch.ts';
import { declaredAs } from '../preflight/value.ts';
import { resolved, type Walk } from '../preflight/walk.ts';
import { isReference } from './source.ts';

/** Where a request names something that ConnectWise knows by its id. */
export type Place = NamedRecord | NamedFields;

/** A record by its name, where the document has a reference. */
export interface NamedRecord {
  readonly kind: 'record';
  /** Such as `request.status` or `request[0].value`. */
  readonly path: string;
  readonly name: string;
  /** The reference's component: `ServiceStatusReference`. */
  readonly reference: string;
  /** The member as the document spells it: `status`. */
  readonly member: string;
  readonly owner: Owner;
}

/** Custom fields by their captions. */
export interface NamedFields {
  readonly kind: 'fields';
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
  /** They are those of the record itself, not of something within it. */
  readonly isOfRecord: boolean;
}

/** The object that a member stands in; its other members may say where to look a name up. */
export interface Owner {
  readonly schema: Schema;
  /** It is the record that the operation writes. */
  readonly isRecord: boolean;
  /** Another member, by the name that the document gives it; undefined where the request does not set it. */
  sibling(member: string): { readonly value: unknown; readonly path: string } | undefined;
}

/** Where a walk stands: `depth` is 0 at a record. */
interface Spot {
  readonly path: string;
  readonly member: string;
  readonly owner: Owner;
  readonly depth: number;
}

type SchemaOf = Walk['schemaOf'];
type Replace = (place: Place) => unknown;

/** As deep as preflight looks (preflight/value.ts): what lies deeper is not seen. */
const maxDepth = 20;

/**
 * The operation's request with every name in it replaced. What is no name stays as it is, be it right or wrong: preflight
 * has the last word. A name is a text, not empty, where the document has a reference, or an object where it has a list of
 * custom fields; in a patch, so is a change's value, by the member that its path leads to.
 */
export function rewrite(
  operation: Operation,
  request: unknown,
  schemaOf: SchemaOf,
  replace: Replace,
): unknown {
  const { body, success } = operation;
  if (body.kind !== 'json') return request;
  if (!isPatch(operation)) return rewriteValue(request, body.schema, top('request'), { schemaOf, replace });
  if (!Array.isArray(request)) return request;
  const record = resolved(success.schema ?? {}, { schemaOf });
  const changes = request.map(readChange);
  const owner = patched(record, changes);
  return request.map((change: unknown, place) => {
    const read = changes[place];
    if (!isObject(change) || !read || read.op === 'remove') return change;
    const spot = { path: `${itemPath('request', place)}.value`, member: read.member, owner, depth: 1 };
    const value = rewriteChange(read, record, spot, { schemaOf, replace });
    return { ...change, value };
  });
}

interface Rewriting {
  readonly schemaOf: SchemaOf;
  readonly replace: Replace;
}

const nobody: Owner = { schema: {}, isRecord: false, sibling: () => undefined };
const top = (path: string): Spot => ({ path, member: '', owner: nobody, depth: 0 });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function rewriteValue(value: unknown, schema: Schema, spot: Spot, rewriting: Rewriting): unknown {
  if (spot.depth > maxDepth) return value;
  const { schemaOf, replace } = rewriting;
  const declared = resolved(schema, { schemaOf });
  if (typeof value === 'string') {
    const { path, member, owner } = spot;
    if (value.trim() === '' || !isReference(schema.$ref, declared)) return value;
    return replace({ kind: 'record', path, name: value, reference: schema.$ref, member, owner });
  }
  if (Array.isArray(value)) {
    const { items } = declared;
    return items ? value.map((item, place) => rewriteItem(item, items, place, spot, rewriting)) : value;
  }
  if (!isObject(value)) return value;
  if (declared.items?.$ref === 'CustomFieldValue') {
    const values = new Map(Object.entries(value));
    return replace({ kind: 'fields', path: spot.path, values, isOfRecord: spot.depth === 1 });
  }
  return rewriteMembers(value, declared, spot, rewriting);
}

function rewriteItem(item: unknown, schema: Schema, place: number, spot: Spot, rewriting: Rewriting) {
  // The items of a list at the top are records themselves: a bulk call.
  const depth = spot.depth === 0 ? 0 : spot.depth + 1;
  return rewriteValue(item, schema, { ...spot, path: itemPath(spot.path, place), depth }, rewriting);
}

function rewriteMembers(
  value: Readonly<Record<string, unknown>>,
  declared: Schema,
  { path, depth }: Spot,
  rewriting: Rewriting,
): unknown {
  const { properties = {} } = declared;
  const owner: Owner = {
    schema: declared,
    isRecord: depth === 0,
    sibling: (member) => {
      const name = Object.keys(value).find((given) => declaredAs(given, properties) === member);
      return name === undefined ? undefined : { value: value[name], path: memberPath(path, name) };
    },
  };
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => {
    const member = declaredAs(name, properties);
    const schema = member === undefined ? undefined : properties[member];
    if (member === undefined || schema === undefined) return [name, inner];
    const spot = { path: memberPath(path, name), member, owner, depth: depth + 1 };
    return [name, rewriteValue(inner, schema, spot, rewriting)];
  });
  return Object.fromEntries(entries);
}

/** A change of a patch, as far as it can be read. */
interface Change {
  readonly op: unknown;
  readonly segments: readonly string[];
  /** The member of the record that the path begins with. */
  readonly member: string;
  readonly value: unknown;
}

function readChange(change: unknown): Change | undefined {
  if (!isObject(change) || typeof change['path'] !== 'string') return undefined;
  const segments = change['path'].replace(/^\//, '').split('/').slice(0, maxDepth);
  return { op: change['op'], segments, member: segments[0] ?? '', value: change['value'] };
}

/** The record as the changes leave it, as far as they say: the last one that touches a member counts. */
function patched(schema: Schema, changes: readonly (Change | undefined)[]): Owner {
  const { properties = {} } = schema;
  return {
    schema,
    isRecord: true,
    sibling: (member) => {
      const place = changes.findLastIndex(
        (change) => change !== undefined && declaredAs(change.member, properties) === member,
      );
      const change = changes[place];
      return change && { value: valueAfter(change), path: `${itemPath('request', place)}.value` };
    },
  };
}

/** What a change makes of its member. A path within it, such as `board/id`, says as much as an object with that member. */
function valueAfter({ op, segments, value }: Change): unknown {
  if (op === 'remove') return null;
  const [, inner, ...deeper] = segments;
  if (inner === undefined) return value;
  return deeper.length === 0 ? { [inner]: value } : null;
}

/** The place of an item in a list, or the end of it. */
const listPlace = /^(?:\d{1,6}|-)$/;

function rewriteChange(change: Change, record: Schema, spot: Spot, rewriting: Rewriting): unknown {
  let schema = record;
  for (const segment of change.segments) {
    const { properties = {}, items } = resolved(schema, rewriting);
    const member = declaredAs(segment, properties);
    const next = items && listPlace.test(segment) ? items : properties[member ?? ''];
    if (!next) return change.value;
    schema = next;
  }
  const { items } = resolved(schema, rewriting);
  const isAdded = items !== undefined && change.op === 'add' && typeof change.value === 'string';
  const isWithin = change.segments.some((segment, depth) => depth > 0 && !listPlace.test(segment));
  // What surrounds a member within a member is not in the patch.
  const at = isWithin ? { ...spot, owner: nobody, depth: 2 } : spot;
  return rewriteValue(change.value, isAdded ? items : schema, at, rewriting);
}
