import { conclude, ended, type Outcome } from '../outcome.ts';
import { failed } from '../result.ts';
import { type Asking, fetchPage, type Unasked } from './asking.ts';
import type { Turn } from './checkpoint.ts';
import { countOf, edgeOf, shardsOf, whole } from './extent.ts';
import { beginIncrement, sincePlan, type Untellable } from './increment.ts';
import type { Page } from './page.ts';
import type { Way } from './plan.ts';
import type { IncrementProgress, Progress } from './progress.ts';
import type { Pull } from './pull.ts';

interface Begun {
  readonly progress: Progress;
  /** The first page, where it was asked for meanwhile. */
  readonly first: Page | undefined;
}

/** A pull that has not sent anything yet: since when it asks, how large it is, and how it is divided. */
export async function begin(asking: Asking, turn: Turn | undefined): Promise<Begun | Outcome> {
  const { parts, pull } = asking;
  const { plan, subject, invocation } = pull;
  const { incremental } = invocation;
  const increment = turn && incremental && (await beginIncrement(asking, turn, incremental));
  if (increment && !('by' in increment)) return unbegun(pull, turn, increment);
  const changed = increment ? changedOf(asking, increment, plan.way) : asking;
  const isWhole = invocation.pages === 'all' && plan.way === 'keyset';
  // A sweep has to come before the first page; and what has changed since the last pull is mostly little, so it is not divided.
  const isSwept = increment?.sweep !== undefined;
  const isLarge = isWhole && increment?.since === undefined && !isSwept;
  const [countBefore, first, last] = await Promise.all([
    countOf(changed),
    isSwept ? undefined : fetchPage(changed, plan.way, { after: 0, until: null }),
    isLarge ? edgeOf(changed, 'desc') : undefined,
  ]);
  if (typeof countBefore === 'object') return unbegun(pull, turn, countBefore);
  const shards = isWhole ? await shardsOf(changed, countBefore, { first, last }) : whole();
  if ('ending' in shards) return unbegun(pull, turn, shards);
  const progress = {
    digest: subject.digest,
    leaseUntilMs: 0,
    way: plan.way,
    shards,
    pages: 0,
    rows: 0,
    ...(countBefore !== undefined && { countBefore }),
    ...(increment && { increment }),
    startedAtMs: parts.now(),
  };
  return { progress, first };
}

/** Nothing was sent, so another pull may have the turn, unless this one only waits. */
async function unbegun(pull: Pull, turn: Turn | undefined, reason: Unasked | Untellable): Promise<Outcome> {
  const outcome =
    'ending' in reason
      ? conclude(pull, reason.ending)
      : ended(failed(pull.head, { reason: 'cannot_tell_changes', message: reason.why }));
  if (outcome.kind === 'result') await turn?.change({ run: undefined });
  return outcome;
}

/** The same, asking for what was changed. */
export const changedOf = (asking: Asking, increment: IncrementProgress, way: Way): Asking => ({
  ...asking,
  pull: { ...asking.pull, plan: sincePlan(asking.pull.plan, increment, way) },
});
