import { dominant, services } from './model.ts';
import { listed } from './prices.ts';
import type { Priced } from './workload.ts';

export const prices = `List prices of ${listed.region} as of ${listed.on}, no free tier: check yours.`;

/** Dollars as a person reads them. */
export function dollarText(dollars: number): string {
  if (dollars === 0) return '–';
  if (dollars < 0.005) return '<$0.01';
  return dollars < 100 ? `$${dollars.toFixed(2)}` : `$${Math.round(dollars).toLocaleString('en')}`;
}

/** A column for each workload, a row for each service. */
export function billTable(columns: readonly { readonly name: string; readonly priced: Priced }[]): string {
  const rows = services.map((service) => [
    service,
    ...columns.map(({ priced }) =>
      dollarText(priced.bill.lines.find((line) => line.service === service)?.dollars ?? 0),
    ),
  ]);
  const totals = ['**a month**', ...columns.map(({ priced }) => `**${dollarText(priced.bill.dollars)}**`)];
  return tableOf(['', ...columns.map(({ name }) => name)], [...rows, totals]);
}

export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** For the terminal. */
export function billText({ workload, bill }: Priced): string {
  const { invocations, arrival, connections, collections, timesADay, api, memoryMb } = workload;
  const width = Math.max(...services.map(({ length }) => length)) + 2;
  const lines = bill.lines
    .filter(({ dollars }) => dollars > 0)
    .map(({ service, dollars }) => `  ${service.padEnd(width)}${dollarText(dollars).padStart(9)}`);
  const calls = (count: number) => count.toLocaleString('en');
  return [
    `A month of ${calls(invocations)} messages that come ${arrival}, ${calls(connections)} connections, ${collections} collections ${timesADay} times a day, ${calls(api)} calls of the API, functions of ${memoryMb} MB:`,
    ...lines,
    `  ${'in all'.padEnd(width)}${dollarText(bill.dollars).padStart(9)}`,
    `Most of it: ${dominantText({ bill })}.`,
    prices,
    'Not in it: alarms, your producers and consumers, ConnectWise. See docs/cost.md.',
  ].join('\n');
}

export const dominantText = ({ bill }: Pick<Priced, 'bill'>): string =>
  dominant(bill)
    .map(({ service, dollars }) => `${service} ${Math.round((100 * dollars) / bill.dollars)} %`)
    .join(', ');
