import type { Counted, CountedStore } from '../../lib/counted-store.ts';
import type { GovernorState } from '../../lib/governor/state.ts';
import { createCountedItems } from '../counted-items.ts';
import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';

/** A table in memory that takes some milliseconds, and counts what is asked of it. */
export interface SimulatedTable extends CountedStore<GovernorState> {
  calls(): number;
  /** What is stored, at no cost. */
  peek(connection: string): Counted<GovernorState> | undefined;
}

export function createSimulatedTable(clock: Clock, dice: Dice): SimulatedTable {
  const items = createCountedItems<GovernorState>();
  let calls = 0;
  const halfWay = () => clock.sleep(2 + dice() * 3);
  const taking = async <T>(act: () => T): Promise<T> => {
    calls += 1;
    await halfWay();
    const result = act();
    await halfWay();
    return result;
  };
  return {
    calls: () => calls,
    peek: items.look,
    look: (connection) => taking(() => items.look(connection)),
    update: (connection, update) => taking(() => items.update(connection, update)),
  };
}
