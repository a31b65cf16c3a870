import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { isRecord } from './mutant.ts';

/** A member of a request, and where it is. */
export interface Site {
  /** From the top of the request: `['company', 'id']`, `[0, 'value']`. */
  readonly keys: readonly (string | number)[];
  readonly name: string;
  /** The member's own schema, its reference followed. */
  readonly schema: Schema;
  /** The object that it is a member of, and that object's schema. */
  readonly owner: Readonly<Record<string, unknown>>;
  readonly ownerSchema: Schema;
}

/** Every declared member of a value, at every depth. Members of maps have no name that could be wrong. */
export function sitesOf(
  value: unknown,
  schema: Schema,
  catalogue: Catalogue,
  keys: readonly (string | number)[] = [],
): readonly Site[] {
  const declared = schema.$ref === undefined ? schema : (catalogue.schema(schema.$ref) ?? {});
  if (Array.isArray(value)) {
    return value.flatMap((item, place) => sitesOf(item, declared.items ?? {}, catalogue, [...keys, place]));
  }
  if (!isRecord(value)) return [];
  return Object.entries(declared.properties ?? {}).flatMap(([name, member]) => {
    const here = [...keys, name];
    const resolved = member.$ref === undefined ? member : (catalogue.schema(member.$ref) ?? {});
    const site = { keys: here, name, schema: resolved, owner: value, ownerSchema: declared };
    return [site, ...sitesOf(value[name], resolved, catalogue, here)];
  });
}

export const pathOf = (keys: readonly (string | number)[]): string =>
  keys.reduce<string>((path, key) => path + (typeof key === 'number' ? `[${key}]` : `.${key}`), 'request');

/** The same value with what is at `keys` changed; only what leads there is copied. */
export function changedAt(
  value: unknown,
  [key, ...rest]: readonly (string | number)[],
  change: (old: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((item, place) => (place === key ? changedAt(item, rest, change) : item));
  return isRecord(value) ? { ...value, [key]: changedAt(value[key], rest, change) } : value;
}
