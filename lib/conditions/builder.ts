import { type Condition, type Literal, nameForm, type Operator, type Test } from './condition.ts';
import { readDate, utcText } from './dates.ts';
import { UnprintableCondition } from './printing.ts';

/** A date is given by `date(…)`: a string stays a text. */
export type Value = string | number | bigint | boolean | null | DateLiteral;
export type DateLiteral = Extract<Literal, { readonly type: 'date' }>;

/** The tests of one member. */
export interface Field {
  equals(value: Value): Test;
  notEquals(value: Value): Test;
  lessThan(value: Value): Test;
  atMost(value: Value): Test;
  moreThan(value: Value): Test;
  atLeast(value: Value): Test;
  in(values: readonly Value[]): Test;
  notIn(values: readonly Value[]): Test;
  /** The text as it is, anywhere in the member: a wildcard in it is refused, since none can be escaped. */
  contains(text: string): Test;
  notContains(text: string): Test;
  /** A pattern: `%` and `*` stand for any run of characters. Never hand in a stranger's text. */
  like(pattern: string): Test;
  notLike(pattern: string): Test;
}

/**
 * Begins a test: `field('status/name').in(['New', 'Open'])`. What is built is printed by printConditions, which quotes the
 * values so that none can change the filter.
 * @throws UnprintableCondition where the name is none.
 */
export function field(name: string): Field {
  if (!nameForm.test(name))
    throw new UnprintableCondition(
      'A field is named by letters, digits and _, with / between a reference and its member: company/identifier.',
    );
  const compare =
    (operator: Operator) =>
    (value: Value): Test => ({ kind: 'comparison', name, operator, value: literalOf(value) });
  const member = (negated: boolean) => (values: readonly Value[]) => membership(name, negated, values);
  const match =
    (word: 'contains' | 'like', negated: boolean) =>
    (text: string): Test => {
      const pattern = word === 'contains' ? plainPattern(name, text) : text;
      return { kind: 'match', name, word, negated, pattern };
    };
  return {
    equals: compare('='),
    notEquals: compare('!='),
    lessThan: compare('<'),
    atMost: compare('<='),
    moreThan: compare('>'),
    atLeast: compare('>='),
    in: member(false),
    notIn: member(true),
    contains: match('contains', false),
    notContains: match('contains', true),
    like: match('like', false),
    notLike: match('like', true),
  };
}

export const and = (first: Condition, ...others: readonly Condition[]): Condition =>
  chain('and', first, others);
export const or = (first: Condition, ...others: readonly Condition[]): Condition =>
  chain('or', first, others);

/**
 * A date in the documented form: a day stays one, a time becomes UTC and is cut to the second (connectwise-api.md §3.2.7,
 * §9.1). A time without a zone is UTC.
 * @throws UnprintableCondition where it is no date.
 */
export function date(value: Date | string): DateLiteral {
  if (typeof value !== 'string') return { type: 'date', text: utcText(validTime(value)) };
  const reading = readDate(value);
  if (!reading) throw notADate();
  return { type: 'date', text: /^\d{4}-\d\d-\d\d$/.test(value) ? value : reading.utc };
}

function validTime(value: Date): number {
  const ms = value.getTime();
  const hasFourDigits = ms >= Date.UTC(1000, 0) && ms < Date.UTC(10_000, 0);
  if (!hasFourDigits) throw notADate();
  return ms;
}

const notADate = () =>
  new UnprintableCondition('A date is a valid Date or a text such as 2026-01-31T15:00:00Z.');

function chain(kind: 'and' | 'or', first: Condition, [second, ...others]: readonly Condition[]): Condition {
  return second ? { kind, parts: [first, second, ...others] } : first;
}

function membership(name: string, negated: boolean, values: readonly Value[]): Test {
  const [first, ...others] = values.map(literalOf);
  if (!first)
    throw new UnprintableCondition(
      `The list that '${name}' is looked up in is empty. Nothing is in it: then there is no need to ask.`,
    );
  return { kind: 'membership', name, negated, values: [first, ...others] };
}

function literalOf(value: Value): Literal {
  switch (typeof value) {
    case 'string':
      return { type: 'string', value };
    case 'boolean':
      return { type: 'boolean', value };
    case 'number':
    case 'bigint':
      return { type: 'number', text: String(value) };
    default:
      return value ?? { type: 'null' };
  }
}

/** `[[]` is the documented way to write a bracket (§3.5). The others have none, and `_` may be a wildcard too (§13.3). */
function plainPattern(name: string, text: string): string {
  if (/[%*_]/.test(text))
    throw new UnprintableCondition(
      `The text that '${name}' shall contain holds %, * or _, which stand for other characters and cannot be escaped. Use a fragment without them, or like with a pattern of your own.`,
    );
  return text.replaceAll('[', '[[]');
}
