import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiHandler } from '../../functions/api.ts';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, type Outside, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterEach(() => vi.useRealTimers());
afterAll(() => doors.close());

type Send = Outside['manage']['send'];

/** A worker whose writes go where a test says, and whose clock moves by hand. */
function workerOf(write?: Send) {
  const clock = { aheadMs: 0 };
  const outside = reachOut(readSettings());
  const services = createServices(readSettings(), {
    ...outside,
    manage: {
      ...outside.manage,
      send: (...call) => (write && call[0].writes ? write(...call) : outside.manage.send(...call)),
    },
    now: () => Date.now() + clock.aheadMs,
    sleep: async (waitMs) => {
      clock.aheadMs += waitMs;
    },
  });
  return { services, clock, queue: queueHandler(() => services), api: apiHandler(() => services) };
}

const create = (id: string, connection = 'acme') => ({
  version: 1,
  id,
  connection,
  operationId: 'postServiceTickets',
  request: { summary: id, company: { id: 1 }, externalXRef: id },
});
const read = (id: string) => ({ version: 1, id, connection: 'acme', operationId: 'getServiceTickets' });
const minutes = (count: number) => count * 60_000;
const sentFor = (method: string) => doors.simulator.requests.filter((it) => it.method === method).length;

describe('a worker with little time left', () => {
  test.each([
    // Ten seconds are kept back for results, four for a look-up, and a try that has a second or less is not begun.
    ['write', create('late write'), 15_000],
    ['read', read('late read'), 11_000],
  ])('starts no %s and hands its message back', async (_, invocation, remainingMs) => {
    const { queue, services } = workerOf();
    const before = doors.simulator.requests.length;
    const event = doors.receive(JSON.stringify(invocation));
    expect(returned(await queue(event, contextOf(remainingMs)))).toEqual(
      event.Records.map(({ messageId }) => messageId),
    );
    expect(doors.simulator.requests.length).toBe(before);
    expect(await services.journal.find(`acme/${invocation.id}`)).toBeUndefined();
    expect(doors.takeResults()).toEqual([]);
    // It rests for a second; then whoever has time executes it.
    doors.passTime(2_000);
    const again = doors.receive();
    expect(returned(await queue(again, contextOf()))).toEqual([]);
    doors.settle(again, []);
    expect(doors.takeResults()).toMatchObject([{ id: invocation.id, succeeded: true }]);
  });

  test('tells a caller of the API that nothing was sent', async () => {
    const { api } = workerOf();
    const before = sentFor('POST');
    const body = JSON.stringify(create('late call'));
    const answer = await api(apiEvent('POST /invocations', { body }), contextOf(8_000));
    expect(answer).toMatchObject({ statusCode: 504, headers: { 'retry-after': '1' } });
    expect(bodyOf(answer)).toMatchObject({
      reason: 'timed_out',
      detail: expect.stringContaining('not sent'),
    });
    expect(sentFor('POST')).toBe(before);
  });
});

test('AWS that takes a request and never answers is given up', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { services } = workerOf();
  let requests = 0;
  silent.on('request', () => {
    requests += 1;
  });
  const asking = services.journal.find('acme/silent').then(
    () => 'answered',
    (error: Error) => error.name,
  );
  for (let attempt = 1; attempt <= 3; attempt++) {
    await vi.waitUntil(() => requests === attempt, { timeout: 5_000, interval: 1 });
    await vi.advanceTimersByTimeAsync(11_000);
  }
  expect(await asking).toBe('StoreUnavailable');
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  silent.closeAllConnections();
  silent.close();
});

describe('a write that is in flight at the deadline', () => {
  test('is given up in time to look for it, handed back, and settled by who comes next', async () => {
    const budgets: number[] = [];
    const { queue, clock } = workerOf(async (_request, _site, _connection, budgetMs) => {
      budgets.push(budgetMs);
      clock.aheadMs += budgetMs;
      return { kind: 'timed_out', afterMs: budgetMs };
    });
    const event = doors.receive(JSON.stringify(create('in flight')));
    expect(returned(await queue(event, contextOf(40_000)))).toHaveLength(1);
    expect(budgets).toEqual([expect.closeTo(26_000, -3)]);
    expect(doors.takeResults()).toEqual([]);
    clock.aheadMs += minutes(10);
    doors.passTime(minutes(10));
    const again = doors.receive();
    expect(returned(await queue(again, contextOf()))).toEqual([]);
    doors.settle(again, []);
    expect(budgets).toHaveLength(1);
    expect(doors.takeResults()).toMatchObject([{ id: 'in flight', failure: { reason: 'not_applied' } }]);
  });

  test('of a worker that hangs fails the whole batch before Lambda ends it, and is found by the next', async () => {
    let reach = () => {};
    const isSending = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const hanging = workerOf(async (...call) => {
      // It is executed, and its worker never hears of it.
      await reachOut(readSettings()).manage.send(...call);
      reach();
      return new Promise(() => {});
    });
    // A connection of its own: the governor of the other has gone ahead with the clocks of the tests before.
    await doors.connect('hanging');
    const event = doors.receive(JSON.stringify(create('hanging', 'hanging')));
    // It begins with a minute left, and has half a second left at once: the timer is middy's own.
    const getRemainingTimeInMillis = vi.fn(() => 501).mockReturnValueOnce(60_000);
    const answer = hanging.queue(event, { ...contextOf(), getRemainingTimeInMillis });
    await expect(answer).rejects.toThrow('aborted');
    await isSending;
    expect(doors.takeResults()).toEqual([]);
    const next = workerOf();
    next.clock.aheadMs = minutes(2);
    doors.passTime(minutes(12));
    const again = doors.receive();
    expect(returned(await next.queue(again, contextOf()))).toEqual([]);
    doors.settle(again, []);
    expect(doors.takeResults()).toMatchObject([{ id: 'hanging', succeeded: true, settled: {} }]);
  });
});
