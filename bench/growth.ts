import { join } from 'node:path';
import { runMeasured } from './fresh-process.ts';
import type { Growths } from './growth/client.ts';
import { openWays } from './pull/apart.ts';
import type { Cost } from './pull/measuring.ts';
import type { Report } from './report.ts';

const way = 'the connector';
const pulls = { [way]: `import { measurePull } from './bench/pull/connector.ts'; measurePull({});` };

/** What a thousand rows of a pull cost, by how many there are; a process each. */
async function measureRows(): Promise<Growths[string]> {
  const opened = openWays(pulls);
  try {
    const costs: { size: number; us: number }[] = [];
    for (const size of [10_000, 100_000, 1_000_000]) {
      const { cpuMs } = await opened.run<Cost>(way, { rows: size, delayMs: 10 });
      costs.push({ size, us: (cpuMs * 1_000_000) / size });
    }
    const [first, last] = [costs[0]?.us ?? 1, costs.at(-1)?.us ?? Number.POSITIVE_INFINITY];
    return { costs, ratio: last / first };
  } finally {
    opened.close();
  }
}

/** Whether what one call costs stays what it is, while there is more of everything around it. */
export async function benchGrowth(): Promise<Report> {
  const growths: Growths = await runMeasured(join(import.meta.dirname, 'growth/client.ts'), [], {
    environment: {},
  });
  const all = Object.entries({ ...growths, 'a thousand rows of a pull, by rows': await measureRows() });
  return {
    name: 'growth',
    title: "the connector's own CPU for one of many, all outside of it in memory",
    comparisons: all.map(([title, { costs }]) => {
      const rows = costs.map(({ size, us }) => ({ name: size.toLocaleString('en'), value: us }));
      return { title, unit: 'µs', rows };
    }),
    goals: all.map(([what, { ratio }]) => ({
      what: `${what}: the most over the least`,
      unit: 'x',
      value: ratio,
      bound: { atMost: 1.2 },
    })),
  };
}
