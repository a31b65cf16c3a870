import type { PageFigures } from './page/client.ts';
import { openWays } from './pull/apart.ts';
import { isMet, print, type Report } from './report.ts';

/** The CPU of one page of 1,000 rows, 1.4 MB, from the socket to what the queue function sends of it. */
export async function benchPage(): Promise<Report> {
  const opened = openWays({ all: `import './bench/page/client.ts';` });
  try {
    const { ways, less, parsed } = await opened.run<PageFigures>('all', { rows: 10_000, delayMs: 0 });
    const of = (name: string) => less[name] ?? 0;
    return {
      name: 'page',
      title: 'one page of 1,000 rows by https, from the socket to the claim and its gzip; the peer, to JSON',
      comparisons: [
        {
          title: 'CPU a page',
          unit: 'ms',
          rows: Object.entries(ways).map(([name, value]) => ({ name, value })),
        },
      ],
      goals: [
        {
          what: 'less CPU than connectwise-rest, a page of a pull',
          unit: 'x',
          value: of('the connector, a page of a pull of ten'),
          bound: { atLeast: 3 },
        },
        {
          what: 'less CPU than connectwise-rest, a call',
          unit: 'x',
          value: of('the connector, a call'),
          bound: { atLeast: 3 },
        },
        { what: 'pages parsed on the way', unit: 'calls', value: parsed, bound: { atMost: 0 } },
      ],
    };
  } finally {
    opened.close();
  }
}

if (import.meta.main) {
  const report = await benchPage();
  print(report);
  if (!report.goals.every(isMet)) process.exitCode = 1;
}
