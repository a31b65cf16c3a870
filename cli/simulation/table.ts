import type { GovernorState } from '../../lib/governor/state.ts';
import type { Versioned, VersionedStore } from '../../lib/versioned-store.ts';
import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';

/** A table in memory that takes some milliseconds, and counts what is asked of it. */
export interface SimulatedTable extends VersionedStore<GovernorState> {
  calls(): number;
  /** What is stored, at no cost. */
  peek(connection: string): Versioned<GovernorState> | undefined;
}

export function createSimulatedTable(clock: Clock, dice: Dice): SimulatedTable {
  const items = new Map<string, Versioned<GovernorState>>();
  let calls = 0;
  const halfWay = () => clock.sleep(2 + dice() * 3);
  return {
    calls: () => calls,
    peek: (connection) => items.get(connection),
    read: async (connection) => {
      calls += 1;
      await halfWay();
      const item = items.get(connection);
      await halfWay();
      return item;
    },
    write: async (connection, value, expected) => {
      calls += 1;
      await halfWay();
      const isCurrent = items.get(connection)?.version === expected;
      if (isCurrent) items.set(connection, { value, version: (expected ?? 0) + 1 });
      await halfWay();
      return isCurrent;
    },
  };
}
