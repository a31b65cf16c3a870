import type { UnknownClass } from './unknown.ts';

/** What happened in a history, or in many. */
export interface Counts {
  readonly writes: number;
  /** Tries to send a write; those of processes are not counted. */
  readonly sends: number;
  readonly effects: number;
  readonly messages: number;
  readonly results: number;
  readonly deadLetters: number;
  /** Writes that took effect, whose answer was lost, and that a look-up found. */
  readonly settled: number;
  readonly notApplied: number;
  /** Writes told a second time with less, because the table was away when their result was known (docs/guarantees.md). */
  readonly forgotten: number;
  readonly unknown: Readonly<Partial<Record<UnknownClass, number>>>;
}

export const noCounts: Counts = {
  writes: 0,
  sends: 0,
  effects: 0,
  messages: 0,
  results: 0,
  deadLetters: 0,
  settled: 0,
  notApplied: 0,
  forgotten: 0,
  unknown: {},
};

export function sumOf(one: Counts, other: Counts): Counts {
  const classes = new Set([...Object.keys(one.unknown), ...Object.keys(other.unknown)]);
  const isClass = (name: string): name is UnknownClass => classes.has(name);
  const unknown: Partial<Record<UnknownClass, number>> = {};
  for (const name of classes)
    if (isClass(name)) unknown[name] = (one.unknown[name] ?? 0) + (other.unknown[name] ?? 0);
  return {
    writes: one.writes + other.writes,
    sends: one.sends + other.sends,
    effects: one.effects + other.effects,
    messages: one.messages + other.messages,
    results: one.results + other.results,
    deadLetters: one.deadLetters + other.deadLetters,
    settled: one.settled + other.settled,
    notApplied: one.notApplied + other.notApplied,
    forgotten: one.forgotten + other.forgotten,
    unknown,
  };
}
