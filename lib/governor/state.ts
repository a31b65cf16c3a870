import * as z from 'zod/mini';
import { type Limit, learn, limitSchema, type Seen, unknownLimit } from './learning.ts';
import { blockedUntil, emptySchedule, scheduleSchema } from './schedule.ts';

/** What all workers share of a connection, as plain JSON in one item. */
export const governorStateSchema = z.object({ limit: limitSchema, schedule: scheduleSchema });

export type GovernorState = z.infer<typeof governorStateSchema>;

export const newState = (nowMs: number, ceiling?: number): GovernorState => ({
  limit: unknownLimit(nowMs, ceiling),
  schedule: emptySchedule,
});

/** What every worker may learn, learnt. A block empties the schedule up to its end. */
export function withSeen(state: GovernorState, seen: Seen, nowMs: number, ceiling?: number): GovernorState {
  const limit: Limit = learn(state.limit, seen, nowMs, ceiling);
  const isBlocked = limit.blockedUntilMs > state.limit.blockedUntilMs;
  return { limit, schedule: isBlocked ? blockedUntil(state.schedule, limit.blockedUntilMs) : state.schedule };
}
