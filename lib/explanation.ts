import { distance } from 'fastest-levenshtein';
import type { core } from 'zod/mini';

/**
 * A parser's findings as sentences: each names the field and what is wrong with it. A value that was found is never
 * quoted, since it may be a secret.
 * @param value what was parsed; tells a missing field from one of the wrong type.
 * @param known names that an unknown one may be a misspelling of.
 */
export function explain(error: core.$ZodError, value: unknown, known: readonly string[]): string {
  return paragraph(error.issues.flatMap((issue) => sentences(issue, value, known)));
}

/** The first findings, and how many more there are: a message of a megabyte could make as long a result. */
export function paragraph(sentences: readonly string[]): string {
  const shown = sentences.slice(0, 10);
  const more = sentences.length - shown.length;
  return more === 0 ? shown.join(' ') : `${shown.join(' ')} And ${more} more.`;
}

/** A name as the sender wrote it, in quotes, and cut where it is too long to be one. */
export const quoted = (name: string): string => `'${name.length > 100 ? `${name.slice(0, 100)}…` : name}'`;

function sentences(issue: core.$ZodIssue, value: unknown, known: readonly string[]): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [sentence(issue, value)];
  const names = issue.keys.map((key) => [...issue.path, key].join('.'));
  return names.map((name) => `There is no field ${quoted(name)}${suggestion(name, known)}.`);
}

function sentence(issue: core.$ZodIssue, value: unknown): string {
  const field = issue.path.length === 0 ? 'It' : quoted(issue.path.join('.'));
  if (at(value, issue.path) === undefined) return `${field} is missing.`;
  switch (issue.code) {
    case 'invalid_type':
      return `${field} must be ${withArticle(issue.expected)}.`;
    case 'invalid_value':
      return `${field} must be ${issue.values.map((allowed) => JSON.stringify(allowed)).join(' or ')}.`;
    case 'too_small':
      return issue.minimum === 1
        ? `${field} must not be empty.`
        : `${field} must not be shorter than ${issue.minimum} characters.`;
    case 'too_big':
      return `${field} must not be longer than ${issue.maximum} characters.`;
    default:
      return `${field} ${issue.message}.`;
  }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function withArticle(type: string): string {
  if (type === 'record') return 'an object';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** ` (did you mean 'x'?)` where a known name is near enough to be meant, else nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  const [best] = nearestTo(name, known, (candidate) => [candidate]);
  return best !== undefined && apart(name, best) <= Math.max(1, Math.floor(name.length / 3))
    ? ` (did you mean '${best}'?)`
    : '';
}

/** The candidates, those first of whose names one is nearest to the name, in any case. */
export function nearestTo<T>(
  name: string,
  candidates: readonly T[],
  namesOf: (it: T) => readonly string[],
): readonly T[] {
  return candidates
    .map((candidate) => ({
      candidate,
      steps: Math.min(...namesOf(candidate).map((known) => apart(name, known))),
    }))
    .sort((a, b) => a.steps - b.steps)
    .map(({ candidate }) => candidate);
}

const apart = (one: string, other: string): number => distance(one.toLowerCase(), other.toLowerCase());
