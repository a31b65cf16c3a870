import { median } from './median.ts';
import { openWays, type Ways } from './pull/apart.ts';
import type { Cost } from './pull/measuring.ts';
import { type Comparison, type Goal, isMet, print, type Report } from './report.ts';

const lanes = 10;
const pageRows = 1_000;
const rows = 100_000;

const ways = {
  'the connector': `import { measurePull } from './bench/pull/connector.ts'; measurePull({});`,
  'the connector, as files': `import { measurePull } from './bench/pull/connector.ts'; measurePull({ output: 'objects' });`,
  'keyset by hand, parsed and dropped': `import './bench/pull/keyset.ts';`,
  'connectwise-rest 1.3.0': `import './bench/pull/connectwise-rest.ts';`,
};
type Way = keyof typeof ways;
const [own, asFiles, byHand, peer] = [
  'the connector',
  'the connector, as files',
  'keyset by hand, parsed and dropped',
  'connectwise-rest 1.3.0',
] as const;

interface Part {
  readonly comparisons: readonly Comparison[];
  readonly goals: readonly Goal[];
}

/** What a pull of a whole collection costs, by its own server with canned pages. */
export async function benchPull(): Promise<Report> {
  const opened = openWays(ways);
  try {
    const parts = [
      await compare(opened, 50, { [own]: 5, [asFiles]: 3, [byHand]: 3, [peer]: 3 }, 1.5),
      await compare(opened, 300, { [own]: 3, [byHand]: 1, [peer]: 1 }, 1.2),
      await compareMemory(opened),
    ];
    return {
      name: 'pull',
      title: `whole collections of tickets, 1.4 MB a page, each way in fresh processes`,
      comparisons: parts.flatMap((it) => it.comparisons),
      goals: parts.flatMap((it) => it.goals),
    };
  } finally {
    opened.close();
  }
}

/** 100,000 rows, every way in turn, beside the time that ten lanes need at the least: a count, and their pages one after another. */
async function compare(
  opened: Ways<Way>,
  delayMs: number,
  rounds: Partial<Record<Way, number>>,
  atMost: number,
): Promise<Part> {
  const boundMs = Math.ceil(rows / pageRows / lanes) * delayMs + delayMs;
  const costs = new Map<Way, Cost[]>();
  for (let round = 0; round < 5; round++)
    for (const way of [own, asFiles, byHand, peer])
      if (round < (rounds[way] ?? 0))
        costs.set(way, [...(costs.get(way) ?? []), await opened.run<Cost>(way, { rows, delayMs })]);
  const of = (way: Way, member: keyof Cost) => median((costs.get(way) ?? []).map((cost) => cost[member]));
  const rowsOf = (member: keyof Cost) => [...costs.keys()].map((name) => ({ name, value: of(name, member) }));
  const ms = of(own, 'ms');
  return {
    comparisons: [
      {
        title: `100,000 rows at ${delayMs} ms a call`,
        unit: 'ms',
        rows: [{ name: 'the bound of ten lanes', value: boundMs }, ...rowsOf('ms')],
      },
      { title: `CPU of that at ${delayMs} ms`, unit: 'ms', rows: rowsOf('cpuMs') },
    ],
    goals: [
      { what: `time over the bound at ${delayMs} ms`, unit: 'x', value: ms / boundMs, bound: { atMost } },
      {
        what: `faster than connectwise-rest at ${delayMs} ms`,
        unit: 'x',
        value: of(peer, 'ms') / ms,
        bound: { atLeast: 8 },
      },
    ],
  };
}

/** The peak of a process, by the rows that it took. */
async function compareMemory(opened: Ways<Way>): Promise<Part> {
  const delayMs = 10;
  const sizes = [10_000, rows, 1_000_000] as const;
  const peaksOf = async (way: Way) => {
    const peaks: { name: string; value: number }[] = [];
    for (const size of sizes) {
      const { peakMb } = await opened.run<Cost>(way, { rows: size, delayMs });
      peaks.push({ name: `${way}, ${size.toLocaleString('en')} rows`, value: peakMb });
    }
    return peaks;
  };
  const peaks = await peaksOf(own);
  const files = await peaksOf(asFiles);
  const { peakMb } = await opened.run<Cost>(peer, { rows, delayMs });
  const [, middle = 0, large = 0] = peaks.map(({ value }) => value);
  const all = [...peaks, ...files, { name: `${peer}, 100,000 rows`, value: peakMb }];
  return {
    comparisons: [{ title: `peak memory by rows, at ${delayMs} ms a call`, unit: 'MB', rows: all }],
    goals: [
      {
        what: "of connectwise-rest's peak at 100,000 rows",
        unit: 'x',
        value: middle / peakMb,
        bound: { atMost: 0.5 },
      },
      {
        what: 'the peak at 1,000,000 rows over that at 100,000',
        unit: 'x',
        value: large / middle,
        bound: { atMost: 1.2 },
      },
    ],
  };
}

if (import.meta.main) {
  const report = await benchPull();
  print(report);
  if (!report.goals.every(isMet)) process.exitCode = 1;
}
