import type { Invocation } from '../lib/invocation.ts';
import type { Outcome } from '../lib/outcome.ts';
import type { Services } from './services.ts';
import type { Attempt } from './watch.ts';

/**
 * Executes an invocation while its caller listens: it goes before those of the queue, and nothing of it is left for later.
 * @param deadlineMs the time by which it must be over, on the services' clock.
 */
export const executeNow = (
  id: string,
  invocation: Invocation,
  attempt: Attempt,
  deadlineMs: number,
  { watch, engine }: Services,
): Promise<Outcome> =>
  watch.attempt(attempt, () =>
    engine.execute(id, invocation, {
      deadlineMs,
      delivery: attempt.delivery,
      turn: { lane: 'interactive' },
      canWait: false,
      tracked: false,
    }),
  );
