import { median } from './median.ts';
import { openWays } from './pull/apart.ts';
import type { Cost } from './pull/measuring.ts';
import { isMet, print, type Report } from './report.ts';

const delayMs = 50;
const rounds = 3;
/** The last page is short, so that nobody has to ask for another one to know that it is the last. */
const setting = { rows: 99_500, delayMs, unfilterable: true };
const pages = Math.ceil(setting.rows / 1_000);

/**
 * A collection that can only be walked page after page, by ConnectWise's own walk (connectwise-api.md §4.8): the head of each page has to
 * be there before the next can be asked for, so what is not waiting is overhead.
 */
export async function benchChain(): Promise<Report> {
  const ways = openWays({
    'the connector': `import { measurePull } from './bench/pull/connector.ts'; measurePull({});`,
    'connectwise-rest 1.3.0': `import './bench/pull/connectwise-rest.ts';`,
  });
  try {
    const [own, peer] = [[] as Cost[], [] as Cost[]];
    for (let round = 0; round < rounds; round++) {
      own.push(await ways.run<Cost>('the connector', setting));
      if (round === 0) peer.push(await ways.run<Cost>('connectwise-rest 1.3.0', setting));
    }
    const ms = median(own.map((cost) => cost.ms));
    // A count, too, as in a pull of many lanes.
    const boundMs = pages * delayMs + delayMs;
    const rows = [
      { name: 'the serial bound', value: boundMs },
      { name: 'the connector, forward-only', value: ms },
      { name: 'connectwise-rest 1.3.0, by page number', value: median(peer.map((cost) => cost.ms)) },
    ];
    return {
      name: 'chain',
      title: `${setting.rows.toLocaleString('en')} rows, one page after another, median of ${rounds}`,
      comparisons: [{ title: `at ${delayMs} ms a call`, unit: 'ms', rows }],
      goals: [
        { what: 'time over its serial bound', unit: 'x', value: ms / boundMs, bound: { atMost: 1.12 } },
      ],
    };
  } finally {
    ways.close();
  }
}

if (import.meta.main) {
  const report = await benchChain();
  print(report);
  if (!report.goals.every(isMet)) process.exitCode = 1;
}
