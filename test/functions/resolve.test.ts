import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler as apiHandler } from '../../functions/api.ts';
import { handler } from '../../functions/queue.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
  // The boards of a fresh simulator have the same statuses; this one is on the second board alone.
  const renamed = await run({
    operationId: 'patchServiceBoardsByParentIdStatusesById',
    inputs: { parentId: 2, id: 3 },
    request: [{ op: 'replace', path: 'name', value: 'Parked' }],
  });
  expect(renamed).toMatchObject({ succeeded: true });
});
afterAll(() => doors.close());

const message = (fields: object) =>
  JSON.stringify({ version: 1, connection: 'acme', resolve: true, ...fields });

async function run(fields: object): Promise<Record<string, unknown>> {
  await handler(doors.receive(message(fields)), contextOf());
  const [result] = doors.takeResults();
  return result ?? {};
}

const create = (request: object) => run({ operationId: 'postServiceTickets', request });
const replaceStatus = (id: number, value: string) =>
  run({
    operationId: 'patchServiceTicketsById',
    inputs: { id },
    request: [{ op: 'replace', path: 'status', value }],
  });
const written = () => doors.simulator.requests.filter(({ method }) => method !== 'GET').length;

describe('a ticket by names', () => {
  test('is made with its company, board, status, priority, contact and custom field', async () => {
    const result = await create({
      summary: 'By name',
      company: 'Northfield Dental',
      board: 'Projects',
      status: 'parked',
      priority: 'Priority 2 - High',
      owner: 'AdaAbbott1',
      customFields: { 'asset tag': 'AT-1', Satisfaction: 7 },
    });
    expect(result).toMatchObject({ succeeded: true, responseCode: '201' });
    expect(result['response']).toMatchObject({
      company: { id: 1, identifier: 'NorthfieldDental1' },
      board: { id: 2, name: 'Projects' },
      status: { id: 3, name: 'Parked' },
      priority: { id: 2 },
      owner: { id: 1, identifier: 'AdaAbbott1' },
    });
    expect(JSON.stringify(result['response'])).toContain('AT-1');
  });

  test('gets a status of its own board by a patch', async () => {
    const ticket = { summary: 'Patched', company: { id: 1 } };
    const { response: onSecond } = await create({ ...ticket, board: { id: 2 } });
    const { response: onFirst } = await create({ ...ticket, board: { id: 1 } });
    const [second, first] = [onSecond, onFirst].map((it) => Reflect.get(Object(it), 'id'));
    expect(await replaceStatus(second, 'Parked')).toMatchObject({
      succeeded: true,
      response: { id: second, status: { id: 3, name: 'Parked' } },
    });
    const refused = await replaceStatus(first, 'Parked');
    expect(refused).toMatchObject({ succeeded: false, failure: { reason: 'unresolved_name' } });
    expect(JSON.stringify(refused)).toContain('names nothing in /service/boards/1/statuses. The nearest are');
  });
});

describe('a name without an id', () => {
  test.each([
    ['unresolved_name', { company: 'Northfeld Dental' }, "'NorthfieldDental1' or 'Northfield Dental' (id 1)"],
    ['unresolved_name', { company: 'x" or id > 0 or name = "x' }, "'request.company' names nothing"],
    ['cannot_resolve', { company: { id: 1 }, status: 'New' }, "Give 'board' as well"],
  ])('ends as %s: %j', async (reason, members, sentence) => {
    const before = written();
    const result = await create({ summary: 'x', ...members });
    expect(result).toMatchObject({ succeeded: false, failure: { reason } });
    expect(JSON.stringify(result['failure']).replaceAll('\\"', '"')).toContain(sentence);
    expect(written()).toBe(before);
  });

  test('is ambiguous where two records bear it', async () => {
    const twin = { identifier: 'Twin', name: 'Blue Ridge Clinics' };
    expect(await run({ operationId: 'postCompanyCompanies', request: twin })).toMatchObject({
      succeeded: true,
    });
    const result = await create({ summary: 'x', company: 'Blue Ridge Clinics' });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'ambiguous_name' } });
    expect(JSON.stringify(result)).toContain("'BlueRidgeClinics3' or 'Blue Ridge Clinics' (id 3), 'Twin' or");
  });

  test('is the caller’s mistake by the API: 400', async () => {
    const body = message({ operationId: 'postServiceTickets', request: { summary: 'x', company: 'Nobody' } });
    const answer = await apiHandler(apiEvent('POST /invocations', { body }), contextOf());
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({
      reason: 'unresolved_name',
      findings: [{ path: 'request.company' }],
    });
  });
});

describe('look-ups', () => {
  const asked = (path: string) =>
    doors.simulator.requests.filter(({ method, path: it }) => method === 'GET' && it.endsWith(path)).length;

  test('of the same name by a batch of ten share one call', async () => {
    const request = { summary: 'x', company: 'Lakeside Credit Union' };
    const before = asked('/company/companies');
    const bodies = Array.from({ length: 10 }, (_, place) =>
      message({ id: `b${place}`, operationId: 'postServiceTickets', request }),
    );
    await handler(doors.receive(...bodies), contextOf());
    const results = doors.takeResults();
    expect(results).toHaveLength(10);
    expect(results.every(({ succeeded }) => succeeded)).toBe(true);
    expect(asked('/company/companies') - before).toBe(1);
  });

  test('that are throttled let the message rest, and nothing is written', async () => {
    const before = written();
    doors.simulator.failNext({ path: '/service/boards', status: 429, headers: { 'retry-after': '60' } });
    const request = { summary: 'x', company: { id: 1 }, board: 'Onboarding' };
    const event = doors.receive(message({ operationId: 'postServiceTickets', request }));
    const response = await handler(event, contextOf());
    expect(returned(response)).toEqual([event.Records[0]?.messageId]);
    expect(written()).toBe(before);
  });
});
