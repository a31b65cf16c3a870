import { jsonLanguage } from '@codemirror/lang-json';
import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { isPatch } from '../../lib/preflight/patch.ts';
import { resolved } from '../../lib/preflight/walk.ts';
import { type JsonNode, nameOf, propertiesOf } from './request-marks.ts';
import type { Suggestion, Suggestions } from './suggestion.ts';

/** What a request is written for. */
export interface Requested {
  readonly operation: Operation;
  readonly schemaOf: (name: string) => Schema | undefined;
}

const nothing: Suggestions = { from: 0, options: [] };

/** What to offer at a place of a request: the members that its schema has and the text has not, and the values that it lists. */
export function suggestForRequest(text: string, position: number, requested: Requested): Suggestions {
  const { body } = requested.operation;
  if (!('schema' in body)) return nothing;
  const at = jsonLanguage.parser.parse(text).resolveInner(position, -1);
  const owner = ownerOf(at);
  if (!owner) return nothing;
  const schema = schemaAt(owner, text, body.schema, requested);
  if (owner.name === 'Object' && isNamePlace(at)) return names(at, owner, text, position, schema, requested);
  return values(at, owner, text, position, schema, requested);
}

/** The object, the list or the property that a place belongs to. */
function ownerOf(at: JsonNode): JsonNode | undefined {
  const isName = at.name === 'PropertyName';
  for (let node: JsonNode | null = isName ? (at.parent?.parent ?? null) : at; node; node = node.parent) {
    if (['Object', 'Property', 'Array'].includes(node.name)) return node;
  }
  return undefined;
}

const isNamePlace = ({ name, type }: JsonNode) =>
  ['PropertyName', 'Object', '{', ','].includes(name) || type.isError;

/** The schema of an object or list, or of the value of a property: followed down from the top. */
function schemaAt(node: JsonNode, text: string, top: Schema, requested: Requested): Schema {
  const way: (string | undefined)[] = [];
  for (let at: JsonNode | null = node; at; at = at.parent) {
    if (at.name === 'Property') way.unshift(nameOf(at, text));
    // Of the list itself, where the cursor is among its items, an item is what is written.
    else if (at.name === 'Array') way.unshift(undefined);
  }
  let schema = resolved(top, requested);
  for (const name of way) {
    const next =
      name === undefined ? schema.items : (schema.properties?.[name] ?? schema.additionalProperties);
    schema = resolved(next ?? {}, requested);
  }
  return schema;
}

function names(
  at: JsonNode,
  object: JsonNode,
  text: string,
  position: number,
  { properties = {}, required = [] }: Schema,
  requested: Requested,
): Suggestions {
  const isInName = at.name === 'PropertyName';
  const [bare = ''] = isInName ? [''] : (/[\w"]*$/.exec(text.slice(0, position)) ?? []);
  const given = new Set(propertiesOf(object).map((property) => nameOf(property, text)));
  if (isInName) given.delete(text.slice(at.from + 1, at.to - 1));
  const hasColon = /^\w*"?\s*:/.test(text.slice(position));
  const options = Object.entries(properties)
    .filter(([name]) => !given.has(name) && name !== '_info')
    .sort(([one], [other]) => Number(required.includes(other)) - Number(required.includes(one)))
    .map(([name, schema]): Suggestion => {
      const opening = hasColon ? '' : `: ${openingOf(resolved(schema, requested))}`;
      const detail = `${typeOf(schema, requested)}${required.includes(name) ? ', required' : ''}`;
      return { label: `"${name}"`, insert: `"${name}"${opening}`, detail };
    });
  return { from: isInName ? at.from : position - bare.length, options };
}

/** What a value begins with, where that is all that can be known of it. */
function openingOf({ type, enum: choices }: Schema): string {
  if (choices) return '';
  return { object: '{ ', array: '[', string: '"' }[String(type)] ?? '';
}

function typeOf(schema: Schema, requested: Requested): string {
  const { type = 'anything', enum: choices, format, items } = resolved(schema, requested);
  if (choices) return 'choice';
  if (type === 'array') return `list of ${schema.items?.$ref ?? items?.$ref ?? items?.type ?? 'anything'}`;
  return schema.$ref ?? format ?? type;
}

function values(
  at: JsonNode,
  owner: JsonNode,
  text: string,
  position: number,
  schema: Schema,
  requested: Requested,
): Suggestions {
  const isText = at.name === 'String';
  const [bare = ''] = isText ? [''] : (/[\w"]*$/.exec(text.slice(0, position)) ?? []);
  const from = isText ? at.from : position - bare.length;
  const patched = owner.name === 'Property' ? patchValues(nameOf(owner, text), requested) : [];
  const choices = [...patched, ...(schema.enum ?? [])];
  if (choices.length > 0)
    return { from, options: choices.map((choice) => ({ label: JSON.stringify(choice) })) };
  if (schema.type === 'boolean') return { from, options: [{ label: 'true' }, { label: 'false' }] };
  return nothing;
}

/** The ops of a patch, and the paths: the members of what comes back. */
function patchValues(name: string, requested: Requested): readonly string[] {
  if (!isPatch(requested.operation)) return [];
  if (name === 'op') return ['replace', 'add', 'remove'];
  const record = resolved(requested.operation.success.schema ?? {}, requested);
  return name === 'path' ? Object.keys(record.properties ?? {}).filter((it) => it !== '_info') : [];
}
