import { usageError } from '../ending.ts';

/** What a text of a template may be: `{{column}}`, `{{column:number}}`, `{{column?}}` (left out where it is empty). */
const placeholder = /\{\{\s*([^{}:?]+?)\s*(\?)?\s*(?::\s*(text|number|boolean|json)\s*)?\}\}/g;
const whole = new RegExp(`^${placeholder.source}$`);

/** Stands for what is left out: a member of an object or an item of a list. */
const nothing = Symbol('nothing');

type Values = Readonly<Record<string, unknown>>;

/** The columns that a template names. */
export function columnsIn(template: unknown): ReadonlySet<string> {
  const matches = JSON.stringify(template).matchAll(placeholder);
  return new Set([...matches].flatMap(([, name]) => name ?? []));
}

/**
 * An invocation from a template and a row. A text that is one placeholder becomes the column's value, of the type that it
 * names; one with more around it stays a text. @throws CommandFailed with a sentence where a value has not that type.
 */
export function fill(template: unknown, values: Values): unknown {
  const filled = fillIn(template, values);
  return filled === nothing ? {} : filled;
}

function fillIn(part: unknown, values: Values): unknown {
  if (typeof part === 'string') return fillText(part, values);
  if (Array.isArray(part)) return part.map((item) => fillIn(item, values)).filter((item) => item !== nothing);
  if (typeof part !== 'object' || part === null) return part;
  const members = Object.entries(part).map(([name, member]) => [name, fillIn(member, values)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== nothing));
}

function fillText(text: string, values: Values): unknown {
  const only = whole.exec(text);
  if (only) {
    const [, name = '', optional, type] = only;
    const value = values[name];
    const isEmpty = value === undefined || value === null || value === '';
    return isEmpty && optional ? nothing : typed(name, value, type);
  }
  return text.replaceAll(placeholder, (_, name: string) => textOf(values[name]));
}

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');

function typed(name: string, value: unknown, type: string | undefined): unknown {
  const text = textOf(value).trim();
  switch (type) {
    case 'number':
      if (text !== '' && Number.isFinite(Number(text))) return Number(text);
      throw usageError(
        `column '${name}' is no number. Write {{${name}?:number}} to leave it out where it is empty.`,
      );
    case 'boolean':
      if (/^(?:true|yes|1)$/i.test(text)) return true;
      if (/^(?:false|no|0)$/i.test(text)) return false;
      throw usageError(`column '${name}' is neither true nor false.`);
    case 'json':
      return jsonIn(name, text);
    case 'text':
      return textOf(value);
    default:
      return value ?? '';
  }
}

function jsonIn(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`column '${name}' is not JSON.`);
  }
}
