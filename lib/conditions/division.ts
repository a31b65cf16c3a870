import type { Condition, Literal } from './condition.ts';
import { printConditions } from './printing.ts';

/** What the parts of a condition must be. */
export interface DivisionRules {
  readonly fits: (part: Condition) => boolean;
  /**
   * Where no record may be in two parts: says of a name whether a record has one value of it at the most. Absent: parts
   * may overlap.
   */
  readonly isSingle?: (name: string) => boolean;
}

/** A bound of our own: each part is a call, and ConnectWise takes about a thousand a minute. */
export const mostParts = 50;

/**
 * Conditions that fit, of which a record fulfils one exactly where it fulfils the whole; undefined where there are none,
 * or more than 50 would be needed. Divided are an `or`, a list of `in`, and an `and` by the longest of its parts that
 * can be: each of its parts goes on holding all the others.
 * @throws UnprintableCondition like the printer.
 */
export function divide(condition: Condition, rules: DivisionRules): readonly Condition[] | undefined {
  const parts: Condition[] = [];
  return collect(condition, rules, parts, 0) ? parts : undefined;
}

/** @param depth how often it was divided already: each time makes a part more at least. */
function collect(condition: Condition, rules: DivisionRules, parts: Condition[], depth: number): boolean {
  if (parts.length >= mostParts || depth >= mostParts) return false;
  if (rules.fits(condition)) {
    parts.push(condition);
    return true;
  }
  const pieces = piecesOf(condition, rules);
  if (!pieces) return false;
  for (let from = 0; from < pieces.count; ) {
    const to = from + fitting(pieces, from, rules);
    if (!collect(pieces.join(from, to), rules, parts, depth + 1)) return false;
    from = to;
  }
  return true;
}

/** What a condition can be divided into: two pieces or more. */
interface Pieces {
  readonly count: number;
  /** The condition with the pieces from one place up to another alone. */
  readonly join: (from: number, to: number) => Condition;
}

/** How many pieces fit together; one where not even that does: it may be divided further. Looks no further than needed. */
function fitting({ count, join }: Pieces, from: number, { fits }: DivisionRules): number {
  const isFit = (size: number) => from + size <= count && fits(join(from, from + size));
  let [fit, tooMany] = [1, 2];
  while (isFit(tooMany)) [fit, tooMany] = [tooMany, tooMany * 2];
  while (tooMany - fit > 1) {
    const middle = (fit + tooMany) >> 1;
    if (isFit(middle)) fit = middle;
    else tooMany = middle;
  }
  return fit;
}

function piecesOf(condition: Condition, rules: DivisionRules): Pieces | undefined {
  if (condition.kind === 'and') return piecesOfAnd(condition.parts, rules);
  if (condition.kind === 'or') {
    const { parts } = condition;
    const join = (from: number, to: number) => chained('or', parts.slice(from, to), condition);
    return rules.isSingle ? undefined : { count: parts.length, join };
  }
  // What is in none of a list is not what is in none of a part of it.
  if (condition.kind !== 'membership' || condition.negated) return undefined;
  const values = rules.isSingle ? distinct(condition.values) : condition.values;
  if (!values || values.length < 2 || rules.isSingle?.(condition.name) === false) return undefined;
  const join = (from: number, to: number): Condition => {
    const [first, ...others] = values.slice(from, to);
    return first ? { ...condition, values: [first, ...others] } : condition;
  };
  return { count: values.length, join };
}

function piecesOfAnd(parts: readonly Condition[], rules: DivisionRules): Pieces | undefined {
  const [longest] = parts
    .flatMap((part, place) => {
      const pieces = piecesOf(part, rules);
      return pieces ? [{ part, place, pieces, length: printConditions(part).length }] : [];
    })
    .sort((one, other) => other.length - one.length);
  if (!longest) return undefined;
  const { part, place, pieces } = longest;
  const join = (from: number, to: number) => chained('and', parts.with(place, pieces.join(from, to)), part);
  return { count: pieces.count, join };
}

function chained(kind: 'and' | 'or', parts: readonly Condition[], otherwise: Condition): Condition {
  const [first = otherwise, second, ...others] = parts;
  return second ? { kind, parts: [first, second, ...others] } : first;
}

/** The values, each once; undefined where two may be the same to the server though they are written differently. */
function distinct(values: readonly Literal[]): readonly Literal[] | undefined {
  const known = new Map<string, Literal>();
  const kept: Literal[] = [];
  for (const value of values) {
    const key = comparableKey(value);
    const same = key === undefined ? undefined : known.get(key);
    if (key === undefined || (same && JSON.stringify(same) !== JSON.stringify(value))) return undefined;
    if (!same) kept.push(value);
    known.set(key, value);
  }
  return kept;
}

/**
 * Values of different keys differ for any database: ASCII texts without regard to case and blanks at the end, whole
 * numbers. Of all others nobody knows.
 */
function comparableKey(value: Literal): string | undefined {
  if (value.type === 'string')
    return /^[\x20-\x7e]*$/.test(value.value) ? `text ${value.value.toLowerCase().trimEnd()}` : undefined;
  if (value.type === 'number')
    return /^-?[1-9]\d*$|^0$/.test(value.text) ? `number ${value.text}` : undefined;
  return value.type === 'date' ? undefined : JSON.stringify(value);
}
