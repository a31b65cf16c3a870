import type { Input } from '../catalogue/operation.ts';

/** The inputs that were given: null and undefined count as absent. */
export function givenInputs(inputs: Readonly<Record<string, unknown>> | null | undefined) {
  return Object.entries(inputs ?? {}).filter(([, value]) => value !== null && value !== undefined);
}

/** The text of a scalar; undefined for anything else, and for half of a surrogate pair: encoding it into a URL throws. */
export function scalarText(value: unknown): string | undefined {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
  const text = String(value);
  return text.isWellFormed() ? text : undefined;
}

/** The text that goes into the URL; undefined where the value is of another type. `"42"` is an integer there as much as 42. */
export function inputText({ type }: Input, value: unknown): string | undefined {
  const text = scalarText(value);
  if (text === undefined) return undefined;
  switch (type) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? text : undefined;
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? text : undefined;
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined;
    default:
      return typeof value === 'boolean' ? undefined : text;
  }
}

/** The members of an input that is an object, as text; undefined where it is none, or one of its members is no scalar. */
export function inputMembers(value: unknown): readonly (readonly [string, string])[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).map(([name, inner]) => [name, scalarText(inner)] as const);
  const texts = members.flatMap(([name, text]) =>
    text !== undefined && name.isWellFormed() ? [[name, text] as const] : [],
  );
  return texts.length === members.length ? texts : undefined;
}
