import { startMs } from './clock.ts';
import { startInteractive } from './interactive.ts';
import type { Scenario } from './scenario.ts';
import { createWorld, maxReceives, newTally, startBulk, type World } from './world.ts';

/** What came out of one scenario with one seed. */
export interface Outcome {
  readonly scenario: string;
  readonly seed: number;
  /** Answered calls as a share of what the hidden limit (or the user's own, where that is lower) lets through. */
  readonly utilisation: number;
  /** The same from the first minute on, learning included. */
  readonly utilisationOfAll: number;
  readonly calls: number;
  readonly limitedShare: number;
  /** Jain's index over the connections: 1 where all got the same. */
  readonly fairness: number;
  readonly tableCalls: number;
  readonly meanReceives: number;
  readonly maxReceives: number;
  readonly deadLetters: number;
  readonly waitP50Ms?: number;
  readonly waitP95Ms?: number;
  readonly turnedAwayShare?: number;
}

const minuteMs = 60_000;

export async function runScenario(scenario: Scenario, seed: number): Promise<Outcome> {
  const world = createWorld(scenario, seed);
  startBulk(world);
  const interactive = startInteractive(world);
  const warmUpMs = scenario.warmUpMinutes * minuteMs;
  await world.clock.runTo(startMs + warmUpMs);
  const early = total(world).answered;
  const tableCallsBefore = world.table.calls();
  for (const { tally } of world.connections.values()) Object.assign(tally, newTally());
  const endMs = scenario.minutes * minuteMs;
  await world.clock.runTo(startMs + endMs);
  const counted = total(world);
  const calls = counted.answered + counted.limited;
  const waits = interactive.waitsMs.toSorted((a, b) => a - b);
  return {
    scenario: scenario.name,
    seed,
    utilisation: counted.answered / allowed(world, warmUpMs, endMs),
    utilisationOfAll: (early + counted.answered) / allowed(world, 0, endMs),
    calls,
    limitedShare: counted.limited / calls,
    fairness: jain([...world.connections.values()].map(({ tally }) => tally.answered)),
    tableCalls: (world.table.calls() - tableCallsBefore) / calls,
    meanReceives: counted.receivesOfDone / Math.max(1, counted.done),
    maxReceives: counted.maxReceives,
    deadLetters: counted.maxReceives > maxReceives ? 1 : 0,
    ...(waits.length > 0 && {
      waitP50Ms: quantile(waits, 0.5),
      waitP95Ms: quantile(waits, 0.95),
      turnedAwayShare: interactive.turnedAway / (waits.length + interactive.turnedAway),
    }),
  };
}

function total({ connections }: World) {
  const sum = newTally();
  for (const { tally } of connections.values()) {
    sum.answered += tally.answered;
    sum.limited += tally.limited;
    sum.done += tally.done;
    sum.receivesOfDone += tally.receivesOfDone;
    sum.maxReceives = Math.max(sum.maxReceives, tally.maxReceives);
  }
  return sum;
}

function allowed({ connections, scenario }: World, fromMs: number, toMs: number): number {
  const ceiling = ((scenario.ceiling ?? Number.POSITIVE_INFINITY) * (toMs - fromMs)) / minuteMs;
  return [...connections.values()].reduce(
    (sum, { limit, offsetMs }) => sum + Math.min(ceiling, limit.allowed(fromMs + offsetMs, toMs + offsetMs)),
    0,
  );
}

function jain(shares: readonly number[]): number {
  const sum = shares.reduce((a, b) => a + b, 0);
  const squares = shares.reduce((a, b) => a + b * b, 0);
  return squares === 0 ? 1 : sum ** 2 / (shares.length * squares);
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
