import type { CountedStore } from './counted-store.ts';
import { type Admission, createDesk, type Desk, type Observation, type Wish } from './governor/desk.ts';
import type { GovernorState } from './governor/state.ts';

/** Keeps the calls of all workers together below the limit that ConnectWise has for a connection and tells nobody. */
export interface Governor {
  /** Asks to send one call now. Sleeps in place up to `patienceMs` where the slot is near. Never throws. */
  admit(connection: string, wish: Wish): Promise<Admission>;
  /** Tells what became of an admitted call. Never throws. */
  observe(connection: string, seen: Observation): Promise<void>;
}

export interface GovernorParts {
  readonly store: CountedStore<GovernorState>;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** The user's own limit for a connection, in calls a minute; it is never exceeded. */
  readonly ceilingOf?: (connection: string) => number | undefined;
}

/**
 * A governor for one worker. It shares with the others one item a connection and nothing else, and connections share
 * nothing: one that is limited slows no other.
 */
export function createGovernor({ ceilingOf, ...parts }: GovernorParts): Governor {
  const desks = new Map<string, Desk>();
  const deskOf = (connection: string): Desk => {
    const known = desks.get(connection);
    if (known) return known;
    const desk = createDesk({ ...parts, connection, ceiling: () => ceilingOf?.(connection) });
    desks.set(connection, desk);
    return desk;
  };
  return {
    admit: (connection, wish) => deskOf(connection).admit(wish),
    observe: (connection, seen) => deskOf(connection).observe(seen),
  };
}
