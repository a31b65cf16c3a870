import type { Operator } from './condition-tokens.ts';
import type { Condition, Literal, Test } from './conditions.ts';
import { isArray, isRecord, type Json, type JsonRecord, memberName } from './json.ts';

const stamps = new Set(['lastupdated', 'dateentered', 'updatedby', 'enteredby']);

/** Whether a name stands in `_info` and may be used without it (§3.3, §9.1). */
export const isStamp = (name: string): boolean => stamps.has(name.toLowerCase());

/**
 * The value under a name, whatever its letters; undefined where there is none. `lastUpdated` and its like are found in
 * `_info` where the record has none of its own.
 */
export function valueAt(record: Json | undefined, name: readonly string[]): Json | undefined {
  const [first, ...rest] = name;
  if (first === undefined) return record;
  if (!isRecord(record)) return undefined;
  const known = Object.hasOwn(record, first) ? first : memberName(Object.keys(record), first);
  if (known !== undefined) return valueAt(record[known], rest);
  return isStamp(first) && record['_info'] !== undefined ? valueAt(record['_info'], name) : undefined;
}

type Comparable = string | number | boolean;

/** Both sides in a form that compares: dates as instants, strings without case, as the database's collation does (§3.2.6). */
function comparable(value: Json | undefined, literal: Literal): Comparable | undefined {
  if (literal.type === 'datetime') {
    const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(instant) ? undefined : instant;
  }
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

function order(left: Comparable, right: Comparable): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const verdicts: Readonly<Record<Operator, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

/** As in SQL, nothing but `= null` and `!= null` is true of a missing value. */
function compare(value: Json | undefined, operator: Operator, literal: Literal): boolean {
  const isMissing = value === undefined || value === null;
  if (literal.type === 'null') return operator === '=' ? isMissing : operator === '!=' && !isMissing;
  const left = comparable(value, literal);
  const right = typeof literal.value === 'string' ? literal.value.toLowerCase() : literal.value;
  return left !== undefined && typeof left === typeof right && verdicts[operator](order(left, right));
}

/** `%` and `*` stand for any run of characters; `contains` is `like` with both ends open (§3.2.6). */
function matches(value: Json | undefined, word: 'like' | 'contains', pattern: string): boolean {
  const text = String(value).toLowerCase();
  const pieces = pattern.toLowerCase().split(/[%*]/);
  if (word === 'contains') return inOrder(text, ['', ...pieces, '']);
  return inOrder(text, pieces);
}

/** Whether a text is these pieces with anything between them: no regular expression, so no slow pattern. */
function inOrder(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let place = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, place);
    if (found < 0) return false;
    place = found + piece.length;
  }
  return place <= text.length - last.length;
}

function holds(test: Test, record: Json): boolean {
  const value = valueAt(record, test.name);
  if (test.kind === 'compare') return compare(value, test.operator, test.literal);
  if (value === undefined || value === null) return false;
  if (test.kind === 'match') return matches(value, test.word, String(test.literal.value)) !== test.negated;
  return test.literals.some((literal) => compare(value, '=', literal)) !== test.negated;
}

/** Whether a record fulfils a condition. */
export function fulfils(condition: Condition, record: Json): boolean {
  if (condition.kind === 'and') return condition.parts.every((part) => fulfils(part, record));
  if (condition.kind === 'or') return condition.parts.some((part) => fulfils(part, record));
  return holds(condition, record);
}

function firstNames(condition: Condition): string[] {
  if (condition.kind === 'and' || condition.kind === 'or') return condition.parts.flatMap(firstNames);
  return condition.name.slice(0, 1);
}

/** Whether some child record fulfils the whole condition: the tests of one child array are about the same child (§3.4). */
export function childFulfils(condition: Condition, record: JsonRecord): boolean {
  const arrays = firstNames(condition)
    .map((name) => memberName(Object.keys(record), name))
    .filter((name) => name !== undefined && isArray(record[name]));
  const [name] = arrays;
  if (name === undefined) return fulfils(condition, record);
  const children = record[name];
  return isArray(children) && children.some((child) => childFulfils(condition, { ...record, [name]: child }));
}

/** Whether one custom field of a record fulfils the whole condition, such as `caption = "x" and value != null` (§3.4). */
export function customFieldFulfils(condition: Condition, record: JsonRecord): boolean {
  const entries = record['customFields'];
  return isArray(entries) && entries.some((entry) => fulfils(condition, entry));
}
