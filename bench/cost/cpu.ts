import * as z from 'zod/mini';
import lastRun from '../last-run.json' with { type: 'json' };

const row = z.object({ name: z.string(), value: z.number() });
const comparison = z.object({ title: z.string(), rows: z.array(row) });
const { reports } = z
  .object({ reports: z.array(z.object({ name: z.string(), comparisons: z.array(comparison) })) })
  .parse(lastRun);

function measured(bench: string, title: string, name: string): number {
  const report = reports.find((it) => it.name === bench);
  const found = report?.comparisons
    .find((it) => it.title.startsWith(title))
    ?.rows.find((it) => it.name === name);
  if (found) return found.value;
  throw new Error(
    `bench/last-run.json does not tell '${title}' of '${name}'. Run npm run bench -- --json bench/last-run.json.`,
  );
}

const ofTen = measured('batch', 'CPU of each', 'the connector, a batch of ten') / 1_000;
const ofOne = measured('batch', 'CPU of each', 'the connector, ten batches of one') / 1_000;
const message = (10 * ofTen - ofOne) / 9;

/** What work takes of a whole processor, in milliseconds, as the last run of the benches measured it. */
export const cpuMs = {
  /** An invocation of the function: with its messages. */
  batch: ofOne - message,
  message,
  /** A page of 1,000 rows of a pull. */
  page: measured('page', 'CPU a page', 'the connector, a page of a pull of ten'),
} as const;
