import { setTimeout } from 'node:timers/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Clock, createClock } from '../../cli/simulation/clock.ts';
import { createDice } from '../../cli/simulation/dice.ts';
import { apiHandler } from '../../functions/api.ts';
import { createServices } from '../../functions/services.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { context, readOf } from '../outside/events.ts';
import { settings } from '../outside/in-memory.ts';
import { countingLog, platformBytes } from './counted-log.ts';
import { countedOutside, type Surroundings } from './counted-outside.ts';
import { cpuMs } from './cpu.ts';
import { createEventSource } from './event-source.ts';
import { listedManage } from './pages.ts';
import { less, noUsage, sumOf, times, type Usage } from './usage.ts';

/** What ConnectWise takes over a call (performance.md), and what it allows a connection in a minute (connectwise-api.md §5.1). */
export const answerMs = 150;
const learntPerMinute = 1_000;
/** As infra/deployment.ts has it unless told. */
export const workers = 5;
const minuteMs = 60_000;
/** What workers know for five minutes has to be asked again within it. */
const windowMs = 5 * minuteMs;
/** Faster than this is counted at a smaller scale: with fewer connections, each as busy. */
const mostAMinute = 2_400;

/** How the messages of a queue come. */
export interface Flow {
  readonly catalogue: Catalogue;
  readonly kind: 'read' | 'write';
  /** `evenly`: at random moments all over the month; `at once`: more than ConnectWise takes at a time. */
  readonly arrival: 'evenly' | 'at once';
  readonly perMonth: number;
  readonly connections: number;
  /** Of those that come at once: how many wait. Absent: what ConnectWise takes in twelve minutes. */
  readonly backlog?: number;
}

export interface Counted {
  /** Of one message. */
  readonly usage: Usage;
  /** Out of sight at once at the most, of how many. */
  readonly inFlight: number;
  readonly messages: number;
}

const nothing = { body: { id: 1, summary: 'A ticket of 2 KB', text: 'x'.repeat(2_000) }, afterMs: answerMs };

function surroundings(catalogue: Catalogue, clock: Clock, connections: readonly string[]): Surroundings {
  const { now, sleep } = clock;
  return {
    catalogue,
    now,
    sleep,
    awsTakes: sleep,
    random: createDice(1),
    rest: () => {},
    stored: () => {},
    answer: nothing,
    connections,
    learntPerMinute,
  };
}

const namesOf = (connections: number) =>
  Array.from({ length: connections }, (_, place) => `connection-${place + 1}`);

const messageOf = (kind: Flow['kind'], connection: string, id: number): object =>
  kind === 'read'
    ? { ...readOf(connection, 7), id: `read-${id}` }
    : {
        version: 1,
        id: `write-${id}`,
        connection,
        operationId: 'postServiceTickets',
        request: { summary: `Ticket ${id}`, company: { id: 250 } },
      };

/** Sends messages through the real queue function in simulated time, and counts what AWS would bill for one of them. */
export async function countQueue(flow: Flow): Promise<Counted> {
  const { catalogue, kind, arrival, perMonth, connections, backlog = 12 * learntPerMinute } = flow;
  const usage = noUsage();
  const clock = createClock();
  const perMinute = perMonth / (730 * 60);
  const scale = Math.min(1, mostAMinute / perMinute);
  const names = namesOf(Math.max(1, Math.round(connections * scale)));
  const world = surroundings(catalogue, clock, names);
  const resting = { rest: (_: string, _waitMs: number) => {} };
  const outside = countedOutside(usage, { ...world, rest: (...rest) => resting.rest(...rest) });
  const source = createEventSource(clock, usage, workers, outside);
  resting.rest = source.rest;
  const dice = createDice(2);
  let sent = 0;
  const send = () => {
    sent += 1;
    source.send(messageOf(kind, names[Math.floor(dice() * names.length)] ?? '', sent));
  };
  if (arrival === 'at once') {
    for (let message = 0; message < backlog; message += 1) send();
    await countingLog(usage, () => runUntilDone(clock, source.left));
    return { usage: times(usage, 1 / sent), inFlight: source.mostInFlight(), messages: sent };
  }
  const everyMs = minuteMs / (perMinute * scale);
  const endMs = Math.max(2 * windowMs, Math.ceil((leastEvenly * everyMs) / windowMs + 1) * windowMs);
  const beginMs = clock.now();
  const next = () => {
    if (clock.now() - beginMs >= endMs) return;
    send();
    clock.at(clock.now() - Math.log(1 - dice() * 0.999) * everyMs, next);
  };
  next();
  await countingLog(usage, () => clock.runTo(beginMs + windowMs));
  const [before, sentBefore] = [sumOf(usage), sent];
  await countingLog(usage, () => clock.runTo(beginMs + endMs));
  const [measured, messages] = [less(usage, before), sent - sentBefore];
  await countingLog(usage, () => runUntilDone(clock, source.left));
  return { usage: times(measured, 1 / Math.max(1, messages)), inFlight: source.mostInFlight(), messages };
}

const leastEvenly = 200;

async function runUntilDone(clock: Clock, left: () => number): Promise<void> {
  for (let minute = 0; left() > 0; minute += 1) {
    if (minute > 60) throw new Error(`${left()} messages did not end within an hour of simulated time.`);
    await clock.runTo(clock.now() + minuteMs);
  }
}

/** Counts what AWS would bill for one read by the API, where so many come in a month. */
export async function countApi(catalogue: Catalogue, perMonth: number, connections: number): Promise<Usage> {
  const usage = noUsage();
  const clock = createClock();
  const names = namesOf(connections);
  const services = createServices(settings, countedOutside(usage, surroundings(catalogue, clock, names))());
  const handler = apiHandler(() => services);
  const calls = 200;
  const everyMs = Math.max(50, (730 * 60 * minuteMs) / perMonth);
  for (let call = 0; call < calls; call += 1) {
    const event = callOf(JSON.stringify(readOf(names[call % connections] ?? '', 7)));
    usage.invokes += 1;
    usage.apiRequests += 1;
    usage.logBytes += platformBytes;
    usage.cpuMs += cpuMs.batch + cpuMs.message;
    const fromMs = clock.now();
    await countingLog(usage, async () => {
      const answering = Promise.resolve(handler(event, context)).then((answer) => {
        usage.waitedMs += clock.now() - fromMs;
        usage.sentBytes += Buffer.byteLength(JSON.stringify(answer));
        if (answer.statusCode !== 200) throw new Error(`The API answered ${JSON.stringify(answer)}.`);
      });
      await clock.runTo(fromMs + everyMs);
      await answering;
    });
  }
  return times(usage, 1 / calls);
}

/** A call as API Gateway hands it over (payload 2.0). */
function callOf(body: string): APIGatewayProxyEventV2 {
  const routeKey = 'POST /invocations';
  const http = {
    method: 'POST',
    path: '/invocations',
    protocol: 'HTTP/1.1',
    sourceIp: '127.0.0.1',
    userAgent: 'cost',
  };
  const requestContext = {
    accountId: '000000000000',
    apiId: 'cost',
    domainName: 'cost',
    domainPrefix: 'cost',
    http,
    requestId: 'cost',
    routeKey,
    stage: '$default',
    time: '',
    timeEpoch: 0,
  };
  return {
    version: '2.0',
    routeKey,
    rawPath: '/invocations',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    isBase64Encoded: false,
    requestContext,
    body,
  };
}

export interface CountedPull {
  /** A pull that finds nothing new. */
  readonly pull: Usage;
  /** What each page of 1,000 changed rows adds. */
  readonly page: Usage;
}

/** Counts an hourly pull by a checkpoint, as a schedule sends it, and what its pages add. */
export async function countPulls(catalogue: Catalogue): Promise<CountedPull> {
  const [pull, withPages] = [await countPull(catalogue, 0), await countPull(catalogue, pages * 1_000)];
  return { pull, page: times(less(withPages, pull), 1 / pages) };
}

const pages = 4;
const pulls = 3;

async function countPull(catalogue: Catalogue, changed: number): Promise<Usage> {
  const usage = noUsage();
  const clock = createClock();
  const world = surroundings(catalogue, clock, ['acme']);
  const { now, sleep, random } = world;
  const { manage, change, answered } = listedManage(5_000, answerMs, { usage, now, sleep, random });
  const resting = { rest: (_: string, _waitMs: number) => {} };
  let packed = 0;
  const stored = (key: string) => {
    if (key.startsWith('results/')) packed += 1;
  };
  const rest = (...message: [string, number]) => resting.rest(...message);
  const outside = countedOutside(usage, { ...world, manage, stored, rest, awsTakes: atOnce });
  const source = createEventSource(clock, usage, 1, outside);
  resting.rest = source.rest;
  const run = async (hour: number) => {
    usage.schedules += 1;
    const nextMs = clock.now() + 60 * minuteMs;
    source.send({ ...pulling, id: `tickets-hourly:${hour}` });
    for (let step = 0; source.left() > 0; step += 1) {
      if (step > 2_000) throw new Error('A pull did not end within twenty seconds of simulated time.');
      await clock.runTo(clock.now() + 10);
      await until(() => packed >= answered());
    }
    await clock.runTo(nextMs);
  };
  return countingLog(usage, async () => {
    // The first one takes all, and the second one still sees it in its overlap.
    for (let hour = 0; hour < 2; hour += 1) await run(hour);
    const before = sumOf(usage);
    for (let hour = 2; hour < 2 + pulls; hour += 1) {
      change(changed);
      await run(hour);
    }
    return times(less(usage, before), 1 / pulls);
  });
}

/** Simulated time stands still until a page is packed, so nothing else may wait for it: some 50 ms of a pull are not counted. */
const atOnce = async () => {};

/** Pages are packed in real time, by other threads: the simulated clock stands still until all that came are put away. */
async function until(isPacked: () => boolean): Promise<void> {
  for (let tries = 0; !isPacked() && tries < 400; tries += 1) await setTimeout(5);
}

const pulling = {
  version: 1,
  connection: 'acme',
  operationId: 'getServiceTickets',
  pages: 'all',
  incremental: { checkpoint: 'tickets', overlapSeconds: 300 },
  lock: 'tickets-hourly',
};
