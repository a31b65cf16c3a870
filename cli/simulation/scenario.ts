import type { Counting, Course } from './hidden-limit.ts';

export interface Scenario {
  readonly name: string;
  readonly counting: Counting;
  /** The size of a token bucket, in minutes of the limit. */
  readonly burst?: number;
  readonly sendsRetryAfter: boolean;
  readonly connections: number;
  readonly workers: number;
  readonly minutes: number;
  /** What is learnt in the first minutes is not measured: a connection is learnt once and used for months. */
  readonly warmUpMinutes: number;
  readonly course: (dice: () => number) => Course;
  /** How many messages there always are, in minutes of the limit. */
  readonly backlogMinutes: number;
  /** Calls of API callers, as a share of the limit. */
  readonly interactiveShare?: number;
  /** The user's own limit, by which utilisation is measured then. */
  readonly ceiling?: number;
  /** By how much the workers' clocks are off, either way. Absent: 50 ms, which is more than Lambda's are. */
  readonly skewMs?: number;
  readonly aims: Aims;
}

/** What a scenario is held to. */
export interface Aims {
  readonly utilisation: number;
  readonly limitedShare: number;
  readonly tableCalls: number;
  /** Why the aims are not those of the design; absent where they are. */
  readonly because?: string;
}
