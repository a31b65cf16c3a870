import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { blocksOf, type CountedMonths, countedSchema, grown, workloads } from './cost/document.ts';
import { listed, price } from './cost/prices.ts';
import { billText } from './cost/text.ts';
import { priceOf, type Workload } from './cost/workload.ts';
import { fill } from './fill.ts';

const usage = `Usage: npm run cost -- [options]
  --invocations N    messages of the queue in a month; default 0
  --writes SHARE     how many of them write, from 0 to 1; default 0
  --arrival HOW      evenly over the month (default), or at-once
  --connections N    default 1
  --collections N    collections that are pulled by a checkpoint; default 0
  --times-a-day N    how often each; default 24
  --pages N          pages of 1,000 changed rows that a pull finds, such as 0.2; default 1
  --api N            reads by the API in a month; default 0
  --memory MB        of the functions; default 512
  --json             for programs: the bill, what was counted, and the prices
  --document         counts again what docs/cost.md prices, and fills it in`;

const number = { type: 'string' } as const;
const flags = {
  invocations: number,
  writes: number,
  arrival: { type: 'string', default: 'evenly' },
  connections: number,
  collections: number,
  'times-a-day': number,
  pages: number,
  api: number,
  memory: number,
  json: { type: 'boolean', default: false },
  document: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const root = join(import.meta.dirname, '..');
const countedFile = join(import.meta.dirname, 'cost/counted.json');

/** What was counted of the workloads of docs/cost.md. */
export const readCounted = (): CountedMonths =>
  countedSchema.parse(JSON.parse(readFileSync(countedFile, 'utf8')));

/** `npm run cost`: what a month of your own numbers costs at list prices, counted through the real services. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: flags });
  if (values.help) return console.log(usage);
  const catalogue = loadCatalogue(join(root, '.catalogue'));
  if (values.document) {
    const counted: CountedMonths = {};
    for (const [name, workload] of Object.entries({ ...workloads, ...grown }))
      counted[name] = (await priceOf(workload, catalogue)).usage;
    writeFileSync(countedFile, `${JSON.stringify(counted, null, 2)}\n`);
    for (const [name, block] of Object.entries(blocksOf(counted)))
      fill(join(root, 'docs/cost.md'), name, block);
    return console.log('Counted again, and filled in docs/cost.md.');
  }
  const workload = workloadOf(values);
  if (workload.invocations + workload.collections + workload.api === 0) return console.log(usage);
  const priced = await priceOf(workload, catalogue);
  console.log(values.json ? JSON.stringify({ ...priced, listed, price }, null, 2) : billText(priced));
}

type Values = Readonly<Record<Exclude<keyof typeof flags, 'json' | 'document' | 'help'>, string | undefined>>;

/** @throws Error with a sentence where an option is wrong. */
export function workloadOf(values: Partial<Values>): Workload {
  const { arrival = 'evenly' } = values;
  if (arrival !== 'evenly' && arrival !== 'at-once')
    throw new Error(`--arrival is '${arrival}'. Give evenly or at-once.`);
  return {
    invocations: within('invocations', values.invocations, 0, 1e10, 0),
    writes: within('writes', values.writes, 0, 1, 0),
    arrival: arrival === 'evenly' ? 'evenly' : 'at once',
    connections: within('connections', values.connections, 1, 10_000, 1),
    collections: within('collections', values.collections, 0, 100_000, 0),
    timesADay: within('times-a-day', values['times-a-day'], 0, 1_440, 24),
    pages: within('pages', values.pages, 0, 1_000, 1),
    api: within('api', values.api, 0, 1e10, 0),
    memoryMb: within('memory', values.memory, 128, 10_240, 512),
  };
}

function within(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} is '${text}'. Give a number from ${least} to ${most.toLocaleString('en')}.`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
