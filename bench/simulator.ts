import { join } from 'node:path';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { createSimulator, type Simulator } from '../simulator/server.ts';
import { median } from './median.ts';
import type { Comparison, Report, Row } from './report.ts';

const sizes = [1_000, 10_000, 100_000];
/** Enough for a median; the first call is told apart, for it reads the members that are asked for. */
const rounds = 9;

const conditions = (least: number): string =>
  `closedFlag = false and company/id > ${least} and lastUpdated > [2020-01-01] and summary like "%e%"`;
const orderBy = 'priority/id asc, _info/lastUpdated desc';

/** What each line of the table asks for; `round` makes the conditions new every time. */
const questions: Readonly<Record<string, (round: number) => Record<string, string>>> = {
  'a page of 1,000': () => ({ pageSize: '1000' }),
  '… with conditions and orderBy': (round) => ({ pageSize: '1000', orderBy, conditions: conditions(round) }),
  '… and three fields': (round) => ({
    pageSize: '1000',
    orderBy,
    conditions: conditions(round),
    fields: 'id,summary,company/name',
  }),
  '… after a change': (round) => ({ pageSize: '1000', orderBy, conditions: conditions(round) }),
};

async function ask(simulator: Simulator, query: Readonly<Record<string, string>>): Promise<number> {
  const { username, password, clientId } = simulator.credentials;
  const url = `${simulator.url}/v4_6_release/apis/3.0/service/tickets?${new URLSearchParams(query)}`;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const start = performance.now();
  const response = await fetch(url, { headers: { authorization, clientId } });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`A measured call was answered ${response.status}.`);
  return performance.now() - start;
}

/** The first call, and the median of the next. */
async function measure(simulator: Simulator, name: string): Promise<readonly [number, number]> {
  const question = questions[name];
  if (question === undefined) throw new Error(`There is no question called ${name}.`);
  const first = await ask(simulator, question(0));
  const times: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    if (name.endsWith('change')) simulator.mutate(1);
    times.push(await ask(simulator, question(round)));
  }
  return [first, median(times)];
}

/** A list call over HTTP against the simulator, by the number of tickets. */
export async function benchSimulator(): Promise<Report> {
  const catalogue = loadCatalogue(join(import.meta.dirname, '../.catalogue'));
  const comparisons: Comparison[] = [];
  for (const size of sizes)
    for (const kind of ['rows', 'tickets'] as const) {
      const simulator = await createSimulator({ catalogue, [kind]: size });
      const rows: Row[] = [];
      for (const name of Object.keys(questions)) {
        const [first, next] = await measure(simulator, name);
        rows.push({ name, value: next }, { name: '  the first of them', value: first });
      }
      const of = kind === 'tickets' ? 'tickets of an MSP' : 'tickets';
      comparisons.push({ title: `${size.toLocaleString('en')} ${of}`, unit: 'ms', rows });
      await simulator.close();
    }
  const title = `a list of tickets from the simulator, median of ${rounds}`;
  return { name: 'simulator', title, comparisons, goals: [] };
}
