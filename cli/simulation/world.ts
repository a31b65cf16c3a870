import { createGovernor, type Governor } from '../../lib/governor.ts';
import { type Clock, createClock, startMs } from './clock.ts';
import { createDice, type Dice, longTailed } from './dice.ts';
import { createHiddenLimit, type HiddenLimit } from './hidden-limit.ts';
import { createSimulatedQueue, type Message, type SimulatedQueue } from './queue.ts';
import type { Scenario } from './scenario.ts';
import { createSimulatedTable, type SimulatedTable } from './table.ts';

/** What is counted of one connection. */
interface Tally {
  answered: number;
  limited: number;
  receivesOfDone: number;
  done: number;
  maxReceives: number;
}

export interface World {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly table: SimulatedTable;
  readonly connections: ReadonlyMap<string, Company>;
  readonly newGovernor: () => Governor;
}

/** A ConnectWise company: its hidden limit, and what became of the calls to it. */
interface Company {
  readonly limit: HiddenLimit;
  readonly tally: Tally;
  /** Its windows do not begin with our clock. */
  readonly offsetMs: number;
}

const bulkPatienceMs = 15_000;
const callMs = 350;
/** Lambda hands on a batch when the one before is answered. */
const betweenBatchesMs = 10;
/** A producer sends this many at a time. */
const producedAtOnce = 20;
/** After these the queue gives a message up (infra/invocation-queue.ts). */
export const maxReceives = 1_000;
const usualSkewMs = 50;

export const newTally = (): Tally => ({
  answered: 0,
  limited: 0,
  receivesOfDone: 0,
  done: 0,
  maxReceives: 0,
});

export function createWorld(scenario: Scenario, seed: number): World {
  const clock = createClock();
  const dice = createDice(seed);
  const table = createSimulatedTable(clock, dice);
  const course = scenario.course(dice);
  const connections = new Map(
    Array.from({ length: scenario.connections }, (_, index) => [
      `company-${index}`,
      {
        limit: createHiddenLimit(scenario.counting, course, scenario.burst),
        tally: newTally(),
        offsetMs: Math.floor(dice() * 60_000),
      },
    ]),
  );
  const newGovernor = () => {
    const skew = (dice() * 2 - 1) * (scenario.skewMs ?? usualSkewMs);
    return createGovernor({
      store: table,
      now: () => clock.now() + skew,
      sleep: clock.sleep,
      random: dice,
      ceilingOf: () => scenario.ceiling,
    });
  };
  return { scenario, clock, dice, table, connections, newGovernor };
}

/** Sends one call. @returns whether it was answered. */
export async function call(world: World, governor: Governor, connection: string): Promise<boolean> {
  const { clock, dice, scenario } = world;
  const company = companyOf(world, connection);
  const sentAtMs = clock.now();
  await clock.sleep(20 + dice() * 40);
  const queuedMs = company.limit.arrive(clock.now() - startMs + company.offsetMs);
  await clock.sleep(queuedMs === undefined ? 20 : queuedMs + longTailed(callMs, dice));
  company.tally[queuedMs === undefined ? 'limited' : 'answered'] += 1;
  const latencyMs = clock.now() - sentAtMs;
  if (queuedMs !== undefined) await governor.observe(connection, { kind: 'answered', latencyMs });
  else {
    const retryAfter = scenario.sendsRetryAfter ? { retryAfterMs: 30_000 } : {};
    await governor.observe(connection, { kind: 'limited', latencyMs, ...retryAfter });
  }
  return queuedMs !== undefined;
}

function companyOf({ connections }: World, connection: string): Company {
  const company = connections.get(connection);
  if (!company) throw new Error(`There is no company for connection '${connection}' in this world.`);
  return company;
}

/** Workers that take batches from a queue which always holds a backlog for every connection. */
export function startBulk(world: World): void {
  const { clock, dice, scenario, connections, newGovernor } = world;
  let queue: SimulatedQueue | undefined;
  const missing = new Map<string, number>();
  const handle = async (governor: Governor, message: Message) => {
    const { connection, receives } = message;
    const wish = { lane: 'bulk', patienceMs: bulkPatienceMs, rests: receives - 1 } as const;
    const admission = await governor.admit(connection, wish);
    if (!admission.admitted) return queue?.rest(message, admission.waitMs);
    // The message of a call that was refused rests by the verdict of lib/failure.ts.
    if (!(await call(world, governor, connection))) return queue?.rest(message, 30_000 * (1 + dice() / 5));
    finish(companyOf(world, connection).tally, receives);
    const short = (missing.get(connection) ?? 0) + 1;
    if (short === producedAtOnce) produce(connection, short);
    missing.set(connection, short % producedAtOnce);
  };
  const workers = Array.from({ length: scenario.workers }, () => {
    const governor = newGovernor();
    return async (batch: readonly Message[]) => {
      await Promise.all(batch.map((message) => handle(governor, message)));
      await clock.sleep(betweenBatchesMs);
    };
  });
  const bulk = createSimulatedQueue(clock, workers);
  queue = bulk;
  const produce = (connection: string, count: number) => {
    for (let made = 0; made < count; made += 1) bulk.send({ connection, receives: 0 });
  };
  const rounds = Math.ceil(
    (scenario.backlogMinutes * (scenario.course(dice)[0]?.perMinute ?? 0)) / producedAtOnce,
  );
  for (let round = 0; round < rounds; round += 1)
    for (const connection of connections.keys()) produce(connection, producedAtOnce);
}

function finish(tally: Tally, receives: number): void {
  tally.done += 1;
  tally.receivesOfDone += receives;
  tally.maxReceives = Math.max(tally.maxReceives, receives);
}
