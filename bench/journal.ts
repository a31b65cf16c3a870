import { createClock } from '../cli/simulation/clock.ts';
import { queueHandler } from '../functions/queue.ts';
import { createServices } from '../functions/services.ts';
import { createCatalogue } from '../lib/catalogue/loading.ts';
import { defaultCatalogueFiles } from './default-catalogue.ts';
import { context, eventOf, logToNowhere, readOf } from './outside/events.ts';
import { inMemory, manageOf, settings, tablesOf } from './outside/in-memory.ts';
import type { Report } from './report.ts';

const batches = 600;
/** Batches of ten come as fast as ConnectWise is known to take calls, 1,000 a minute, which the governor has learnt. */
const everyMs = 600;
const learntPerMinute = 1_000;
const answerMs = 150;

/** Counts the calls to the table of writes, reads and what the governor asks, through the real services in simulated time. */
export async function benchJournal(): Promise<Report> {
  logToNowhere();
  const writes = await countCalls((id) => ({ ...writeOf(id) }));
  const reads = await countCalls((id) => readOf('acme', id));
  const a = (calls: Readonly<Record<string, number>>, kind: string) => (calls[kind] ?? 0) / (batches * 10);
  const kinds = ['journal: write', 'journal: read', 'governor: write', 'governor: read'];
  const rowsOf = (calls: Readonly<Record<string, number>>) =>
    [...new Set([...kinds, ...Object.keys(calls)])].map((kind) => ({ name: kind, value: a(calls, kind) }));
  const governed = (calls: Readonly<Record<string, number>>) =>
    a(calls, 'governor: write') + a(calls, 'governor: read');
  const journalled = (calls: Readonly<Record<string, number>>) =>
    a(calls, 'journal: write') + a(calls, 'journal: read');
  return {
    name: 'journal',
    title: `calls to the table, counted over ${batches} batches of ten, one every ${everyMs} ms`,
    comparisons: [
      { title: 'of a write', unit: 'calls', rows: rowsOf(writes) },
      { title: 'of a read', unit: 'calls', rows: rowsOf(reads) },
    ],
    goals: [
      { what: "the journal's calls a write", unit: 'calls', value: journalled(writes), bound: { atMost: 2 } },
      {
        what: "the journal's reads a write",
        unit: 'calls',
        value: a(writes, 'journal: read'),
        bound: { atMost: 0 },
      },
      { what: "the journal's calls a read", unit: 'calls', value: journalled(reads), bound: { atMost: 0 } },
      {
        what: "the governor's calls a write",
        unit: 'calls',
        value: governed(writes),
        bound: { atMost: 0.2 },
      },
      { what: "the governor's calls a read", unit: 'calls', value: governed(reads), bound: { atMost: 0.2 } },
    ],
  };
}

const writeOf = (id: number) => ({
  version: 1,
  id: `write-${id}`,
  connection: 'acme',
  operationId: 'postServiceTickets',
  request: { summary: `Ticket ${id}`, company: { id: 250 } },
});

/** @returns how many calls of each kind the table had. */
async function countCalls(messageOf: (id: number) => object): Promise<Readonly<Record<string, number>>> {
  const clock = createClock();
  const counts: Record<string, number> = {};
  const files = defaultCatalogueFiles();
  const { now, sleep } = clock;
  const outside = inMemory(
    createCatalogue((file) => files.get(file) ?? ''),
    {
      now,
      sleep,
      manage: manageOf({ id: 1 }, () => sleep(answerMs)),
      ...tablesOf(['acme'], learntPerMinute, now(), counts),
    },
  );
  const services = createServices(settings, outside);
  const handler = queueHandler(() => services);
  const running: Promise<unknown>[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const messages = Array.from({ length: 10 }, (_, place) => messageOf(batch * 10 + place + 1));
    running.push(handler(eventOf(messages), context));
    await clock.runTo(clock.now() + everyMs);
  }
  await clock.runTo(clock.now() + 60_000);
  for (const response of await Promise.all(running))
    if (failures(response) > 0) throw new Error('Messages came back.');
  return counts;
}

const failures = (response: unknown): number =>
  typeof response === 'object' &&
  response !== null &&
  'batchItemFailures' in response &&
  Array.isArray(response.batchItemFailures)
    ? response.batchItemFailures.length
    : 0;
