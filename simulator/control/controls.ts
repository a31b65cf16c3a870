import type { Unreliability } from '../callbacks/outbox.ts';
import type { Delivery } from '../callbacks/posting.ts';
import type { Faults } from '../faults/faults.ts';
import type { Mutation } from '../mutation/mutator.ts';
import type { Clock } from './clock.ts';
import type { OperationTally, TalliedWrite } from './tally.ts';

/** What happened since the start, or since the last reset. */
export interface SimulatorState {
  /** `2026-01-01T00:00:00.000Z`. */
  readonly now: string;
  readonly codebase: string;
  /** Calls by operation, such as `POST /service/tickets`. */
  readonly operations: Readonly<Record<string, OperationTally>>;
  /** The newest 10,000 changes of records, oldest first. */
  readonly writes: readonly TalliedWrite[];
  /** The newest 1,000 callbacks, oldest first. */
  readonly callbacks: readonly Delivery[];
}

/** What can be done to a simulator while it runs. */
export interface Controls {
  readonly faults: Faults;
  readonly clock: Clock;
  state(): SimulatorState;
  /** Lets so many calls a minute through; `Retry-After` goes with a 429 unless it is switched off. */
  throttle(perMinute: number, sendsRetryAfter?: boolean): void;
  /** Upgrades the server: its old codebase answers 404 from now on. */
  rollCodebase(codebase: string): void;
  /** Takes rights away from the keys' role: `/finance`, `GET /system/members`. An empty list gives them back. */
  forbid(paths: readonly string[]): void;
  setUnreliability(shares: Unreliability): void;
  /** Resolves when every callback that is under way has come to its end. */
  callbacksSettled(): Promise<void>;
  /** Changes records behind the callers' backs, so many times (see mutation/mutator.ts). */
  mutate(count: number): readonly Mutation[];
  /** Forgets everything that happened: the same seed, codebase, clock and rate as at the start. */
  reset(): void;
}
