import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultKinds, isFaultKind } from '../../simulator/faults/fault-answers.ts';
import { basic, type Caller, createCaller } from './caller.ts';

const waited: number[] = [];
let caller: Caller;
beforeEach(async () => {
  waited.length = 0;
  caller = await createCaller({ rows: 3, wait: async (waitMs) => waited.push(waitMs) });
});
afterEach(() => caller.simulator.close());

const boards = () => caller.get('/service/boards');
const statusesOf = async (calls: number) => {
  const statuses: number[] = [];
  for (let call = 0; call < calls; call += 1) statuses.push((await boards()).status);
  return statuses;
};

test('every kind has its status and its type', async () => {
  const seen: Record<string, unknown> = {};
  for (const kind of faultKinds) {
    if (isFaultKind(kind)) caller.simulator.failNext({ kind });
    const { status, headers } = await boards();
    seen[kind] = [status, headers.get('content-type')?.split(';')[0]];
  }
  expect(seen).toEqual({
    'too-many-requests': [429, 'application/json'],
    'too-many-requests-without-retry-after': [429, 'application/json'],
    'server-error': [500, 'application/json'],
    'dotnet-error': [500, 'application/json'],
    'server-timeout': [500, 'application/json'],
    'bad-gateway': [502, 'text/html'],
    'service-unavailable': [503, undefined],
    'gateway-timeout': [504, 'text/html'],
    conflict: [409, 'application/json'],
    unauthorized: [401, 'application/json'],
    forbidden: [403, 'application/json'],
    'cannot-route': [400, 'text/plain'],
    'not-found-page': [404, 'text/html'],
    'empty-ok': [200, undefined],
  });
});

describe('a rule strikes', () => {
  test('the nth call that fits', async () => {
    caller.simulator.failNext({ operation: 'GET /service/boards', nth: 3, kind: 'server-error' });
    expect(await statusesOf(4)).toEqual([200, 200, 500, 200]);
  });

  test('a share of the calls, the same for the same seed', async () => {
    const rule = { probability: 0.5, times: 'always', kind: 'server-error' } as const;
    caller.simulator.failNext(rule);
    const first = await statusesOf(20);
    caller.simulator.controls.reset();
    caller.simulator.failNext(rule);
    expect(await statusesOf(20)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
  });

  test('after a time out of a range', async () => {
    caller.simulator.failNext({ delayMs: { from: 100, to: 200 } });
    await boards();
    expect(waited).toEqual([expect.closeTo(150, -2)]);
  });
});

test('a gateway may time out after the write took effect', async () => {
  caller.simulator.failNext({ method: 'POST', kind: 'gateway-timeout', takesEffect: true });
  expect((await caller.call('POST', '/service/boards', { name: 'x' })).status).toBe(504);
  expect(await caller.ids('/service/boards')).toEqual([1, 2, 3, 4]);
});

test('a body trickles and is whole in the end', async () => {
  const whole = await boards();
  caller.simulator.failNext({ trickle: { bytes: 10, intervalMs: 5 } });
  expect((await boards()).text).toBe(whole.text);
  expect(waited).toHaveLength(Math.ceil(whole.text.length / 10));
});

test('an endless body goes on until the caller leaves', async () => {
  const whole = await boards();
  let pieces = 0;
  const patient = await createCaller({
    rows: 3,
    wait: async () => {
      pieces += 1;
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  patient.simulator.failNext({ trickle: { bytes: 10, intervalMs: 1, isEndless: true } });
  const { url, credentials } = patient.simulator;
  const response = await fetch(`${url}/v4_6_release/apis/3.0/service/boards`, {
    headers: { authorization: basic(credentials), clientId: credentials.clientId },
  });
  let received = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.length;
    if (received > whole.text.length + 100) break;
  }
  expect([response.status, response.headers.get('content-length')]).toEqual([200, null]);
  expect(received).toBeGreaterThan(whole.text.length + 100);
  // The server learns that the caller left when the socket tells it: then no more pieces are sent.
  let [quiet, before] = [0, pieces];
  for (let turn = 0; turn < 10_000 && quiet < 50; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = pieces === before ? quiet + 1 : 0;
    before = pieces;
  }
  expect(quiet).toBe(50);
  await patient.simulator.close();
});

test('a body that is cut short breaks the read', async () => {
  caller.simulator.failNext({ truncateAfterBytes: 5 });
  await expect(boards()).rejects.toThrow();
});

test('an answer comes under another type or without its body', async () => {
  caller.simulator.failNext({ contentType: 'text/html' });
  const mistyped = await boards();
  caller.simulator.failNext({ isEmptied: true });
  const emptied = await boards();
  expect([mistyped.headers.get('content-type'), Array.isArray(mistyped.json)]).toEqual(['text/html', true]);
  expect([emptied.status, emptied.text]).toEqual([200, '']);
});
