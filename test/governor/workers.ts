import { type Clock, createClock, startMs } from '../../cli/simulation/clock.ts';
import { createDice } from '../../cli/simulation/dice.ts';
import { createSimulatedTable, type SimulatedTable } from '../../cli/simulation/table.ts';
import { createGovernor, type Governor, type GovernorParts } from '../../lib/governor.ts';

/** Workers over one table, in simulated time. */
export interface Workers {
  readonly clock: Clock;
  readonly table: SimulatedTable;
  readonly worker: (parts?: Partial<GovernorParts>) => Governor;
  /** Runs what the test does until it is done. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function createWorkers(): Workers {
  const clock = createClock();
  const dice = createDice(7);
  const table = createSimulatedTable(clock, dice);
  return {
    clock,
    table,
    worker: (parts) =>
      createGovernor({ store: table, now: clock.now, sleep: clock.sleep, random: dice, ...parts }),
    run: async (work) => {
      await clock.runTo(startMs + 3_600_000);
      return work;
    },
  };
}

export const bulk = { lane: 'bulk', patienceMs: 15_000 } as const;
export const interactive = { lane: 'interactive', patienceMs: 10_000 } as const;
