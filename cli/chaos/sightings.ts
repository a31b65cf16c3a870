import type { Entry } from '../../lib/journal.ts';
import type { Plan } from './plan.ts';

/** A write that somebody tried to send. */
interface Attempt {
  readonly tag: string;
  readonly worker: string;
  readonly atMs: number;
  /** It may have been executed, for all that the connector could know. */
  mayHaveRun: boolean;
}

/** A journal entry that ended as unknown. */
interface Ignorance {
  readonly key: string;
  readonly door: string;
  /** Since it was sent. */
  readonly ageMs: number;
}

/** All that the harness saw happen, for the audit. */
export interface Sightings {
  readonly attempts: Attempt[];
  /** Tags of writes that took effect at the simulator, once for each time. */
  readonly effects: string[];
  /** Tags of writes that were sent though they might have been executed. */
  readonly sentAgain: string[];
  /** Journal keys and tags of writes of which something got lost on the way. */
  readonly doubted: Set<string>;
  readonly ignorances: Ignorance[];
  /** Records that somebody else changed, by path. */
  readonly disturbed: Set<string>;
  /** Journal keys whose result could not be written down. */
  readonly unkept: Set<string>;
  /** What came to pass, for people. */
  readonly story: string[];
  tell(line: string): void;
  attempt(plan: Plan, worker: string): Attempt;
  /** What the journal is told of an entry. */
  entry(key: string, entry: Entry, door: string, nowMs: number): void;
}

export function createSightings(now: () => number, startMs: number, isTold: boolean): Sightings {
  const attempts: Attempt[] = [];
  const sentAgain: string[] = [];
  const ignorances: Ignorance[] = [];
  const story: string[] = [];
  return {
    attempts,
    effects: [],
    sentAgain,
    doubted: new Set(),
    ignorances,
    disturbed: new Set(),
    unkept: new Set(),
    story,
    tell: (line) => {
      if (isTold) story.push(`${((now() - startMs) / 1_000).toFixed(3).padStart(10)} s  ${line}`);
    },
    attempt: ({ tag }, worker) => {
      if (attempts.some((earlier) => earlier.tag === tag && earlier.mayHaveRun)) sentAgain.push(tag);
      const attempt = { tag, worker, atMs: now(), mayHaveRun: true };
      attempts.push(attempt);
      return attempt;
    },
    entry: (key, entry, door, nowMs) => {
      if (entry.state !== 'done' || entry.result.failure?.reason !== 'outcome_unknown') return;
      const sentAt = entry.result.failure.doubt?.sentAt ?? '';
      ignorances.push({ key, door, ageMs: nowMs - Date.parse(sentAt) });
    },
  };
}
