import type { Json } from '../json.ts';
import { storedInstant } from './condition-dates.ts';
import type { Operator } from './condition-tokens.ts';
import type { Literal, Test } from './conditions.ts';
import { likePattern } from './like-pattern.ts';
import type { QueryRules } from './rules.ts';

/** A value in a form that compares: null where it is missing, undefined where it is of no kind that compares. */
export type Key = string | number | boolean | null | undefined;

/** How a value is read: as what it is, or as the instant that its text says. */
export type Reading = 'plain' | 'instant';

/** Strings compare without case, as the database's collation does (§3.2.6). */
function plainKey(value: Json | undefined): Key {
  if (typeof value === 'string') return value.toLowerCase();
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined || value === null ? null : undefined;
}

function instantKey(value: Json | undefined): Key {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? storedInstant(value) : undefined;
}

export const keyOf: Readonly<Record<Reading, (value: Json | undefined) => Key>> = {
  plain: plainKey,
  instant: instantKey,
};

/** A question about one key of a value. */
interface Probe {
  readonly reading: Reading;
  readonly holds: (key: Key) => boolean;
}

/** A test without its name: it holds where one probe does, or where none does of a value that is there. */
export interface KeyTest {
  readonly probes: readonly Probe[];
  readonly negated: boolean;
}

type Comparable = string | number | boolean;

const verdicts: Readonly<Record<Operator, (left: Comparable, right: Comparable) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const readingOf = (literal: Literal): Reading => (literal.type === 'datetime' ? 'instant' : 'plain');

function comparableOf(literal: Exclude<Literal, { type: 'null' }>): Comparable {
  return literal.type === 'string' ? literal.value.toLowerCase() : literal.value;
}

/** As in SQL, nothing but `= null` and `!= null` is true of a missing value. */
function comparison(operator: Operator, literal: Literal): Probe {
  if (literal.type === 'null') {
    const isNull = operator === '=';
    const isKnown = isNull || operator === '!=';
    return { reading: 'plain', holds: (key) => isKnown && (key === null) === isNull };
  }
  const right = comparableOf(literal);
  const verdict = verdicts[operator];
  return {
    reading: readingOf(literal),
    holds: (key) => key !== null && key !== undefined && typeof key === typeof right && verdict(key, right),
  };
}

/** One look-up for a whole list: a hundred ids cost no more than one. A null in the list equals nothing, as in SQL. */
function membership(literals: readonly Literal[]): Probe[] {
  const readings: readonly Reading[] = ['plain', 'instant'];
  return readings.flatMap((reading) => {
    const wanted = new Set<Key>();
    for (const literal of literals)
      if (literal.type !== 'null' && readingOf(literal) === reading) wanted.add(comparableOf(literal));
    return wanted.size === 0 ? [] : [{ reading, holds: (key: Key) => wanted.has(key) }];
  });
}

/** Makes a test ready to be asked of many values. */
export function keyTest(test: Test, rules: QueryRules): KeyTest {
  if (test.kind === 'compare') return { probes: [comparison(test.operator, test.literal)], negated: false };
  if (test.kind === 'in') return { probes: membership(test.literals), negated: test.negated };
  const fits = likePattern(String(test.literal.value), test.word, rules.likeWildcards);
  const holds = (key: Key): boolean => key !== null && key !== undefined && fits(String(key));
  return { probes: [{ reading: 'plain', holds }], negated: test.negated };
}

/** Asks a test of one value. */
export function holdsOf({ probes, negated }: KeyTest, value: Json | undefined): boolean {
  if (!negated) return probes.some(({ reading, holds }) => holds(keyOf[reading](value)));
  return (
    value !== undefined &&
    value !== null &&
    !probes.some(({ reading, holds }) => holds(keyOf[reading](value)))
  );
}
