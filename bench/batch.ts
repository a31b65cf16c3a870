import { join } from 'node:path';
import type { BatchFigures } from './batch/client.ts';
import { runMeasured } from './fresh-process.ts';
import { openOutside } from './outside/outside.ts';
import type { Report } from './report.ts';

/** What ConnectWise takes over a call, SQS over a send, and DynamoDB over an item (performance.md §4). */
const delays = { manageMs: 50, slowMs: 500, sqsMs: 8, tableMs: 4 };

/** Ten messages as Lambda hands them over, through the exported handler: how near its time comes to that of one. */
export async function benchBatch(): Promise<Report> {
  const outside = await openOutside(delays);
  try {
    const args = [outside.siteUrl, outside.awsEndpoint];
    const figures: BatchFigures = await runMeasured(
      join(import.meta.dirname, 'batch/client.ts'),
      args,
      outside,
    );
    return reportOf(figures);
  } finally {
    outside.close();
  }
}

function reportOf({
  ways,
  cpuUs,
  sends,
  nineOutShare,
  nineOutMs,
  tableCalls,
  messages,
}: BatchFigures): Report {
  const rowsOf = (figures: BatchFigures['ways']) =>
    Object.entries(figures).map(([name, value]) => ({ name, value }));
  const rows = rowsOf(ways);
  const [bound = 0, own = 0, , , ky = 0, peer = 0] = rows.map(({ value }) => value);
  const early = [
    { name: 'nine results are on the queue after', value: nineOutMs },
    { name: 'where the tenth is answered after', value: delays.slowMs },
  ];
  return {
    name: 'batch',
    title: `ten messages, ConnectWise takes ${delays.manageMs} ms, SQS ${delays.sqsMs}, DynamoDB ${delays.tableMs}; ${((10 * tableCalls) / messages).toFixed(1)} calls of the table a batch`,
    comparisons: [
      { title: 'time for all ten', unit: 'ms', rows },
      { title: 'CPU of each', unit: 'µs', rows: rowsOf(cpuUs) },
      { title: 'a batch with a slow tail', unit: 'ms', rows: early },
    ],
    goals: [
      {
        what: 'time over one upstream call and one send',
        unit: 'x',
        value: own / bound,
        bound: { atMost: 1.2 },
      },
      { what: 'faster than ky, one after another', unit: 'x', value: ky / own, bound: { atLeast: 8 } },
      {
        what: 'faster than connectwise-rest, one after another',
        unit: 'x',
        value: peer / own,
        bound: { atLeast: 8 },
      },
      { what: 'SendMessageBatch calls a batch', unit: 'calls', value: sends, bound: { atMost: 1 } },
      {
        what: 'share of a slow batch until nine are out',
        unit: 'x',
        value: nineOutShare,
        bound: { atMost: 0.4 },
      },
    ],
  };
}
