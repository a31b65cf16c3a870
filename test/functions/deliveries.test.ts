import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deliveries, givenUp, readCount, restMs } from '../../functions/deliveries.ts';
import { handler, queueHandler } from '../../functions/queue.ts';
import { createServices, type Services } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { createMemoryStore } from '../memory-store.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

const message = (id: string) =>
  JSON.stringify({ version: 1, id, connection: 'acme', operationId: 'getSystemInfo' });

function withEngine(execute: Services['engine']['execute']): Services {
  const services = createServices(readSettings());
  return { ...services, engine: { ...services.engine, execute } };
}
const crashing = () =>
  withEngine(async () => {
    throw new TypeError('a fault of ours');
  });
const resting = () =>
  withEngine(async (id) => {
    const result = { version: 1, id, succeeded: false } as const;
    return { kind: 'wait', waitMs: 30_000, result };
  });

/** Delivers what is on the queue until nothing comes any more, each time an hour later. @returns how often it came. */
async function deliverOften(services: Services, most: number): Promise<number> {
  for (let times = 0; times < most; times++) {
    const event = doors.receive();
    if (event.Records.length === 0) return times;
    const response = await queueHandler(() => services)(event, contextOf());
    doors.settle(event, returned(response));
    doors.passTime(3_600_000);
  }
  return most;
}

describe('a message', () => {
  test('that crashes its worker again and again becomes a dead letter that says why', async () => {
    doors.put(message('poison'));
    expect(await deliverOften(crashing(), 30)).toBe(11);
    expect(doors.takeDeadLetters()).toEqual([
      {
        body: message('poison'),
        why: 'It came back 10 times without a result. The last time: it crashed with TypeError.',
      },
    ]);
  });

  test('without an id takes its message id along, so that the journal knows it when it is redriven', async () => {
    doors.put(JSON.stringify({ version: 1, connection: 'acme', operationId: 'getSystemInfo' }));
    await deliverOften(crashing(), 30);
    const [letter] = doors.takeDeadLetters();
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('that waits for a rate limit never becomes one', async () => {
    doors.put(message('patient'));
    expect(await deliverOften(resting(), 60)).toBe(60);
    expect(doors.takeDeadLetters()).toEqual([]);
    expect(
      await deliverOften(
        withEngine(async (id) => ({ kind: 'result', result: { version: 1, id, succeeded: true } })),
        5,
      ),
    ).toBe(1);
    expect(doors.takeResults()).toMatchObject([{ id: 'patient' }]);
  });

  test('whose worker ends without a word says so as a dead letter', () => {
    expect(givenUp({ deliveries: { rests: 0 }, version: undefined }, 11)).toContain(
      'out of memory or out of time',
    );
    expect(givenUp({ deliveries: { rests: 1 }, version: undefined }, 11)).toBeUndefined();
  });

  test('is not given up while the table is away, which alone knows how often it rested', async () => {
    const { store } = createMemoryStore<Deliveries>(['lost']);
    expect(givenUp(await readCount(store, 'm', 30), 30)).toBeUndefined();
    expect(givenUp(await readCount(store, 'm', 30), 30)).toBeDefined();
  });

  test('cannot use up its deliveries by waiting, in all the days that SQS keeps it', () => {
    let waitedMs = 0;
    for (let receives = 1; receives < 1_000; receives++) waitedMs += restMs(0, receives);
    expect(waitedMs).toBeGreaterThan(14 * 86_400_000);
    expect(restMs(45_000, 1)).toBe(45_000);
  });
});

describe('a FIFO queue', () => {
  const inGroups = (event: SQSEvent, groups: readonly string[]): SQSEvent => ({
    Records: event.Records.map((record, place) => ({
      ...record,
      eventSourceARN: `${record.eventSourceARN}.fifo`,
      attributes: { ...record.attributes, MessageGroupId: groups[place] ?? '' },
    })),
  });

  test('executes a group in order, and others beside it', async () => {
    const order: string[] = [];
    const services = withEngine(async (id) => {
      order.push(`${id} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${id} ends`);
      return { kind: 'result', result: { version: 1, id, succeeded: true } };
    });
    const event = doors.receive(message('a1'), message('b1'), message('a2'));
    await queueHandler(() => services)(inGroups(event, ['a', 'b', 'a']), contextOf());
    doors.takeResults();
    expect(order.indexOf('a2 begins')).toBeGreaterThan(order.indexOf('a1 ends'));
    expect(order.indexOf('b1 begins')).toBeLessThan(order.indexOf('a1 ends'));
  });

  test('stops a group at the first that has to come back', async () => {
    doors.simulator.failNext({ path: '/system/info', status: 429 });
    const event = doors.receive(message('a1'), message('a2'), message('a3'), message('b1'));
    const [first, second, third] = event.Records.map(({ messageId }) => messageId);
    const response = await handler(inGroups(event, ['a', 'a', 'a', 'b']), contextOf());
    const results = doors.takeResults().map(({ id }) => id);
    // Whichever group asked first was throttled; the other went through.
    if (results.includes('b1')) expect(returned(response)).toEqual([first, second, third]);
    else expect(results).toEqual(['a1', 'a2', 'a3']);
  });
});
