import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

let caller: Caller;
beforeEach(async () => {
  caller = await createCaller({ rows: 3, now: () => new Date(Date.UTC(2026, 0, 1)) });
});
afterEach(() => caller.simulator.close());

const control = async (method: string, path: string, body?: unknown) => {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${caller.simulator.url}/simulator${path}`, init);
  return { status: response.status, json: Object(await response.json()) };
};

test('sets, shows and clears faults', async () => {
  await control('POST', '/faults', { operation: 'GET /service/boards', kind: 'bad-gateway' });
  const broken = await caller.get('/service/boards');
  expect([broken.status, broken.headers.get('content-type')]).toEqual([502, 'text/html']);
  expect((await control('GET', '/faults')).json).toMatchObject([{ seen: 1, struck: 1 }]);
  expect((await control('DELETE', '/faults')).json).toEqual([]);
});

test('counts what arrived, what was answered and what was written', async () => {
  caller.simulator.failNext({ method: 'POST', cut: 'after' });
  await expect(caller.call('POST', '/service/boards', { name: 'x' })).rejects.toThrow();
  await caller.call('POST', '/service/boards', { name: 'x' });
  const { json } = await control('GET', '/state');
  expect(json.operations['POST /service/boards']).toEqual({
    arrived: 2,
    executed: 2,
    answered: { cut: 1, 201: 1 },
    written: { writes: 2, duplicates: 1 },
  });
  expect(json.writes).toMatchObject([
    { entity: 'Board', action: 'added', path: 'service/boards', id: 4, request: 1, copy: 1 },
    { entity: 'Board', action: 'added', path: 'service/boards', id: 5, request: 2, copy: 2 },
  ]);
});

test('counts no call as executed that was refused for the rate or by a fault', async () => {
  await control('POST', '/throttle', { perMinute: 1 });
  const create = (name: string) => caller.call('POST', '/service/boards', { name });
  const statuses = [(await create('a')).status, (await create('b')).status];
  await control('POST', '/throttle', { perMinute: null });
  caller.simulator.failNext({ method: 'POST', kind: 'too-many-requests' });
  statuses.push((await create('b')).status, (await create('b')).status);
  const { json } = await control('GET', '/state');
  expect(statuses).toEqual([201, 429, 429, 201]);
  expect(json.operations).toMatchObject({
    'POST /service/boards': {
      arrived: 3,
      executed: 2,
      answered: { 201: 2, 429: 1 },
      written: { writes: 2, duplicates: 0 },
    },
    'refused at the gateway': { arrived: 1, executed: 0, answered: { 429: 1 } },
  });
  expect(json.writes.map(({ id, request }: Record<string, number>) => [id, request])).toEqual([
    [4, 1],
    [5, 4],
  ]);
});

test('names the request of every write that it made', async () => {
  await caller.get('/service/boards');
  await caller.call('POST', '/service/boards/bulk', [{ name: 'a' }, { name: 'b' }]);
  caller.simulator.mutate(1);
  const { json } = await control('GET', '/state');
  expect(json.writes).toMatchObject([
    { id: 4, request: 2, copy: 1 },
    { id: 5, request: 2, copy: 1 },
    { path: 'service/tickets', request: 0 },
  ]);
  expect(caller.simulator.requests.map(({ number, method }) => [number, method])).toEqual([
    [1, 'GET'],
    [2, 'POST'],
  ]);
});

test('rolls the codebase and takes rights away', async () => {
  await control('POST', '/codebase', { codebase: 'v2026_9/' });
  await control('POST', '/permissions', { forbidden: ['POST /service'] });
  const old = await caller.call('GET', '/system/info', undefined, { prefix: '/v2026_1/apis/3.0' });
  const forbidden = await caller.call('POST', '/service/boards', { name: 'x' });
  expect([old.status, forbidden.status, (await caller.get('/service/boards')).status]).toEqual([
    404, 403, 200,
  ]);
});

test('changes the rate and moves the clock', async () => {
  await control('POST', '/throttle', { perMinute: 1, sendsRetryAfter: false });
  await caller.get('/system/info');
  const refused = await caller.get('/system/info');
  await control('POST', '/clock', { advanceMs: 60_000 });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
  const answered = await caller.get('/system/info');
  expect([answered.status, answered.headers.get('date')]).toEqual([200, 'Thu, 01 Jan 2026 00:01:00 GMT']);
});

test('a reset forgets what was written', async () => {
  await caller.call('POST', '/service/boards', { name: 'x' });
  await control('POST', '/reset');
  expect(await caller.ids('/service/boards')).toEqual([1, 2, 3]);
  expect((await control('GET', '/state')).json.writes).toEqual([]);
});

describe('refuses', () => {
  test.each([
    ['POST', '/faults', { kind: 'meteor' }, 400, /'kind' is not valid\. Give one of too-many-requests/],
    ['POST', '/faults', { sort: 1 }, 400, /does not know sort/],
    ['POST', '/clock', {}, 400, /advanceMs/],
    ['POST', '/codebase', { codebase: 'v1' }, 400, /Give a name and a slash/],
    ['GET', '/reset', undefined, 405, /is not a control call/],
    ['GET', '/nothing', undefined, 404, /is not a control call/],
  ])('%s %s with %j', async (method, path, body, status, message) => {
    const reply = await control(method, path, body);
    expect([reply.status, reply.json.message]).toEqual([status, expect.stringMatching(message)]);
  });

  test('what a web page sends', async () => {
    const headers = { origin: 'https://example.com' };
    const response = await fetch(`${caller.simulator.url}/simulator/reset`, { method: 'POST', headers });
    expect(response.status).toBe(403);
  });
});
