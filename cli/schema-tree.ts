import type { Schema } from '../lib/catalogue/operation.ts';
import type { ResponseSchema } from '../lib/catalogue/sample.ts';

/** A tree is to be read at a glance: `--json` has the rest. */
const mostMembers = 40;
const mostInner = 6;

/** What a response is called, as in `a list of Ticket`, and its members: those at the top, each in a line. */
export interface Tree {
  readonly name: string;
  readonly members: readonly (readonly [name: string, type: string])[];
  /** How many members are left out. */
  readonly more: number;
}

/** The members of a response, with the names of what is inside of each: two levels, no more. */
export function treeOf({ schema, components }: ResponseSchema): Tree {
  const item = schema.items ?? schema;
  const members = Object.entries(resolved(item, components).properties ?? {});
  return {
    name: nameOf(item),
    members: members.slice(0, mostMembers).map(([name, member]) => [name, typeOf(member, components)]),
    more: Math.max(0, members.length - mostMembers),
  };
}

type Components = ResponseSchema['components'];

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
