import { afterEach, describe, expect, test } from 'vitest';
import { answer } from '../../simulator/answering.ts';
import { queryOf } from '../../simulator/call.ts';
import { createDesk } from '../../simulator/desk.ts';
import { Refusal } from '../../simulator/failures.ts';
import { settingsOf } from '../../simulator/options.ts';
import { type Caller, createCaller, type Options } from './caller.ts';
import { handMadeCatalogue } from './hand-made-catalogue.ts';

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

/** Patches a ticket whose stored summary is longer than any write allows: the status, and what it is refused for. */
async function patchOld(patchValidation: 'whole' | 'changed', path: string, value: unknown) {
  const settings = settingsOf({ catalogue: handMadeCatalogue, rows: 3, patchValidation });
  const { world } = createDesk(settings, 'http://127.0.0.1');
  const operation = handMadeCatalogue.find('PATCH /service/tickets/{id}');
  if (operation === undefined) throw new Error('The catalogue has no such operation.');
  world.store.put('service/tickets', 1, { id: 1, summary: 'x'.repeat(101), company: { id: 1 } });
  const call = {
    operation,
    target: world.resources.target(operation, ['1']),
    values: ['1'],
    query: queryOf(''),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(replace(path, value))),
    url: 'http://127.0.0.1/service/tickets/1',
  };
  try {
    return (await answer(call, world)).status;
  } catch (error) {
    return error instanceof Refusal ? error.answer.status : error;
  }
}

test.each([
  ['whole', 'severity', 'High', 400],
  ['changed', 'severity', 'High', 200],
  ['changed', 'summary', 'y'.repeat(101), 400],
] as const)('where %s is checked, a patch of %s on a bad record', async (checked, path, value, status) => {
  expect(await patchOld(checked, path, value)).toBe(status);
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
