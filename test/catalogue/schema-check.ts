import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';

/** What a value has wrong against a schema, as sentences: strict, so that an example with an unknown member is found. */
export function problems(value: unknown, schema: Schema, catalogue: Catalogue, at = '$'): readonly string[] {
  if (schema.$ref !== undefined) {
    const component = catalogue.schema(schema.$ref);
    return component ? problems(value, component, catalogue, at) : [`${at}: there is no ${schema.$ref}`];
  }
  switch (schema.type) {
    case undefined:
      return value === undefined ? [`${at} is missing`] : [];
    case 'object':
      return objectProblems(value, schema, catalogue, at);
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, place) => problems(item, schema.items ?? {}, catalogue, `${at}[${place}]`))
        : [`${at} is no array`];
    case 'integer':
      return Number.isInteger(value) ? [] : [`${at} is no integer`];
    case 'string':
      return stringProblems(value, schema, at);
    default:
      return typeof value === schema.type ? [] : [`${at} is no ${schema.type}`];
  }
}

function objectProblems(value: unknown, schema: Schema, catalogue: Catalogue, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`];
  const members = new Map<string, unknown>(Object.entries(value));
  const missing = (schema.required ?? [])
    .filter((name) => !members.has(name))
    .map((name) => `${at}.${name} is missing`);
  const wrong = [...members].flatMap(([name, member]) => {
    const declared = schema.properties?.[name] ?? schema.additionalProperties;
    return declared ? problems(member, declared, catalogue, `${at}.${name}`) : [`${at}.${name} is unknown`];
  });
  return [...missing, ...wrong];
}

const formats: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

function stringProblems(
  value: unknown,
  { enum: values, format = '', maxLength = Infinity }: Schema,
  at: string,
): readonly string[] {
  if (typeof value !== 'string') return [`${at} is no string`];
  if (values && !values.includes(value)) return [`${at} is not one of its enum`];
  if (value.length > maxLength || value.trim() === '') return [`${at} is too long or empty`];
  return formats[format]?.test(value) === false ? [`${at} is no ${format}`] : [];
}

/** The names of every component that a schema refers to, at any depth. */
export function references({ $ref, properties, items, additionalProperties }: Schema): readonly string[] {
  const inner = [...Object.values(properties ?? {}), items, additionalProperties].flatMap(
    (part) => part ?? [],
  );
  return [...($ref === undefined ? [] : [$ref]), ...inner.flatMap(references)];
}
