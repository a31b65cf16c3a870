import { handler } from '../../functions/queue.ts';
import { median } from '../median.ts';
import { context, eventOf, logToNowhere, readOf } from '../outside/events.ts';
import { takeCounted } from '../outside/outside.ts';
import { createPeers } from '../outside/peers.ts';

/** The process that batch.ts measures: every way in turn, the wall time of each; prints what it found as JSON. */
const [, , siteUrl = '', awsEndpoint = ''] = process.argv;
const rounds = 11;
const ids = Array.from({ length: 10 }, (_, place) => place + 1);
const peers = createPeers(siteUrl, process.env);

export interface BatchFigures {
  /** Milliseconds for ten messages, by the name of the way. */
  readonly ways: Readonly<Record<string, number>>;
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
  'the connector, a batch of a connection that is new to it': () => batch(ids, `new-${connections++}`),
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

const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
const sends: number[] = [];
let tableCalls = 0;
logToNowhere();
for (let round = -1; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) {
    await takeCounted(awsEndpoint);
    const startMs = performance.now();
    await way();
    const ms = performance.now() - startMs;
    if (round < 0) continue;
    times.get(name)?.push(ms);
    if (name !== 'the connector, a batch of ten') continue;
    const { targets, sends: sent } = await takeCounted(awsEndpoint);
    sends.push(sent.length);
    tableCalls += (targets['DynamoDB_20120810.GetItem'] ?? 0) + (targets['DynamoDB_20120810.PutItem'] ?? 0);
  }
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

const figures: BatchFigures = {
  ways: Object.fromEntries([...times].map(([name, all]) => [name, median(all)])),
  sends: Math.max(...sends),
  nineOutShare: median(early.map(({ share }) => share)),
  nineOutMs: median(early.map(({ ms }) => ms)),
  tableCalls,
  messages: rounds * ids.length,
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));
