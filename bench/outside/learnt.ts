import { type GovernorState, newState, noSums } from '../../lib/governor/state.ts';

/** What the governor knows of a connection whose limit is generous and was learnt: no bench is about waiting for it. */
export function learnt(perMinute: number, nowMs = Date.now()): GovernorState {
  const fresh = newState(nowMs, noSums);
  return { ...fresh, limit: { ...fresh.limit, perMinute, safePerMinute: perMinute } };
}
