import { afterEach, describe, expect, test } from 'vitest';
import { type Caller, createCaller, type Options } from './caller.ts';

let caller: Caller | undefined;
afterEach(() => caller?.simulator.close());

async function open(options: Options): Promise<Caller> {
  caller = await createCaller({ rows: 3, ...options });
  return caller;
}

const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];

test.each([
  ['none', 'id', 3, false],
  ['ids', 'id', 3, true],
  ['ids', 'name', 'Alerts', false],
  ['all', 'name', 'Alerts', true],
] as const)('with %s a patch of board/%s to %s takes effect: %s', async (into, key, value, hasEffect) => {
  const { call } = await open({ patchIntoReferences: into });
  await call('PATCH', '/service/tickets/1', replace('board', { id: 1 }));
  const { status, json } = await call('PATCH', '/service/tickets/1', replace(`board/${key}`, value));
  expect([status, Object(json).board.id]).toEqual([200, hasEffect ? 3 : 1]);
});

test.each([400, 500] as const)('an object as a patch is answered with %d', async (patchObjectStatus) => {
  const { call } = await open({ patchObjectStatus });
  const { status } = await call('PATCH', '/service/boards/1', { op: 'replace', path: 'name', value: 'x' });
  expect(status).toBe(patchObjectStatus);
});

test('an unknown reference is kept where the switch says so', async () => {
  const { call } = await open({ unknownReferences: 'kept' });
  const body = { summary: 'x', company: { identifier: 'Nobody' } };
  const { status, json } = await call('POST', '/service/tickets', body);
  expect([status, Object(json).company.identifier]).toEqual([201, 'Nobody']);
});

describe('documents without a record', () => {
  test('are refused', async () => {
    const { get } = await open({});
    expect((await get('/system/documents')).status).toBe(400);
  });

  test('are all there where the switch says so', async () => {
    const { ids } = await open({ documentsOfNoRecord: 'all' });
    expect(await ids('/system/documents')).toEqual([1, 2, 3]);
  });
});

test('a deleted record is shown until its lag is over', async () => {
  let timeMs = Date.UTC(2026, 10, 23);
  const { call, get } = await open({ deletionLagMs: 5000, now: () => new Date(timeMs) });
  const statuses = [(await call('DELETE', '/service/boards/2')).status];
  statuses.push((await get('/service/boards/2')).status);
  statuses.push((await call('DELETE', '/service/boards/2')).status);
  timeMs += 5000;
  statuses.push((await get('/service/boards/2')).status);
  expect(statuses).toEqual([204, 200, 404, 404]);
});
