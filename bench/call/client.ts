import { request } from 'undici';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { alternate } from '../alternation.ts';
import { account, authorization } from '../outside/account.ts';
import { context, eventOf, logToNowhere, readOf } from '../outside/events.ts';
import { nowhere, tablesOf } from '../outside/in-memory.ts';
import { createPeers } from '../outside/peers.ts';

/**
 * The process that call.ts measures: the CPU of a call with 2 KB of answer, ten at a time, all ways in turn. The connector is the
 * handler with all that it is made of, from the record's text to the result's text, but for AWS: what the SDK costs to send a
 * result is the same for everybody. With a number as its third argument it does so many batches of the connector and no more, for
 * a profile.
 */
const [, , siteUrl = '', rounds = ''] = process.argv;
const atOnce = 10;

const settings = readSettings();
const secret = { siteUrl, ...account };
const services = createServices(settings, {
  ...reachOut(settings),
  results: nowhere,
  ...tablesOf(['acme'], 600_000, Date.now()),
  readSecret: async () => ({ found: true, text: JSON.stringify(secret) }),
});
const handler = queueHandler(() => services);
const peers = createPeers(siteUrl, process.env);
const headers = { authorization, clientId: account.clientId };
const places = Array.from({ length: atOnce }, (_, place) => place + 1);

const event = eventOf(places.map((id) => readOf('acme', id)));
const connector = async () => {
  const { batchItemFailures } = await handler(event, context);
  if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages came back.`);
};
const all = (call: (id: number) => Promise<unknown>) => async () => {
  await Promise.all(places.map(call));
};
const ways = {
  'ky alone': all(async (id) => JSON.stringify(await peers.ky(id))),
  'the connector, from record to result': connector,
  'connectwise-rest 1.3.0': all(async (id) => JSON.stringify(await peers.connectwiseRest(id))),
  'undici 8.13.1, text and no JSON': all(async (id) => {
    const { body } = await request(`${siteUrl}/v4_6_release/apis/3.0/service/tickets/${id}`, { headers });
    return body.text();
  }),
};

export interface CallFigures {
  /** Microseconds of CPU a call, by the name of the way. */
  readonly ways: Readonly<Record<string, number>>;
  /** The ratio of the connector to each way in the same round: the median of all rounds. */
  readonly ratios: Readonly<Record<string, number>>;
}

logToNowhere();
if (rounds === '') {
  const { names, costUs, ratioTo } = await alternate(ways, { sliceMs: 120, rounds: 40, warmUpRounds: 10 });
  const figures: CallFigures = {
    ways: Object.fromEntries(names.map((name) => [name, costUs(name) / atOnce])),
    ratios: Object.fromEntries(
      names.map((name) => [name, ratioTo('the connector, from record to result', name)]),
    ),
  };
  process.stdout.write(JSON.stringify(figures), () => process.exit(0));
} else {
  for (let round = 0; round < Number(rounds); round++) await connector();
  process.exit(0);
}
