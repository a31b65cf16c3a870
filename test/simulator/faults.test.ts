import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

let caller: Caller;
beforeEach(async () => {
  caller = await createCaller({ rows: 3 });
});
afterEach(() => caller.simulator.close());

describe('failNext', () => {
  test('fails the next calls that fit and no other', async () => {
    caller.simulator.failNext({
      method: 'GET',
      path: '/Service/Boards/',
      times: 2,
      status: 503,
      body: 'busy',
    });
    const statuses: number[] = [];
    for (const path of ['/service/boards', '/service/tickets', '/service/boards', '/service/boards'])
      statuses.push((await caller.get(path)).status);
    expect(statuses).toEqual([503, 200, 503, 200]);
  });

  test('answers the body and headers of the rule', async () => {
    caller.simulator.failNext({
      path: /boards/,
      status: 429,
      body: { error: 'x' },
      headers: { 'retry-after': '7' },
    });
    const reply = await caller.get('/service/boards');
    expect([reply.status, reply.json, reply.headers.get('retry-after')]).toEqual([429, { error: 'x' }, '7']);
  });

  test('does not run a call that gets a status', async () => {
    caller.simulator.failNext({ status: 500 });
    await caller.call('POST', '/service/boards', { name: 'x' });
    expect(await caller.ids('/service/boards')).toEqual([1, 2, 3]);
  });

  test.each([
    ['before', [1, 2, 3]],
    ['after', [1, 2, 3, 4]],
  ] as const)('cuts the connection %s the write took effect', async (cut, ids) => {
    caller.simulator.failNext({ method: 'POST', cut });
    await expect(caller.call('POST', '/service/boards', { name: 'x' })).rejects.toThrow();
    expect(await caller.ids('/service/boards')).toEqual(ids);
    expect(caller.simulator.requests.map(({ status }) => status)).toEqual([0, 200]);
  });

  test('reaches discovery too', async () => {
    caller.simulator.failNext({ path: '/login/companyinfo/acme', status: 502 });
    const statuses = [
      await fetch(`${caller.simulator.url}/login/companyinfo/acme`),
      await caller.get('/service/boards'),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([502, 200]);
  });

  test('delays an answer that is right otherwise', async () => {
    caller.simulator.failNext({ delayMs: 20 });
    const startMs = performance.now();
    expect((await caller.get('/service/boards')).status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThan(15);
  });
});

test('close ends connections that still wait', async () => {
  const other = await createCaller();
  other.simulator.failNext({ delayMs: 600_000 });
  const calls = [other.get('/service/boards'), other.get('/service/boards')];
  const ends = Promise.allSettled(calls);
  // Only one call is delayed: once the other is answered, the delayed one is in the server.
  await Promise.race(calls);
  await other.simulator.close();
  expect((await ends).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});
