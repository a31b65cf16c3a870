import type { Catalogue } from './catalogue.ts';
import { exampleText } from './example-text.ts';
import { singularOf } from './noun.ts';
import type { Input, Operation, Schema } from './operation.ts';

/** The path inputs of an example, and the two that a list of documents needs in practice (connectwise-api.md §8). */
export function exampleInputs({ path, method, inputs }: Operation): Readonly<Record<string, unknown>> {
  const isNeeded = ({ in: place, name }: Input) =>
    place === 'path' ||
    (method === 'GET' && path.startsWith('/system/documents') && ['recordType', 'recordId'].includes(name));
  return Object.fromEntries(inputs.filter(isNeeded).map((input) => [input.name, inputValue(input)]));
}

function inputValue({ name, type, enum: values }: Input): unknown {
  if (type === 'boolean') return false;
  if (type === 'object') return {};
  if (type !== 'string') return 1;
  if (name === 'recordType') return 'Ticket';
  if (name === 'reportName') return 'Service';
  // The first member of the simulator, so that a sample runs against it as it is.
  if (name === 'memberIdentifier') return 'AdaAbbott1';
  return values?.[0] ?? 'example';
}

/**
 * A request as a person would send it: what the schema requires and a few members that say something.
 * undefined where there is no body, or none that the document declares.
 */
export function exampleRequest(operation: Operation, catalogue: Catalogue): unknown {
  const { body, method, path } = operation;
  if (body.kind === 'none' || body.kind === 'undeclared') return undefined;
  if (body.kind === 'multipart') return formOf(body.schema, catalogue);
  if (body.schema.items?.$ref === 'PatchOperation') return [patchOf(operation, catalogue)];
  const identified = method === 'PUT' && path.endsWith('/bulk');
  return valueFor(body.schema, { catalogue, depth: 0, name: '', owner: '', identified, path });
}

/** Where a value stands: what it is called, in what, and how deep. */
interface Place {
  readonly catalogue: Catalogue;
  readonly depth: number;
  readonly name: string;
  /** The component that the member belongs to, such as `TicketNote`. */
  readonly owner: string;
  /** Records are named by their id: in bulk calls nothing else does. */
  readonly identified: boolean;
  /** The operation's path: the record that it names need not be named again. */
  readonly path: string;
}

/** Nothing that the document requires lies deeper: it has a depth of five, and no cycle but one (openapi-document.md §6). */
const maxDepth = 6;

function valueFor(schema: Schema, place: Place): unknown {
  if (schema.$ref !== undefined) {
    const component = place.catalogue.schema(schema.$ref);
    return component ? valueFor(component, { ...place, owner: schema.$ref }) : {};
  }
  switch (schema.type) {
    case 'object':
      return objectOf(schema, place);
    case 'array':
      return place.depth >= maxDepth ? [] : [valueFor(schema.items ?? {}, place)];
    case 'boolean':
      return place.name === 'detailDescriptionFlag';
    case 'integer':
    case 'number':
      return numberOf(place.name, schema.format);
    default:
      return exampleText(schema, place);
  }
}

function objectOf(schema: Schema, place: Place): Readonly<Record<string, unknown>> {
  const properties = schema.properties ?? {};
  const members = chosen(schema, place).map((name) => {
    const inner = { ...place, depth: place.depth + 1, name };
    return [name, valueFor(properties[name] ?? {}, inner)] as const;
  });
  return Object.fromEntries(members);
}

/** What says most about a record, best first. */
const telling = [
  'identifier', 'name', 'firstName', 'lastName', 'summary', 'title', 'subject', 'caption', 'description', 'text',
  'detailDescriptionFlag', 'company', 'board', 'member', 'assignTo', 'conditions', 'chargeToType',
  'chargeToId', 'timeStart', 'timeEnd', 'dateStart', 'dateEnd', 'quantity', 'price', 'notes', 'url', 'value', 'ids',
]; // biome-ignore format: a list of words
const mostTelling = 6;

function chosen(schema: Schema, { depth, identified, path }: Place): readonly string[] {
  const names = Object.keys(schema.properties ?? {});
  const required = names.filter((name) => isRequired(name, schema));
  if (depth >= maxDepth) return [];
  // Another record is named by its id: the reply shows the rest (connectwise-api.md §7.1).
  if (depth > 0 && names.includes('id')) return [...new Set(['id', ...required])];
  const more =
    depth === 0 ? telling.filter((name) => names.includes(name) && !owners(path).includes(name)) : [];
  const room = Math.max(0, mostTelling - required.length);
  const picked = new Set([
    ...(identified && names.includes('id') ? ['id'] : []),
    ...required,
    ...more.filter((name) => !required.includes(name)).slice(0, room),
  ]);
  if (picked.size > 0) return names.filter((name) => picked.has(name));
  return names.filter((name) => !['id', '_info', 'customFields'].includes(name)).slice(0, 2);
}

/** The document requires some members in words only: those of a callback (connectwise-api.md §9.4). */
const isRequired = (name: string, { required = [], properties = {} }: Schema) =>
  required.includes(name) || properties[name]?.description?.trim() === 'Required Reference';

/** The kinds of record that a path names by id before its last segment: `company` in `/company/companies/{parentId}/notes`. */
function owners(path: string): readonly string[] {
  return [...path.matchAll(/(\w+)\/\{\w+\}\//g)].map(([, segment = '']) => singularOf(segment));
}

function numberOf(name: string, format: string | undefined): number {
  if (/year$/i.test(name)) return 2026;
  if (/percent/i.test(name)) return 10;
  if (format === 'double' && /price|cost|amount|total|rate|limit/i.test(name)) return 100;
  return 1;
}

/** A change of one member that the record really has. A reference would be replaced whole, so a plain one is chosen. */
function patchOf({ success, path }: Operation, catalogue: Catalogue): unknown {
  const owner = success.schema?.$ref ?? '';
  const properties = Object.entries(catalogue.schema(owner)?.properties ?? {});
  const plain = properties.filter(
    ([name, { type }]) => type !== undefined && !isSettled(name) && type !== 'object' && type !== 'array',
  );
  const rank = (name: string) => (telling.includes(name) ? telling.indexOf(name) : telling.length);
  const [best] = plain.sort(([one], [other]) => rank(one) - rank(other));
  const [name, schema] = best ??
    properties.find(([candidate]) => !isSettled(candidate)) ?? ['name', { type: 'string' as const }];
  return {
    op: 'replace',
    path: name,
    value: valueFor(schema, { catalogue, depth: 1, name, owner, identified: false, path }),
  };
}

const isSettled = (name: string) => ['id', '_info', 'guid', 'connectWiseId', 'mobileGuid'].includes(name);

function formOf(schema: Schema, catalogue: Catalogue): Readonly<Record<string, unknown>> {
  const names = Object.keys(
    (schema.$ref === undefined ? schema : catalogue.schema(schema.$ref))?.properties ?? {},
  );
  const base64 = Buffer.from('An example.\n').toString('base64');
  const values = {
    file: { fileName: 'example.txt', contentType: 'text/plain', base64 },
    recordType: 'Ticket',
    recordId: 1,
    title: 'An example',
  };
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
