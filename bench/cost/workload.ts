import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { countApi, countPulls, countQueue } from './counting.ts';
import { type Bill, billOf } from './model.ts';
import { noUsage, sumOf, times, type Usage } from './usage.ts';

/** What somebody does in a month. */
export interface Workload {
  /** Messages of the queue. */
  readonly invocations: number;
  /** 0 to 1: how many of them write. */
  readonly writes: number;
  readonly arrival: 'evenly' | 'at once';
  readonly connections: number;
  /** Collections that are pulled by a schedule, all connections together, and how often a day each. */
  readonly collections: number;
  readonly timesADay: number;
  /** Pages of 1,000 changed rows that a pull finds; a part of one where it is less. */
  readonly pages: number;
  /** Calls of the API. */
  readonly api: number;
  readonly memoryMb: number;
}

const daysAMonth = 730 / 24;

export interface Priced {
  readonly workload: Workload;
  /** Of the month. */
  readonly usage: Usage;
  readonly bill: Bill;
}

/** Runs a little of the workload through the real services, and prices a month of it. */
export async function priceOf(workload: Workload, catalogue: Catalogue): Promise<Priced> {
  const usage = await countMonth(workload, catalogue);
  return { workload, usage, bill: billOf(usage, workload) };
}

async function countMonth(workload: Workload, catalogue: Catalogue): Promise<Usage> {
  const { invocations, writes, arrival, connections, collections, timesADay, pages, api } = workload;
  const parts: Usage[] = [noUsage()];
  for (const kind of ['read', 'write'] as const) {
    const share = kind === 'write' ? writes : 1 - writes;
    if (invocations * share === 0) continue;
    const counted = await countQueue({ catalogue, kind, arrival, perMonth: invocations, connections });
    parts.push(times(counted.usage, invocations * share));
  }
  const pulls = collections * timesADay * daysAMonth;
  if (pulls > 0) {
    const { pull, page } = await countPulls(catalogue);
    parts.push(times(pull, pulls), times(page, pulls * pages));
  }
  if (api > 0) parts.push(times(await countApi(catalogue, api, connections), api));
  return sumOf(...parts);
}
