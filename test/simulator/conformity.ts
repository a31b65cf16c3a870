import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kinds: Readonly<Record<NonNullable<Schema['type']>, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: () => true,
};

function stringFaults(value: string, schema: Schema, path: string): string[] {
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: ${value} is none of the enum`];
  if (schema.maxLength !== undefined && value.length > schema.maxLength)
    return [`${path}: longer than ${schema.maxLength}`];
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
  return schema.format === 'date-time' && !isInstant ? [`${path}: ${value} is no instant to the second`] : [];
}

function objectFaults(
  value: Record<string, unknown>,
  schema: Schema,
  path: string,
  catalogue: Catalogue,
): string[] {
  if (schema.properties === undefined) return [];
  const missing = (schema.required ?? []).filter(
    (name) => !Object.keys(value).some((key) => key.toLowerCase() === name.toLowerCase()),
  );
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const known = schema.properties?.[name];
    return known === undefined
      ? [`${path}/${name}: unknown`]
      : faultsOf(member, known, `${path}/${name}`, catalogue);
  });
  return [...missing.map((name) => `${path}/${name}: missing`), ...inner];
}

/** Where a value is not what its schema says; empty for a value that conforms. Independent of the simulator's own code. */
export function faultsOf(value: unknown, schema: Schema, path: string, catalogue: Catalogue): string[] {
  const shape = schema.$ref === undefined ? schema : (catalogue.schema(schema.$ref) ?? {});
  if (shape.type !== undefined && !kinds[shape.type](value))
    return [`${path}: ${JSON.stringify(value)} is no ${shape.type}`];
  if (typeof value === 'string') return stringFaults(value, shape, path);
  if (Array.isArray(value))
    return value.flatMap((item, index) => faultsOf(item, shape.items ?? {}, `${path}/${index}`, catalogue));
  return isObject(value) ? objectFaults(value, shape, path, catalogue) : [];
}
