import { join } from 'node:path';
import { runMeasured } from './fresh-process.ts';
import type { Growths } from './growth/client.ts';
import type { Report } from './report.ts';

/** Whether what one call costs stays what it is, while there is more of everything around it. */
export async function benchGrowth(): Promise<Report> {
  const growths: Growths = await runMeasured(join(import.meta.dirname, 'growth/client.ts'), [], {
    environment: {},
  });
  const all = Object.entries(growths);
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
