import { createHash, createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { type Caller, createCaller, type Options } from './caller.ts';
import { openReceiver } from './receiver.ts';

const catalogue = loadCatalogue(join(inject('taskRoot'), '.catalogue'));
const waited: number[] = [];
const wait = async (waitMs: number) => waited.push(waitMs);

let caller: Caller;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeEach(() => {
  waited.length = 0;
});
afterEach(async () => {
  await caller.simulator.close();
  receiver.close();
});

async function start(statuses: readonly number[] = [], options: Options = {}): Promise<void> {
  receiver = await openReceiver(statuses);
  caller = await createCaller({ catalogue, rows: 3, wait, ...options });
}

const register = (fields: Record<string, unknown> = {}) =>
  caller.call('POST', '/system/callbacks', {
    description: 'x',
    url: receiver.url,
    objectId: 0,
    type: 'company',
    level: 'owner',
    ...fields,
  });

async function rename(name: string): Promise<void> {
  const patch = [{ op: 'replace', path: 'name', value: name }];
  expect((await caller.call('PATCH', '/company/companies/1', patch)).status).toBe(200);
  await caller.simulator.controls.callbacksSettled();
}

const bodies = () => receiver.received.map(({ body }) => Object(JSON.parse(body)));

describe('a registration', () => {
  test('is completed by the server', async () => {
    await start();
    const { status, json } = await register();
    expect([status, json]).toMatchObject([201, { objectId: 1, memberId: 1, payloadVersion: '3.0.0' }]);
  });

  test('is refused the second time', async () => {
    await start();
    await register();
    expect((await register({ objectId: 1 })).json).toMatchObject({
      code: 'InvalidObject',
      errors: [
        { code: 'ObjectExists', message: 'A matching callback entry already exists', field: 'objectId' },
      ],
    });
  });

  test('without what it needs is refused for all of it at once', async () => {
    await start();
    const { status, json } = await caller.call('POST', '/system/callbacks', { description: 'x', url: '' });
    const fault = (field: string) => ({
      code: 'MissingRequiredField',
      message: `The ${field} field is required.`,
      resource: 'callback',
      field,
    });
    expect([status, Object(json).errors]).toEqual([400, ['url', 'objectId', 'type', 'level'].map(fault)]);
  });

  test('with a bad URL and a bad level is refused for both', async () => {
    await start();
    const { status, json } = await register({ url: 'x', level: 'nope' });
    expect([status, Object(json).errors]).toMatchObject([
      400,
      [
        { code: 'InvalidField', message: 'Invalid URL', field: 'url' },
        { code: 'InvalidObject', field: 'level' },
      ],
    ]);
  });
});

test('a change is told behind the raw URL', async () => {
  await start();
  await register();
  await rename('Renamed');
  expect(receiver.received.map(({ url }) => url)).toEqual(['/hook?recordId=1&action=updated']);
  const [body] = bodies();
  expect(body).toMatchObject({ Action: 'updated', ID: 1, Type: 'company', CompanyId: 'acme' });
  expect(JSON.parse(body.Entity)).toMatchObject({ id: 1, name: 'Renamed' });
});

test('a deletion is told without an entity', async () => {
  await start();
  await register({ type: 'contact' });
  await caller.call('DELETE', '/company/contacts/2');
  await caller.simulator.controls.callbacksSettled();
  expect(bodies()).toMatchObject([{ Action: 'deleted', ID: 2, Entity: null }]);
});

test('the signature is made of the raw body and the key behind key_url', async () => {
  await start();
  await register();
  await rename('Signed');
  const [message] = receiver.received;
  const { Metadata } = Object(JSON.parse(message?.body ?? ''));
  expect(Metadata.key_url).toContain('/v2026_1//system/callbackkey/index.rails?companyName=acme&id=');
  const { signing_key } = Object(await (await fetch(Metadata.key_url)).json());
  const key = createHash('sha256').update(signing_key).digest();
  expect(message?.signature).toBe(
    createHmac('sha256', key)
      .update(message?.body ?? '')
      .digest('base64'),
  );
});

test.each([
  [[429, 404, 204], 3, [2000, 4000]],
  [[409, 409, 419, 204], 3, [2000, 4000]],
  [[500, 204], 1, []],
])('answers of %j are tried %i times', async (statuses, attempts, waits) => {
  await start(statuses);
  await register();
  await rename('Retried');
  expect([receiver.received.length, waited]).toEqual([attempts, waits]);
});

test('a receiver that does not answer is given up', async () => {
  await start([0], { callbackTimeoutMs: 20 });
  await register();
  await rename('Unheard');
  expect(caller.simulator.controls.state().callbacks).toMatchObject([
    { attempts: 1, failure: 'No answer in time.' },
  ]);
});

test('three failing days in a row switch a registration off', async () => {
  await start([500, 500, 500]);
  const { json } = await register();
  for (const name of ['Day 1', 'Day 2', 'Day 3', 'Day 4']) {
    await rename(name);
    caller.simulator.controls.clock.advance(86_400_000);
  }
  expect(receiver.received).toHaveLength(3);
  expect((await caller.get(`/system/callbacks/${Object(json).id}`)).json).toMatchObject({
    inactiveFlag: true,
  });
});

test("a self-suppressed registration is not told of its member's changes", async () => {
  await start();
  await register({ isSelfSuppressedFlag: true });
  await rename('Mine');
  expect(receiver.received).toEqual([]);
});

test('receivers elsewhere are not called', async () => {
  await start();
  await register({ url: 'https://example.com/hook?id=' });
  await rename('Afar');
  expect(caller.simulator.controls.state().callbacks).toMatchObject([
    { attempts: 0, failure: expect.stringContaining('127.0.0.1 and localhost only') },
  ]);
});

test.each([
  [{ drop: 1, duplicate: 0, reorder: 0 }, []],
  [{ drop: 0, duplicate: 1, reorder: 0 }, ['One', 'One', 'Two', 'Two']],
])('messages are lost or doubled as %j asks', async (shares, names) => {
  await start();
  await register();
  caller.simulator.controls.setUnreliability(shares);
  await rename('One');
  await rename('Two');
  expect(bodies().map(({ Entity }) => JSON.parse(Entity).name)).toEqual(names);
});

test('a message that is held back comes after the next', async () => {
  await start();
  await register();
  const patch = (name: string) =>
    caller.call('PATCH', '/company/companies/1', [{ op: 'replace', path: 'name', value: name }]);
  caller.simulator.controls.setUnreliability({ drop: 0, duplicate: 0, reorder: 1 });
  await patch('One');
  caller.simulator.controls.setUnreliability({ drop: 0, duplicate: 0, reorder: 0 });
  await rename('Two');
  expect(bodies().map(({ Entity }) => JSON.parse(Entity).name)).toEqual(['Two', 'One']);
});
