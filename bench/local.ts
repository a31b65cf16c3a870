import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { createTable } from '../lib/clients/table.ts';
import { governorStateSchema } from '../lib/governor/state.ts';
import { type Connector, startConnector } from '../local/connector.ts';
import { readOf } from './outside/events.ts';
import { learnt } from './outside/learnt.ts';
import { timeByRoom } from './profile.ts';
import type { Report } from './report.ts';

const workers = 4;
const messages = 3_000;
const warmUp = 500;
const timeoutMs = 120_000;

/** How many invocations a second go through the whole of `npm start`, and what of the machine's time each part of it takes. */
export async function benchLocal(): Promise<Report> {
  const connector = await startConnector({
    catalogue: loadCatalogue(join(import.meta.dirname, '../.catalogue')),
    port: 0,
    context: { connector: { maxConcurrency: workers } },
    log: () => {},
  });
  try {
    await teach(connector);
    await pass(connector, warmUp);
    const { rooms, mainMs, allMs, tookMs } = await profiled(() => pass(connector, messages));
    const a = (ms: number) => ms / messages;
    return {
      name: 'local',
      title: `${messages.toLocaleString('en')} reads through the local stack with ${workers} workers, all of it one process`,
      comparisons: [
        {
          title: 'speed',
          unit: 'a second',
          rows: [{ name: 'invocations', value: (1_000 * messages) / tookMs }],
        },
        {
          title: 'where its CPU goes, an invocation',
          unit: 'ms',
          rows: [
            { name: 'all of it', value: a(allMs) },
            { name: 'the workers, which run the functions', value: a(allMs - mainMs) },
            { name: 'the emulated AWS, the event source and the simulator', value: a(mainMs) },
            ...shares(rooms).map(([name, share]) => ({ name: `  of it ${name}`, value: a(mainMs * share) })),
          ],
        },
      ],
      goals: [],
    };
  } finally {
    await connector.close();
  }
}

const named = 6;

/** The largest parts of a profile, and all others; it is taken by the clock, so only its shares hold on a busy machine. */
function shares(rooms: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  const all = [...rooms.values()].reduce((sum, us) => sum + us, 0);
  const largest = [...rooms].slice(0, named).map(([name, us]) => [name, us / all] as const);
  const others = 1 - largest.reduce((sum, [, share]) => sum + share, 0);
  return [...largest, ['all others', others]];
}

/** The governor would look for the simulator's limit, which has none, for half an hour. */
async function teach({ stack }: Connector): Promise<void> {
  const table = createTable(stack.outputs['StateTableName'] ?? '', stack.client, Date.now);
  const kind = { prefix: 'governor/', schema: governorStateSchema, keptSeconds: 86_400 };
  await table(kind).update('acme', { add: {}, write: { value: learnt(60_000), expected: undefined } });
}

/** Puts so many reads on the queue and waits until as many results are there. */
async function pass({ stack }: Connector, count: number): Promise<void> {
  const results = stack.queue('ResultsQueue');
  const invocations = stack.queue('InvocationsQueue');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let left = count;
  results.watch(() => {
    left -= 1;
    if (left === 0) resolve();
  });
  const timer = setTimeout(() => reject(new Error(`${left} of ${count} results did not come.`)), timeoutMs);
  for (let place = 0; place < count; place++) {
    const body = JSON.stringify(readOf('acme', (place % 40) + 1));
    invocations.send({ body, attributes: {}, group: undefined, delaySeconds: undefined });
  }
  await promise.finally(() => clearTimeout(timer));
}

/** The CPU of the process and of its main thread, and where the latter went, in microseconds by room or package. */
async function profiled(work: () => Promise<void>) {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  const [startMs, all, main] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
  await work();
  const [ofAll, ofMain] = [process.cpuUsage(all), process.threadCpuUsage(main)];
  const tookMs = performance.now() - startMs;
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const { nodes, samples = [], timeDeltas = [] } = profile;
  return {
    rooms: timeByRoom({ nodes, samples, timeDeltas }),
    allMs: (ofAll.user + ofAll.system) / 1_000,
    mainMs: (ofMain.user + ofMain.system) / 1_000,
    tookMs,
  };
}
