import { join } from 'node:path';
import type { CallFigures } from './call/client.ts';
import { runMeasured } from './fresh-process.ts';
import { openOutside } from './outside/outside.ts';
import type { Report } from './report.ts';

const atOnce = { manageMs: 0, slowMs: 0, sqsMs: 0, tableMs: 0 };

/** The CPU of one call with 2 KB of answer, by https: what the connector adds to the library that makes it. */
export async function benchCall(): Promise<Report> {
  const outside = await openOutside(atOnce);
  try {
    const file = join(import.meta.dirname, 'call/client.ts');
    const { ways, ratios }: CallFigures = await runMeasured(file, [outside.siteUrl], outside);
    const to = (name: string) => ratios[name] ?? Number.POSITIVE_INFINITY;
    const rows = Object.entries(ways).map(([name, value]) => ({ name, value }));
    return {
      name: 'call',
      title: 'a read with 2 KB of answer by https, ten at a time, from the record to the result',
      comparisons: [{ title: 'CPU a call', unit: 'µs', rows }],
      goals: [
        { what: 'CPU over ky alone', unit: 'x', value: to('ky alone'), bound: { atMost: 1.25 } },
        {
          what: 'CPU over connectwise-rest',
          unit: 'x',
          value: to('connectwise-rest 1.3.0'),
          bound: { atMost: 1 },
        },
      ],
    };
  } finally {
    outside.close();
  }
}
