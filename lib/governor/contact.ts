import { blockMs, type Limit, type Seen } from './learning.ts';
import { type Demand, type LaneDemand, leased, mostAhead } from './lease.ts';
import type { Change, Ledger } from './ledger.ts';
import { spaceMs, withRested } from './schedule.ts';
import { type GovernorState, withSeen } from './state.ts';
import { type LaneView, look, nothingUntold, type Untold, type View } from './view.ts';

/** What one worker asks of the others and tells them. Neither throws: a table that fails is noted in the view. */
export interface Contact {
  /** Leases for all who wait in this worker, with one exchange however many they are. */
  lease(): Promise<void>;
  /** Tells of a 429. */
  tell(seen: Seen & { readonly kind: 'limited' }): Promise<void>;
}

export interface ContactParts {
  readonly view: View;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly ceiling: () => number | undefined;
}

/** How long a worker goes on without the table before it tries again. */
const outageMs = 5_000;
/** A worker leases ahead for as many API callers as came to it in this time, or in that of ten calls. */
const lookBackMs = 6_000;
/** So long ago may a worker have had its last batch, which waited for its slots and was sent. */
const batchBeforeMs = 10_000;
/** What asked so shortly before belongs to the same batch of messages. */
export const sameBatchMs = 100;
/** Slots that passed unused longer ago are not made up for. */
export const unusedForMs = 3_000;
/** So many messages put to rest are worth an exchange of their own, for the others to rest theirs behind them. */
export const manyRested = 50;

export function createContact(parts: ContactParts): Contact {
  const { view, now, ceiling } = parts;
  // One exchange at a time, so that a worker does not race itself for the item.
  let last: Promise<void> = Promise.resolve();
  let leasing: Promise<void> | undefined;
  const inTurn = (make: () => Promise<void>): Promise<void> => {
    last = last.then(make);
    return last;
  };

  const lease = async () => {
    const own = leasing;
    const got = await exchange(parts, (state) => {
      // Who comes from here on is not counted in any more, and begins the next exchange.
      leasing = undefined;
      return leased(state, demandOf(view, state, now()), now(), ceiling());
    });
    if (leasing === own) leasing = undefined;
    if (view.unused.count === 0) view.aheadShare = Math.min(1, view.aheadShare + 0.2);
    if (got && got.bulk.length + got.interactive.length > 0) view.unused = { count: 0, atMs: 0 };
    view.interactive.permits.add(got?.interactive ?? []);
    view.bulk.permits.add(got?.bulk ?? []);
  };
  return {
    lease: () => {
      leasing ??= inTurn(lease);
      return leasing;
    },
    tell: (seen) =>
      inTurn(async () => {
        if (view.known && isCovered(view.known.state.limit, seen, now())) return;
        await exchange(parts, (state) => ({
          state: isCovered(state.limit, seen, now()) ? state : withSeen(state, seen, now(), ceiling()),
          gained: undefined,
        }));
      }),
  };
}

/** Changes the shared state, and tells along with that what this worker did since the last time. */
async function exchange<T>(
  { view, ledger, now, ceiling }: ContactParts,
  make: (state: GovernorState) => Change<T>,
): Promise<T | undefined> {
  try {
    const done = await ledger.change((stored) => {
      const current = withUntold(stored, view.untold, now(), ceiling());
      const { state, gained } = make(current);
      // What was answered, and a few messages at rest, are not worth a write of their own.
      const isSilent = state === current && Math.abs(view.untold.rested) < manyRested;
      return isSilent
        ? { state: stored, gained: { gained, state: stored, told: nothingUntold } }
        : { state, gained: { gained, state, told: view.untold } };
    });
    if (!done) return undefined;
    look(view, done.state, done.told, now());
    return done.gained;
  } catch {
    view.outageUntilMs = now() + outageMs;
    return undefined;
  }
}

function withUntold(
  state: GovernorState,
  { answered, latencySumMs, rested }: Untold,
  nowMs: number,
  ceiling: number | undefined,
): GovernorState {
  const seen = { kind: 'answered', count: answered, latencySumMs } as const;
  const learnt = answered > 0 ? withSeen(state, seen, nowMs, ceiling) : state;
  return rested === 0 ? learnt : { ...learnt, schedule: withRested(learnt.schedule, rested) };
}

/** Whether a refused call says nothing new, so that ten of a batch, or of ten workers, cost one write. */
const isCovered = (limit: Limit, { sentAtMs, retryAfterMs }: Seen & { kind: 'limited' }, nowMs: number) =>
  sentAtMs < limit.punishmentEndsMs && nowMs + blockMs(retryAfterMs) < limit.blockedUntilMs + 2_000;

function demandOf(view: View, { limit }: GovernorState, nowMs: number): Demand {
  const { interactive, bulk, aheadShare } = view;
  const tenCallsMs = 10 * spaceMs(limit.perMinute);
  const callers = interactive.used.within(Math.max(lookBackMs, tenCallsMs), nowMs);
  // A batch that comes next is as large as the one that came just now, where it was like that before.
  const batch = Math.min(
    bulk.waiting.size + bulk.used.within(sameBatchMs, nowMs),
    bulk.used.within(Math.max(batchBeforeMs, tenCallsMs), nowMs),
  );
  const laneDemand = ({ waiting }: LaneView, next: number): LaneDemand => ({
    waiting: waiting.size,
    untilMs: Math.max(...[...waiting].map((it) => it.untilMs)),
    ahead: Math.min(mostAhead, Math.round(aheadShare * next)),
  });
  return {
    interactive: laneDemand(interactive, callers),
    bulk: laneDemand(bulk, batch),
    unused: view.unused.atMs > nowMs - unusedForMs ? view.unused.count : 0,
  };
}
