import { createPermits, type Permits } from './permits.ts';
import { createRecent, type Recent } from './recent.ts';
import type { Lane } from './schedule.ts';
import type { GovernorState } from './state.ts';

/** What one worker holds and knows of one connection. */
export interface View {
  readonly interactive: LaneView;
  readonly bulk: LaneView;
  /** The shared state when it was last seen. */
  known: Known | undefined;
  /** What this worker knows of the block; its own 429 is known here before the table knows it. */
  blockedUntilMs: number;
  /** What the others are to be told. */
  untold: Untold;
  /** Bulk slots that passed unused, and when; they go back with the next lease. */
  unused: { readonly count: number; readonly atMs: number };
  /** Which share of its recent use this worker leases ahead: less after slots passed unused, more while none do. */
  aheadShare: number;
  /** The table failed, and is not asked again before this. */
  outageUntilMs: number;
}

export interface Known {
  readonly state: GovernorState;
  readonly atMs: number;
}

export interface Untold {
  readonly answered: number;
  readonly latencySumMs: number;
  /** Messages put to rest for the first time, less those admitted after a rest. */
  readonly rested: number;
}

export interface LaneView {
  readonly permits: Permits;
  readonly used: Recent;
  /** Until when each caller's slot may be that waits for the table. */
  readonly waiting: Set<{ readonly untilMs: number }>;
}

export const nothingUntold: Untold = { answered: 0, latencySumMs: 0, rested: 0 };

const newLane = (): LaneView => ({ permits: createPermits(), used: createRecent(), waiting: new Set() });

export const newView = (): View => ({
  interactive: newLane(),
  bulk: newLane(),
  known: undefined,
  blockedUntilMs: 0,
  untold: nothingUntold,
  unused: { count: 0, atMs: 0 },
  aheadShare: 0.5,
  outageUntilMs: 0,
});

export const laneOf = (view: View, lane: Lane): LaneView => (lane === 'bulk' ? view.bulk : view.interactive);

/** Takes over a block, from the table or from a 429 of its own. A block is never shortened, and no slot lies in it. */
export function block(view: View, untilMs: number): void {
  if (untilMs <= view.blockedUntilMs) return;
  view.blockedUntilMs = untilMs;
  view.interactive.permits.dropBefore(untilMs);
  view.bulk.permits.dropBefore(untilMs);
}

/** Takes over what the table holds now, less what it was told. */
export function look(view: View, state: GovernorState, told: Untold, nowMs: number): void {
  const { answered, latencySumMs, rested } = view.untold;
  view.untold = {
    answered: answered - told.answered,
    latencySumMs: latencySumMs - told.latencySumMs,
    rested: rested - told.rested,
  };
  view.known = { state, atMs: nowMs };
  block(view, state.limit.blockedUntilMs);
}
