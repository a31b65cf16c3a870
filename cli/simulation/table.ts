import type { GovernorStore, StoredState } from '../../lib/governor/ledger.ts';
import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';

/** A table in memory that takes some milliseconds, and counts what is asked of it. */
export interface SimulatedTable extends GovernorStore {
  calls(): number;
  /** What is stored, at no cost. */
  peek(connection: string): StoredState | undefined;
}

export function createSimulatedTable(clock: Clock, dice: Dice): SimulatedTable {
  const items = new Map<string, StoredState>();
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
    write: async (connection, state, expected) => {
      calls += 1;
      await halfWay();
      const isCurrent = items.get(connection)?.version === expected;
      if (isCurrent) items.set(connection, { state, version: (expected ?? 0) + 1 });
      await halfWay();
      return isCurrent;
    },
  };
}
