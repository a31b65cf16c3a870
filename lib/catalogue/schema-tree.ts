import type { Schema } from './operation.ts';
import type { WholeSchema } from './sample.ts';

/** Unless told: a tree is to be read at a glance. */
const glance = 40;
const mostInner = 6;

/** What a request or response is called, such as Ticket, and its members: those at the top, each in a line. */
interface Tree {
  readonly name: string;
  readonly members: readonly Member[];
  /** How many members are left out. */
  readonly more: number;
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** What the document says of it: an empty text mostly. */
  readonly description: string;
}

/**
 * The members of a request or response, the required ones first, with the names of what is inside of each: two levels,
 * no more.
 */
export function treeOf({ schema, components }: WholeSchema, mostMembers = glance): Tree {
  const item = schema.items ?? schema;
  const { properties = {}, required = [] } = resolved(item, components);
  const members = Object.entries(properties)
    .map(([name, member]) => ({
      name,
      type: typeOf(member, components),
      required: required.includes(name),
      description: (member.description ?? '').replaceAll(/\s+/g, ' ').trim(),
    }))
    .toSorted((one, other) => Number(other.required) - Number(one.required));
  return {
    name: nameOf(item),
    members: members.slice(0, mostMembers),
    more: Math.max(0, members.length - mostMembers),
  };
}

type Components = WholeSchema['components'];

const resolved = (schema: Schema, components: Components): Schema =>
  schema.$ref === undefined ? schema : (components[schema.$ref] ?? {});

const nameOf = ({ $ref, type, format }: Schema): string => $ref ?? format ?? type ?? 'anything';

/** `string`, `date-time`, `BoardReference { id, name }`, `list of string`. */
function typeOf(schema: Schema, components: Components): string {
  if (schema.items) return `list of ${typeOf(schema.items, components)}`;
  if (schema.additionalProperties) return `map of ${nameOf(schema.additionalProperties)}`;
  const inner = Object.keys(resolved(schema, components).properties ?? {});
  if (inner.length > 0) {
    const more = inner.length > mostInner ? ', …' : '';
    return `${nameOf(schema)} { ${inner.slice(0, mostInner).join(', ')}${more} }`;
  }
  return schema.enum ? schema.enum.join(' | ') : nameOf(schema);
}
