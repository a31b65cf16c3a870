import type { Counted } from '../counted-store.ts';
import { type Lane, timeOf } from './pace.ts';
import { createPermits, type Permits } from './permits.ts';
import { createRecent, type Recent } from './recent.ts';
import { type GovernorState, noSums, restingOf, type Sums, slotsOf, sumsOf } from './state.ts';

/** What one worker holds and knows of one connection. */
export interface View {
  readonly interactive: LaneView;
  readonly bulk: LaneView;
  /** The shared state when it was last seen. */
  known: Known | undefined;
  /** What this worker knows of the block; its own 429 is known here before the table knows it. */
  blockedUntilMs: number;
  /** What the others are to be told. */
  untold: Sums;
  /** Slots that passed unused, and when; they go back with the next lease. */
  unused: { readonly count: number; readonly atMs: number };
  /** Which share of its recent API callers this worker leases ahead for: less after slots passed unused, more while none do. */
  aheadShare: number;
  /** Nobody else has taken slots since this worker looked before, so that it may go by what it knows. */
  isAlone: boolean;
  /** The table failed, and is not asked again before this. */
  outageUntilMs: number;
}

export interface Known {
  readonly state: GovernorState;
  /** Undefined where nobody wrote the state yet. */
  readonly version: number | undefined;
  /** How many slots were taken, ever: the number of the next one. */
  readonly slots: number;
  readonly sums: Sums;
  readonly atMs: number;
}

interface LaneView {
  readonly permits: Permits;
  readonly used: Recent;
  /** Until when each caller's slot may be that waits for the table. */
  readonly waiting: Set<{ readonly untilMs: number }>;
}

const newLane = (): LaneView => ({ permits: createPermits(), used: createRecent(), waiting: new Set() });

export const newView = (): View => ({
  interactive: newLane(),
  bulk: newLane(),
  known: undefined,
  blockedUntilMs: 0,
  untold: noSums,
  unused: { count: 0, atMs: 0 },
  aheadShare: 0.5,
  isAlone: false,
  outageUntilMs: 0,
});

export const laneOf = (view: View, lane: Lane): LaneView => (lane === 'bulk' ? view.bulk : view.interactive);

/** When the next slot is that nobody has taken, as far as is known. */
export const nextMs = ({ state, slots }: Known): number => timeOf(state.pace, slots);

/** How many messages rest on the queue, as far as workers told. */
export const resting = ({ state, sums }: Known): number => restingOf(state, sums);

/** Takes over a block, from the table or from a 429 of its own. A block is never shortened, and no slot lies in it. */
export function block(view: View, untilMs: number): void {
  if (untilMs <= view.blockedUntilMs) return;
  view.blockedUntilMs = untilMs;
  view.interactive.permits.dropBefore(untilMs);
  view.bulk.permits.dropBefore(untilMs);
}

/** Takes over what the table holds now. @param fresh the state where nobody wrote one yet. */
export function look(
  view: View,
  found: Counted<GovernorState> | undefined,
  fresh: (sums: Sums) => GovernorState,
  nowMs: number,
): Known {
  const counts = found?.counts ?? {};
  const sums = sumsOf(counts);
  const state = found?.value ?? fresh(sums);
  const known = { state, version: found?.version, slots: slotsOf(counts), sums, atMs: nowMs };
  view.known = known;
  block(view, state.limit.blockedUntilMs);
  return known;
}

/** Takes back from what is untold what was told. */
export function told(view: View, { answered, latencyMs, rested }: Sums): void {
  view.untold = {
    answered: view.untold.answered - answered,
    latencyMs: view.untold.latencyMs - latencyMs,
    rested: view.untold.rested - rested,
  };
}
