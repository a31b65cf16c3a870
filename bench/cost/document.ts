import * as z from 'zod/mini';
import { answerMs, workers } from './counting.ts';
import { cpuMs } from './cpu.ts';
import { billOf, mostASecond } from './model.ts';
import { billTable, dominantText, prices, tableOf } from './text.ts';
import { type Usage, usageSchema } from './usage.ts';
import type { Priced, Workload } from './workload.ts';

const idle: Workload = {
  invocations: 0,
  writes: 0,
  arrival: 'evenly',
  connections: 1,
  collections: 0,
  timesADay: 0,
  pages: 0,
  api: 0,
  memoryMb: 512,
};
const million = 1_000_000;
const hourly = { collections: 20, timesADay: 24 };

/** What docs/cost.md prices, by the heads of its columns. */
export const workloads = {
  '1 million reads, at once': { ...idle, invocations: million, arrival: 'at once' },
  '1 million reads, evenly': { ...idle, invocations: million },
  '1 million writes, evenly': { ...idle, invocations: million, writes: 1 },
  '20 collections hourly, nothing new': { ...idle, ...hourly },
  '20 collections hourly, 1,000 changes each': { ...idle, ...hourly, pages: 1 },
  '1 million calls of the API': { ...idle, api: million },
} as const satisfies Readonly<Record<string, Workload>>;

export const grown = {
  '1 connection, 1 million': { ...idle, invocations: million },
  '10 connections, 10 million': { ...idle, invocations: 10 * million, connections: 10 },
  '100 connections, 10 million': { ...idle, invocations: 10 * million, connections: 100 },
  '1,000 connections, 10 million': { ...idle, invocations: 10 * million, connections: 1_000 },
  '1,000 connections, 100 million': { ...idle, invocations: 100 * million, connections: 1_000 },
} as const satisfies Readonly<Record<string, Workload>>;

/** What bench/cost/counted.json keeps: the usage of a month of each of them. */
export const countedSchema = z.record(z.string(), usageSchema);
export type CountedMonths = z.infer<typeof countedSchema>;

/** The blocks of docs/cost.md, by their marks. */
export function blocksOf(counted: CountedMonths): Readonly<Record<string, string>> {
  const priced = (all: Readonly<Record<string, Workload>>) =>
    Object.entries(all).map(([name, workload]) => ({ name, priced: pricedOf(name, workload, counted) }));
  const columns = priced(workloads);
  return {
    'the bills': [prices, billTable(columns), dominance(columns)].join('\n\n'),
    'the counts': countTable(columns.filter(({ name }) => name.includes('million'))),
    'the growth': [billTable(priced(grown)), dominance(priced(grown))].join('\n\n'),
    'the peaks': peaks(),
  };
}

function pricedOf(name: string, workload: Workload, counted: CountedMonths): Priced {
  const usage = counted[name];
  if (!usage)
    throw new Error(`bench/cost/counted.json does not tell of '${name}'. Run npm run cost -- --document.`);
  return { workload, usage, bill: billOf(usage, workload) };
}

const dominance = (columns: readonly { readonly name: string; readonly priced: Priced }[]) =>
  columns.map(({ name, priced }) => `- ${name}: ${dominantText(priced)}`).join('\n');

/** What is counted of one, by what it is called here. */
const told = {
  'invocations of the function': (it) => it.invokes,
  'of its time, in ms, without CPU': (it) => it.waitedMs,
  'requests of SQS': (it) => it.receives + it.deletes + it.sends + it.rests,
  'write units of DynamoDB': (it) => it.tableWrites,
  'read units of DynamoDB': (it) => it.tableReads,
  'reads of secrets': (it) => it.secretReads,
  'bytes of log': (it) => it.logBytes,
} as const satisfies Readonly<Record<string, (usage: Usage) => number>>;

function countTable(columns: readonly { readonly name: string; readonly priced: Priced }[]): string {
  const rows = Object.entries(told).map(([name, of]) => [
    name,
    ...columns.map(({ priced }) => rounded(of(priced.usage) / million)),
  ]);
  return tableOf(['of one', ...columns.map(({ name }) => name.replace('1 million ', ''))], rows);
}

const rounded = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

function peaks(): string {
  const batchCpuMs = cpuMs.batch + 10 * cpuMs.message;
  const rows = [workers, 20, 100].map((most) => {
    const aSecond = mostASecond(most, answerMs, batchCpuMs, idle.memoryMb);
    return [
      most.toLocaleString('en'),
      Math.round(aSecond).toLocaleString('en'),
      `${Math.round((aSecond * 2_628_000) / million).toLocaleString('en')} million`,
    ];
  });
  return tableOf(['`maxConcurrency`', 'messages a second at the most', 'in a month of that'], rows);
}
