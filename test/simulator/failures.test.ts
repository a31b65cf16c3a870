import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await createCaller({ rows: 3 });
});
afterAll(() => caller.simulator.close());

const invalid = (resource: string, code: string, field: string, message: string) => ({
  code: 'InvalidObject',
  message: `${resource} object is invalid`,
  errors: [{ code, message, resource, field }],
});

describe('what is not there', () => {
  test.each([
    ['GET', '/company/contacts/57919', 404, { code: 'NotFound', message: 'Contact 57919 not found' }],
    ['GET', '/service/tickets/42/notes', 404, { code: 'NotFound', message: 'Ticket 42 not found' }],
    ['GET', '/company/contactz', 404, { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' }],
    [
      'GET',
      '/company/contacts/abc',
      404,
      { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' },
    ],
  ])('%s %s is %i', async (method, path, status, body) => {
    const reply = await caller.call(method, path);
    expect([reply.status, reply.json]).toEqual([status, body]);
  });

  test('a wrong verb is 405', async () => {
    expect((await caller.call('PUT', '/service/tickets', {})).status).toBe(405);
  });

  test('a path outside the application is HTML', async () => {
    const reply = await caller.call('GET', '/', undefined, { prefix: '' });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/html']);
  });
});

test('failures are indented and end their lines with CRLF', async () => {
  const { text, headers } = await caller.get('/company/contacts/9');
  expect(text).toBe('{\r\n  "code": "NotFound",\r\n  "message": "Contact 9 not found"\r\n}');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
});

describe('a body is refused', () => {
  test.each([
    [
      '/company/contacts',
      {},
      400,
      invalid('contact', 'MissingRequiredField', 'firstName', 'The firstName field is required.'),
    ],
    [
      '/service/tickets',
      { summary: 'x'.repeat(101), company: { id: 1 } },
      400,
      invalid(
        'ticket',
        'OutOfRange',
        'summary',
        'The field summary must be a string with a maximum length of 100.',
      ),
    ],
    [
      '/service/tickets',
      { summary: 'x', company: { id: 1 }, requiredDate: '2026-01-01T00:00:00+00:00' },
      400,
      invalid('ticket', 'UnsupportedFormat', 'requiredDate', 'Unsupported format applied to requiredDate'),
    ],
    [
      '/service/tickets',
      { summary: 'x', company: { id: 1 }, closedFlag: 'maybe' },
      500,
      { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' },
    ],
    [
      '/service/tickets',
      { summary: 'x', company: { id: 1 }, requiredDate: 'soon' },
      500,
      { code: 'ConnectWiseApi', message: 'String was not recognized as a valid DateTime.' },
    ],
  ])('%s %j', async (path, body, status, expected) => {
    const reply = await caller.call('POST', path, body);
    expect([reply.status, reply.json]).toEqual([status, expected]);
  });

  test.each([
    ['{"summary":"x","bogus":1}', 'bogus', 'Ticket', 'bogus', 1, 23],
    ['{\n  "company": {"nick": 1}}', 'nick', 'CompanyReference', 'company.nick', 2, 21],
    ['{"customFields":[{},{"x":1}]}', 'x', 'CustomFieldValue', 'customFields[1].x', 1, 25],
  ])('for the unknown member of %s, and says where', async (body, member, type, path, line, position) => {
    const { status, json } = await caller.call('POST', '/service/tickets', body);
    expect([status, Object(json).message]).toEqual([
      400,
      `Could not find member '${member}' on object of type '${type}'. Path '${path}', line ${line}, position ${position}.Check your accept header to make sure you are using the correct version.`,
    ]);
  });

  test.each([
    ['that is no JSON', '{"summary":'],
    ['that is empty', ''],
    ['with a word for a number', { summary: 'x', company: { id: 'one' } }],
    ['with an unknown enum value', { summary: 'x', company: { id: 1 }, severity: 'Extreme' }],
    ['with a list for a record', { summary: 'x', company: [] }],
  ])('%s with 400', async (_, body) => {
    expect((await caller.call('POST', '/service/tickets', body)).status).toBe(400);
  });

  test('that is no JSON by its type with 415', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await caller.call('POST', '/service/boards', { name: 'x' }, { headers })).status).toBe(415);
  });
});

test('members are taken in any case and converted as .NET does', async () => {
  const { status, json } = await caller.call('POST', '/service/tickets', {
    SUMMARY: 5,
    Company: { ID: '2' },
    closedFlag: 'True',
    severity: 'low',
  });
  expect([status, json]).toMatchObject([
    201,
    { summary: '5', company: { id: 2 }, closedFlag: true, severity: 'Low' },
  ]);
});
