import type { Schema } from './operation.ts';

/** What became of one member of a schema. */
export type MemberChange =
  | { readonly name: string; readonly change: 'added'; readonly type: string; readonly required: boolean }
  | { readonly name: string; readonly change: 'removed'; readonly type: string }
  | { readonly name: string; readonly change: 'retyped'; readonly from: string; readonly to: string }
  | { readonly name: string; readonly change: 'required'; readonly to: boolean }
  | ({ readonly name: string; readonly change: 'values' } & ValueChange)
  | { readonly name: string; readonly change: 'length'; readonly from?: number; readonly to?: number };

/** Enum values that came and went. */
export interface ValueChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What became of the members of a schema. Members of a schema that is written out in place are named by a path,
 * `owner/login`; what stands behind a `$ref` is left to the component's own comparison.
 */
export function compareMembers(old: Schema, next: Schema): readonly MemberChange[] {
  const [before, after] = [membersOf(old), membersOf(next)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    const required = next.required?.includes(name) ?? false;
    if (!was) return is ? [{ name, change: 'added' as const, type: typeName(is), required }] : [];
    if (!is) return [{ name, change: 'removed' as const, type: typeName(was) }];
    const wasRequired = old.required?.includes(name) ?? false;
    return [
      ...(required === wasRequired ? [] : [{ name, change: 'required' as const, to: required }]),
      ...compareMember(name, was, is),
    ];
  });
}

function compareMember(name: string, was: Schema, is: Schema): readonly MemberChange[] {
  const [from, to] = [typeName(was), typeName(is)];
  if (from !== to) return [{ name, change: 'retyped', from, to }];
  const values = compareValues(valuesOf(was), valuesOf(is));
  const inner = compareMembers(was, is).map((change) => ({ ...change, name: `${name}/${change.name}` }));
  return [
    ...(values ? [{ name, change: 'values' as const, ...values }] : []),
    ...(was.maxLength === is.maxLength ? [] : [lengthChange(name, was, is)]),
    ...inner,
  ];
}

const lengthChange = (name: string, was: Schema, is: Schema): MemberChange => ({
  name,
  change: 'length',
  ...(was.maxLength !== undefined && { from: was.maxLength }),
  ...(is.maxLength !== undefined && { to: is.maxLength }),
});

/** Undefined where the same values are allowed. A list that came or went as a whole counts as all of its values. */
export function compareValues(
  before: readonly string[] = [],
  after: readonly string[] = [],
): ValueChange | undefined {
  const added = after.filter((value) => !before.includes(value));
  const removed = before.filter((value) => !after.includes(value));
  return added.length + removed.length > 0 ? { added, removed } : undefined;
}

const membersOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  schema.properties ?? schema.items?.properties ?? {};

const valuesOf = (schema: Schema) => schema.enum ?? schema.items?.enum;

/** A schema's type in a few words: `string`, `date-time string`, `Ticket`, `array of Ticket`. */
export function typeName({ $ref, type, format, items, additionalProperties }: Schema): string {
  if ($ref !== undefined) return $ref;
  if (type === 'array') return `array of ${items ? typeName(items) : 'anything'}`;
  if (additionalProperties) return `map of ${typeName(additionalProperties)}`;
  if (type === undefined) return 'anything';
  return type === 'string' && format ? `${format} ${type}` : type;
}
