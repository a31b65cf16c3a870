import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { compile } from '../../lib/catalogue/compilation.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { type Caller, createCaller } from './caller.ts';

const { files } = compile(readPublishedTypes());
const catalogue: Catalogue = createCatalogue((name) => files.get(name) ?? '');
let caller: Caller;
beforeEach(async () => {
  caller = await createCaller({ catalogue, rows: 10, now: () => new Date('2026-11-23T12:00:00.750Z') });
});
afterEach(() => caller.simulator.close());

/** A new board with two statuses of its own: `In`, its default, and `Done`, which closes. */
async function createBoard(name: string): Promise<{ board: number; opened: number; closed: number }> {
  const id = async (path: string, body: unknown): Promise<number> =>
    Object((await caller.call('POST', path, body)).json).id;
  const board = await id('/service/boards', {
    name,
    location: { id: 1 },
    department: { id: 1 },
  });
  const statuses = `/service/boards/${board}/statuses`;
  const opened = await id(statuses, { name: `In ${name}`, defaultFlag: true });
  const closed = await id(statuses, { name: `Done ${name}`, closedStatus: true });
  return { board, opened, closed };
}

const createTicket = (fields: object) =>
  caller.call('POST', '/service/tickets', { summary: 'x', company: { id: 1 }, ...fields });
const patch = (id: number, path: string, value: unknown) =>
  caller.call('PATCH', `/service/tickets/${id}`, [{ op: 'replace', path, value }]);

test('a ticket takes a status of its board by name', async () => {
  const { board, closed } = await createBoard('A');
  const { status, json } = await createTicket({ board: { id: board }, status: { name: 'done a' } });
  expect([status, Object(json).status]).toMatchObject([201, { id: closed, name: 'Done A' }]);
});

test("a status of no board is refused in the server's words", async () => {
  const { board } = await createBoard('A');
  const { status, json } = await createTicket({ board: { id: board }, status: { name: 'Nowhere' } });
  expect([status, json]).toEqual([
    400,
    {
      code: 'InvalidObject',
      message: 'ticket object is invalid',
      errors: [
        {
          code: 'NotFound',
          message: `Service Status Nowhere not found for Service Board ${board}`,
          resource: 'ticket',
          field: 'status',
        },
      ],
    },
  ]);
});

test('a closing status closes the ticket with a stamp', async () => {
  const { board, opened, closed } = await createBoard('A');
  const { json } = await createTicket({ board: { id: board }, status: { id: opened } });
  const { id } = Object(json);
  const after = await patch(id, 'status', { id: closed });
  expect(after.json).toMatchObject({ closedFlag: true, closedDate: '2026-11-23T12:00:00Z' });
  const reopened = await patch(id, 'status/id', opened);
  expect(reopened.json).toMatchObject({ closedFlag: false });
  expect(reopened.json).not.toHaveProperty('closedDate');
});

describe('a move to another board', () => {
  test('is refused without a status of that board', async () => {
    const [from, to] = [await createBoard('A'), await createBoard('B')];
    const { json } = await createTicket({ board: { id: from.board }, status: { id: from.opened } });
    const { id } = Object(json);
    const { status, json: refusal } = await patch(id, 'board', { id: to.board });
    expect([status, Object(refusal).errors]).toMatchObject([
      400,
      [{ message: `Service Status ${from.opened} not found for Service Board ${to.board}` }],
    ]);
    expect((await caller.get(`/service/tickets/${id}?fields=board/id`)).json).toEqual({
      board: { id: from.board },
    });
  });

  test('goes with a status of that board', async () => {
    const [from, to] = [await createBoard('A'), await createBoard('B')];
    const { json } = await createTicket({ board: { id: from.board }, status: { id: from.opened } });
    const { status, json: moved } = await caller.call('PATCH', `/service/tickets/${Object(json).id}`, [
      { op: 'replace', path: 'board', value: { id: to.board } },
      { op: 'replace', path: 'status', value: { id: to.opened } },
    ]);
    expect([status, moved]).toMatchObject([
      200,
      { board: { id: to.board, name: 'B' }, status: { id: to.opened, name: 'In B' } },
    ]);
  });

  test('is refused with a type that the board does not have', async () => {
    const [from, to] = [await createBoard('A'), await createBoard('B')];
    const { json: type } = await caller.call('POST', `/service/boards/${from.board}/types`, { name: 'T' });
    const { json } = await createTicket({ board: { id: from.board }, type: { id: Object(type).id } });
    const { status, json: refusal } = await caller.call('PATCH', `/service/tickets/${Object(json).id}`, [
      { op: 'replace', path: 'board', value: { id: to.board } },
      { op: 'replace', path: 'status', value: { id: to.opened } },
    ]);
    expect([status, Object(refusal).errors]).toMatchObject([400, [{ code: 'NotFound', field: 'type' }]]);
  });
});

test('a ticket without a company is refused', async () => {
  const { status, json } = await caller.call('POST', '/service/tickets', { summary: 'x' });
  expect([status, Object(json).errors]).toMatchObject([400, [{ field: 'company/id' }]]);
});

test('a reference that names nothing is refused by its key', async () => {
  const { status, json } = await createTicket({ company: { identifier: 'Nobody' } });
  expect([status, Object(json).errors]).toMatchObject([
    400,
    [{ code: 'NotFound', message: 'Company Nobody not found', field: 'company' }],
  ]);
});

test.each([
  ['/service/tickets/1/notes', { text: 'x' }, 'detailDescriptionFlag'],
  ['/sales/activities', { name: 'x' }, 'assignTo/id'],
  ['/sales/activities', { name: 'x', assignTo: {} }, 'assignTo/id'],
  ['/company/companies', { identifier: 'x', name: 'x', yearEstablished: 1 }, 'yearEstablished'],
])('a POST to %s of %j is refused for %s', async (path, body, field) => {
  const { status, json } = await caller.call('POST', path, body);
  expect([status, Object(json).errors.map((one: { field: string }) => one.field)]).toContainEqual(
    expect.arrayContaining([field]),
  );
  expect(status).toBe(400);
});
