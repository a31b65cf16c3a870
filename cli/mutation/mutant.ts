import type { Call } from './full-call.ts';

/** A valid call with one thing made wrong. */
export interface Mutant {
  readonly kind: Kind;
  readonly call: Call;
  /** It is caught when a finding is at one of these. */
  readonly paths: readonly string[];
}

type Kind =
  | 'input removed'
  | 'input renamed'
  | 'input retyped'
  | 'input moved'
  | 'member removed'
  | 'member misspelt'
  | 'member retyped'
  | 'member too long'
  | 'member moved'
  | 'patch made an object'
  | 'patch path in another case'
  | 'patch path misspelt'
  | 'patch op unknown';

/** A name that nobody would take for another word: its middle letter doubled, or an x behind it where that is known too. */
export function misspelt(name: string, known: readonly string[]): string {
  const middle = Math.floor(name.length / 2);
  const doubled = `${name.slice(0, middle)}${name.charAt(middle)}${name.slice(middle)}`;
  const isKnown = known.some((other) => other.toLowerCase() === doubled.toLowerCase());
  return isKnown ? `${name}x` : doubled;
}

export function without(members: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([other]) => other !== name));
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
