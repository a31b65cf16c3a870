import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

const now = new Date('2026-11-23T12:00:00.750Z');
let caller: Caller;
beforeEach(async () => {
  caller = await createCaller({ rows: 3, now: () => now });
});
afterEach(() => caller.simulator.close());

const patch = (path: string, ...operations: unknown[]) => caller.call('PATCH', path, operations);
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });

describe('a create', () => {
  test('answers 201 with the record and where it lives', async () => {
    const { status, json, headers } = await caller.call('POST', '/service/boards', { name: 'Escalations' });
    expect([status, headers.get('location')]).toEqual([
      201,
      `${caller.simulator.url}/v4_6_release/apis/3.0/service/boards/4`,
    ]);
    const stamp = '2026-11-23T12:00:00Z';
    const _info = { dateEntered: stamp, enteredBy: 'ApiMember', lastUpdated: stamp, updatedBy: 'ApiMember' };
    expect(json).toEqual({ id: 4, name: 'Escalations', _info });
  });

  test('is seen by every read', async () => {
    await caller.call('POST', '/service/boards', { name: 'Escalations' });
    expect(await caller.ids('/service/boards')).toEqual([1, 2, 3, 4]);
    expect((await caller.get('/service/boards/count')).json).toEqual({ count: 4 });
    expect(await caller.ids('/service/boards?conditions=name%20%3D%20%22escalations%22')).toEqual([4]);
  });

  test('expands references by id and by natural key', async () => {
    const { json: company } = await caller.get('/company/companies/2');
    const { id, identifier, name } = Object(company);
    const byKey = await caller.call('POST', '/service/tickets', {
      summary: 'x',
      company: { identifier },
      board: { id: 3 },
    });
    const href = `${caller.simulator.url}/v2026_1//apis/3.0/company/companies/2`;
    expect(byKey.json).toMatchObject({
      company: { id, identifier, name, _info: { company_href: href } },
      board: { id: 3, name: expect.any(String) },
    });
  });

  test('forgets write-only members and keeps every custom field', async () => {
    const { json } = await caller.call('POST', '/service/tickets', {
      summary: 'x',
      company: { id: 1 },
      initialDescription: 'secret',
      severity: null,
    });
    expect(json).not.toHaveProperty('initialDescription');
    expect(json).not.toHaveProperty('severity');
    expect(Object(json).customFields).toContainEqual({
      id: 1,
      caption: 'Asset Tag',
      type: 'Text',
      value: null,
    });
  });

  test('under a parent stays there', async () => {
    await caller.call('POST', '/service/tickets/1/notes', { text: 'here' });
    expect(await caller.ids('/service/tickets/1/notes')).toEqual([1, 2, 3, 4]);
    expect(await caller.ids('/service/tickets/2/notes')).toEqual([1, 2, 3]);
  });

  test('makes a parent for children of its own', async () => {
    await caller.call('POST', '/service/tickets', { summary: 'x', company: { id: 1 } });
    expect((await caller.get('/service/tickets/4/notes')).status).toBe(200);
    expect((await caller.get('/service/tickets/5/notes')).status).toBe(404);
  });
});

describe('a replace', () => {
  const ticket = { summary: 'new', company: { id: 2 } };

  test('drops what is not sent, but for defaults', async () => {
    const { status, json } = await caller.call('PUT', '/service/tickets/1', ticket);
    expect([status, Object.keys(Object(json)).sort()]).toEqual([
      200,
      ['_info', 'board', 'company', 'customFields', 'id', 'recordType', 'summary'],
    ]);
    const { customFields } = Object(json);
    expect(customFields.every(({ value }: { value: unknown }) => value === null)).toBe(true);
  });

  test("leaves a contact's communication items untouched", async () => {
    await patch('/company/contacts/1', replace('communicationItems', [{ value: 'a' }]));
    const sent = { firstName: 'A', communicationItems: [{ value: 'b' }] };
    const { json } = await caller.call('PUT', '/company/contacts/1', sent);
    expect(Object(json).communicationItems).toEqual([{ value: 'a' }]);
  });
});

describe('a patch', () => {
  test('answers the whole record with a new lastUpdated', async () => {
    const before = await caller.get('/service/boards/2');
    const { status, json } = await patch('/service/boards/2', replace('/name', 'Renamed'));
    expect([status, json]).toEqual([
      200,
      {
        ...Object(before.json),
        name: 'Renamed',
        _info: { ...Object(before.json)._info, lastUpdated: '2026-11-23T12:00:00Z', updatedBy: 'ApiMember' },
      },
    ]);
  });

  test('takes index paths into arrays', async () => {
    await patch('/company/contacts/1', replace('communicationItems', [{ value: 'a' }, { value: 'b' }]));
    const { json } = await patch(
      '/company/contacts/1',
      replace('communicationItems/1/value', 'c'),
      { op: 'add', path: '/communicationItems/2', value: { value: 'd' } },
      { op: 'remove', path: 'communicationItems/0' },
    );
    expect(Object(json).communicationItems).toEqual([{ value: 'c' }, { value: 'd' }]);
  });

  test('merges custom fields by id', async () => {
    const before = Object((await caller.get('/service/tickets/1')).json).customFields;
    const { json } = await patch('/service/tickets/1', replace('customFields', [{ id: 1, value: 'AT-1' }]));
    expect(Object(json).customFields).toEqual([{ ...before[0], value: 'AT-1' }, ...before.slice(1)]);
  });

  test('of a natural key inside a reference changes nothing', async () => {
    const { json: before } = await caller.get('/service/tickets/1?fields=company');
    const { status, json } = await patch('/service/tickets/1', replace('company/identifier', 'Other'));
    expect([status, Object(json).company]).toEqual([200, Object(before).company]);
  });

  test('of an id inside a reference points elsewhere', async () => {
    const { json } = await patch('/service/tickets/1', replace('company/id', 3));
    const { json: company } = await caller.get('/company/companies/3?fields=id,identifier,name');
    expect(Object(json).company).toMatchObject(Object(company));
  });

  test('removes a member', async () => {
    const { json } = await patch('/service/tickets/1', { op: 'remove', path: 'board' });
    expect(json).not.toHaveProperty('board');
  });

  test.each([
    ['an object instead of an array', { op: 'replace', path: 'name', value: 'x' }],
    ['an unknown op', [{ op: 'test', path: 'name', value: 'x' }]],
    ['a path in other letters', [replace('NAME', 'x')]],
    ['a value that the whole record may not have', [replace('name', 'x'.repeat(51))]],
    ['an index that is not there', [replace('name/5', 'x'), { op: 'remove', path: 'bogus/1' }]],
  ])('refuses %s', async (_, body) => {
    expect((await caller.call('PATCH', '/service/boards/2', body)).status).toBe(400);
    expect(Object((await caller.get('/service/boards/2')).json).name).not.toBe('x');
  });
});

describe('a delete', () => {
  test('is gone with its children, and 404 the second time', async () => {
    const statuses = [
      (await caller.call('DELETE', '/service/tickets/2')).status,
      (await caller.call('DELETE', '/service/tickets/2')).status,
      (await caller.get('/service/tickets/2/notes')).status,
    ];
    expect(statuses).toEqual([204, 404, 404]);
    expect(await caller.ids('/service/tickets')).toEqual([1, 3]);
  });

  test('only marks a company', async () => {
    await caller.call('DELETE', '/company/companies/2');
    expect((await caller.get('/company/companies/2?fields=id,deletedFlag')).json).toEqual({
      id: 2,
      deletedFlag: true,
    });
  });

  test('never gives its id to another record', async () => {
    await caller.call('DELETE', '/service/boards/3');
    const { json } = await caller.call('POST', '/service/boards', { name: 'New' });
    expect(Object(json).id).toBe(4);
  });
});

test('a bulk call answers 207 with each outcome', async () => {
  const { status, json } = await caller.call('POST', '/service/boards/bulk', [{ name: 'A' }, {}]);
  expect([status, json]).toMatchObject([
    207,
    {
      payload: [
        { success: true, originalIndex: 0, statusCode: 201, data: { id: 4 } },
        { success: false, originalIndex: 1, statusCode: 400, error: { code: 'InvalidObject' } },
      ],
    },
  ]);
});
