import { handler } from '../../functions/queue.ts';
import { median } from '../median.ts';
import { context, eventOf, logToNowhere, readOf } from '../outside/events.ts';
import { takeCounted } from '../outside/outside.ts';
import { createPeers } from '../outside/peers.ts';

/** The process that batch.ts measures: every way in turn, the wall time of each; prints what it found as JSON. */
const [, , siteUrl = '', awsEndpoint = ''] = process.argv;
const rounds = 9;
const warmUpRounds = 30;
const ids = Array.from({ length: 10 }, (_, place) => place + 1);
const peers = createPeers(siteUrl, process.env);

export interface BatchFigures {
  /** Milliseconds for ten messages, by the name of the way. */
  readonly ways: Readonly<Record<string, number>>;
  /** Microseconds of CPU for each of the ten, by the same names. */
  readonly cpuUs: Readonly<Record<string, number>>;
  /** SendMessageBatch calls of one batch of ten. */
  readonly sends: number;
  /** Of a batch of ten with a ticket that takes its time: when nine results were on the queue, as a share of all of it. */
  readonly nineOutShare: number;
  readonly nineOutMs: number;
  /** Calls to the table in all rounds of the batch, and how many messages those had. */
  readonly tableCalls: number;
  readonly messages: number;
}

let connections = 0;
const batch = async (of: readonly number[], connection = 'acme'): Promise<void> => {
  const { batchItemFailures } = await handler(eventOf(of.map((id) => readOf(connection, id))), context);
  if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages came back.`);
};

const ways: Readonly<Record<string, () => Promise<void>>> = {
  'one call by ky, one send by the SDK': async () => {
    const result = await peers.ky(1);
    await peers.sendAll(ids.map(() => result));
  },
  'the connector, a batch of ten': () => batch(ids),
  'the connector, a batch of a new connection': () => batch(ids, `new-${connections++}`),
  'the connector, ten batches of one': async () => {
    for (const id of ids) await batch([id]);
  },
  'ky, one after another, a send each': async () => {
    for (const id of ids) await peers.sendOne(await peers.ky(id));
  },
  'connectwise-rest 1.3.0, the same': async () => {
    for (const id of ids) await peers.sendOne(await peers.connectwiseRest(id));
  },
  'connectwise-rest 1.3.0, all at once, a send each': async () => {
    await Promise.all(ids.map(async (id) => peers.sendOne(await peers.connectwiseRest(id))));
  },
};

/** What is done at once takes a tenth of what is done one after another. */
const own = 'the connector, a batch of ten';
const isQuick = (name: string) => name === own || name.includes('one send') || name.includes('all at once');

const lists = () => new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
const [times, cpus] = [lists(), lists()];
const sends: number[] = [];
let tableCalls = 0;

async function measure(name: string, way: () => Promise<void>): Promise<void> {
  await takeCounted(awsEndpoint);
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  await way();
  times.get(name)?.push(performance.now() - startMs);
  const { user, system } = process.cpuUsage(cpu);
  cpus.get(name)?.push((user + system) / ids.length);
  if (name !== own) return;
  const { targets, sends: sent } = await takeCounted(awsEndpoint);
  sends.push(sent.length);
  tableCalls += (targets['DynamoDB_20120810.GetItem'] ?? 0) + (targets['DynamoDB_20120810.UpdateItem'] ?? 0);
}

logToNowhere();
// A worker handles thousands of batches: the compiler shall know all ways as well as it will then.
const quick = Object.entries(ways).filter(([name]) => isQuick(name));
for (let round = 0; round < warmUpRounds; round++) for (const [, way] of quick) await way();
for (let round = 0; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) await measure(name, way);
  // Those that are compared most closely are measured most often.
  for (let more = 0; more < 2; more++) for (const [name, way] of quick) await measure(name, way);
}

const early: { readonly share: number; readonly ms: number }[] = [];
for (let round = 0; round < 5; round++) {
  await takeCounted(awsEndpoint);
  const startMs = performance.now();
  await batch([...ids.slice(1), 999]);
  const ms = performance.now() - startMs;
  const [first] = (await takeCounted(awsEndpoint)).sends;
  if (first?.messages !== 9) throw new Error(`The first send had ${first?.messages} messages, not nine.`);
  early.push({ share: first.atMs / ms, ms: first.atMs });
}

const medians = (lists: ReadonlyMap<string, readonly number[]>) =>
  Object.fromEntries([...lists].map(([name, all]) => [name, median(all)]));
const figures: BatchFigures = {
  ways: medians(times),
  cpuUs: medians(cpus),
  sends: Math.max(...sends),
  nineOutShare: median(early.map(({ share }) => share)),
  nineOutMs: median(early.map(({ ms }) => ms)),
  tableCalls,
  messages: sends.length * ids.length,
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));
