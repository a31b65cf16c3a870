import type { Schema } from './operation.ts';

/** A rule for component schemas; one for operations is in mending.ts. */
interface SchemaRule {
  readonly name: string;
  /** Why, and where it is written down. */
  readonly reason: string;
  /** Gives the schema back as it is where the rule does not concern it. */
  readonly apply: (name: string, schema: Schema) => Schema;
}

const anyValue = new Map([
  ['PatchOperation', 'value'],
  ['CustomFieldValue', 'value'],
  ['ConfigurationQuestion', 'answer'],
  ['SurveyResultDetail', 'answer'],
]);

export const schemaRules: readonly SchemaRule[] = [
  {
    name: 'any-json-value',
    reason:
      'Four members are typed as objects but carry any JSON value, mostly strings and numbers (openapi-document.md §6).',
    apply: (name, schema) => {
      const member = anyValue.get(name);
      const declared = member === undefined ? undefined : schema.properties?.[member];
      if (member === undefined || declared?.type !== 'object') return schema;
      const { type: _, ...rest } = declared;
      return { ...schema, properties: { ...schema.properties, [member]: rest } };
    },
  },
  {
    name: 'read-only-flag',
    reason:
      'The form field is ReadOnlyFlag; the document has a typing mistake, `readOnlyFlay` (connectwise-api.md §8).',
    apply: (_, schema) => {
      if (!schema.properties?.['readOnlyFlay']) return schema;
      const renamed = Object.entries(schema.properties).map(([name, member]) =>
        name === 'readOnlyFlay' ? ['readOnlyFlag', member] : [name, member],
      );
      return { ...schema, properties: Object.fromEntries(renamed) };
    },
  },
  {
    name: 'required-in-other-case',
    reason:
      'A required name that differs from its property only in case could never be given: `Server` for `server` (openapi-document.md §4, quirk 9).',
    apply: (_, schema) => {
      const names = Object.keys(schema.properties ?? {});
      const declared = (name: string) =>
        names.includes(name)
          ? name
          : (names.find((other) => other.toLowerCase() === name.toLowerCase()) ?? name);
      const required = schema.required?.map(declared);
      return required?.some((name, place) => name !== schema.required?.[place])
        ? { ...schema, required }
        : schema;
    },
  },
  {
    name: 'required-in-prose',
    reason:
      'Up to 2022.1 a callback says only in words which members it cannot do without, `Required Reference`; later documents list them (connectwise-api.md §9.4.1).',
    apply: (_, schema) => {
      const known = schema.required ?? [];
      const missing = Object.entries(schema.properties ?? {}).flatMap(([name, { description = '' }]) =>
        /^\s*Required Reference\b/.test(description) && !known.includes(name) ? [name] : [],
      );
      return missing.length === 0 ? schema : { ...schema, required: [...known, ...missing] };
    },
  },
];
