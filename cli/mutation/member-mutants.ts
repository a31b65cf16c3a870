import type { Schema } from '../../lib/catalogue/operation.ts';
import type { Call } from './full-call.ts';
import { isRecord, type Mutant, misspelt, without } from './mutant.ts';
import { changedAt, pathOf, type Site } from './site.ts';

/** A member removed (where it is required), misspelt, given another type, and made too long. */
export function memberMutants(call: Call, site: Site): readonly Mutant[] {
  const { keys, name, owner, ownerSchema } = site;
  const above = keys.slice(0, -1);
  const made: Mutant[] = [...valueMutants(call, keys, site.schema)];
  if (ownerSchema.required?.includes(name) && !isNamedOtherwise(site)) {
    made.push({
      kind: 'member removed',
      call: withRequest(call, above, (old) => (isRecord(old) ? without(old, name) : old)),
      paths: [pathOf(keys)],
    });
  }
  const wrongName = misspelt(name, Object.keys(ownerSchema.properties ?? {}));
  made.push({
    kind: 'member misspelt',
    call: withRequest(call, above, () => ({ ...without(owner, name), [wrongName]: owner[name] })),
    paths: [pathOf([...above, wrongName])],
  });
  return made;
}

/** The value at `keys` given another type, and one that is too long. Anything goes where the schema has no type. */
export function valueMutants(
  call: Call,
  keys: readonly (string | number)[],
  schema: Schema,
): readonly Mutant[] {
  const paths = [pathOf(keys)];
  const { type, maxLength } = schema;
  const made: Mutant[] = [];
  if (type !== undefined) {
    const wrong = wrongValue(schema);
    made.push({ kind: 'member retyped', call: withRequest(call, keys, () => wrong), paths });
  }
  if (maxLength !== undefined) {
    const long = 'x'.repeat(maxLength + 1);
    made.push({ kind: 'member too long', call: withRequest(call, keys, () => long), paths });
  }
  return made;
}

const withRequest = (call: Call, keys: readonly (string | number)[], change: (old: unknown) => unknown) => ({
  ...call,
  request: changedAt(call.request, keys, change),
});

function wrongValue({ type, format }: Schema): unknown {
  if (format === 'date-time') return '2026-01-31T15:00:00.123+02:00';
  if (format === 'date') return '31.01.2026';
  if (type === 'string') return { not: 'text' };
  return type === 'boolean' ? 'perhaps' : 'many';
}

/** A reference that has its id needs no name, and the other way round (connectwise-api.md §7.1): nothing is wrong then. */
function isNamedOtherwise({ keys, name, owner }: Site): boolean {
  const names = ['id', 'identifier', 'name'];
  return keys.length > 1 && names.includes(name) && names.some((key) => key !== name && key in owner);
}
