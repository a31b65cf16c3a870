import { median } from './median.ts';

export interface Alternation {
  /** How long one way is measured before the next has its turn, in milliseconds. */
  readonly sliceMs: number;
  readonly rounds: number;
  /** Rounds before those that count, for the compiler. */
  readonly warmUpRounds: number;
}

export interface Alternated<Name> {
  readonly names: readonly Name[];
  /** Microseconds of CPU each time that a way was gone: the median over the rounds. */
  costUs(name: Name): number;
  /** What one way costs to another, each pair in the same round: the median over the rounds, which no slow phase moves. */
  ratioTo(name: Name, other: Name): number;
}

/**
 * The CPU time of several ways of doing something, in one process and in turn, in another order every round: on a machine with
 * fast and slow phases all of them have the same share of both, and none pays always for the garbage of the same other. Counts all threads, the collector's too.
 */
export async function alternate<Name extends string>(
  ways: Readonly<Record<Name, () => Promise<void>>>,
  { sliceMs, rounds, warmUpRounds }: Alternation,
): Promise<Alternated<Name>> {
  const names = namesOf(ways);
  const costs = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const cost = await sliceUs(ways[name], sliceMs);
      if (round >= 0) costs.get(name)?.push(cost);
    }
  }
  const of = (name: Name) => costs.get(name) ?? [];
  return {
    names,
    costUs: (name) => median(of(name)),
    ratioTo: (name, other) => median(of(name).map((cost, round) => cost / (of(other)[round] ?? cost))),
  };
}

function namesOf<Name extends string>(ways: Readonly<Record<Name, unknown>>): Name[] {
  const isName = (name: string): name is Name => name in ways;
  return Object.keys(ways).filter(isName);
}

async function sliceUs(way: () => Promise<void>, sliceMs: number): Promise<number> {
  const cpu = process.cpuUsage();
  const endMs = performance.now() + sliceMs;
  let times = 0;
  do {
    await way();
    times += 1;
  } while (performance.now() < endMs);
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / times;
}
