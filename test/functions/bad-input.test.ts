import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../../functions/queue.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

/** Sends one message; whatever it is, it gets one result and does not come back. */
async function answerTo(body: string, remainingMs?: number): Promise<Record<string, unknown>> {
  const response = await handler(doors.receive(body), contextOf(remainingMs));
  expect(returned(response)).toEqual([]);
  const results = doors.takeResults();
  expect(results).toHaveLength(1);
  return results[0] ?? {};
}

const valid = {
  version: 1,
  id: 'bad',
  connection: 'acme',
  operationId: 'getServiceTicketsById',
  inputs: { id: 1 },
};
const message = (fields: object) => JSON.stringify({ ...valid, ...fields });

describe('bad input gets a clear answer', () => {
  test.each([
    ['not JSON', '<xml/>', 'invalid_invocation', 'is not JSON'],
    ['nothing', '', 'invalid_invocation', 'is not JSON'],
    [
      'brackets by the ten thousand',
      message({ request: 0 }).replace(':0}', `:${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
      'invalid_invocation',
      'nested deeper than 100 levels',
    ],
    ['an array', '[]', 'invalid_invocation', 'It must be an object.'],
    ['a wrong version', message({ version: 2 }), 'invalid_invocation', "'version' must be 1."],
    [
      'an unknown field',
      message({ input: {} }),
      'invalid_invocation',
      "no field 'input' (did you mean 'inputs'?)",
    ],
    ['inputs that are a list', message({ inputs: [1] }), 'invalid_invocation', "'inputs' must be an object."],
    [
      'a connection that climbs',
      message({ connection: '../../x' }),
      'invalid_invocation',
      "'connection' must be 1 to 64",
    ],
    ['an unknown connection', message({ connection: 'acne' }), 'unknown_connection', "no connection 'acne'"],
    [
      'an unknown operation',
      message({ operationId: 'getServiceTicketById' }),
      'unknown_operation',
      'getServiceTicketsById',
    ],
    [
      'a missing input',
      message({ inputs: {} }),
      'invalid_inputs',
      "Input 'id' (integer, in the path) is missing.",
    ],
    [
      'an unknown input',
      message({ inputs: { id: 1, field: 'id' } }),
      'invalid_inputs',
      "no input 'field' (did you mean 'fields'?)",
    ],
    [
      'an input of a wrong type',
      message({ inputs: { id: 'one' } }),
      'invalid_inputs',
      "Input 'id' must be a whole number.",
    ],
    ['a body where none belongs', message({ request: { id: 1 } }), 'invalid_request', 'takes no body'],
    [
      'no body where one is needed',
      message({ operationId: 'postServiceTickets', inputs: {} }),
      'invalid_request',
      'needs a body',
    ],
    [
      'an input that climbs out of the path',
      message({ operationId: 'getSystemReportsByReportName', inputs: { reportName: '../members' } }),
      'invalid_inputs',
      "Input 'reportName' does not fit into one segment",
    ],
  ])('%s', async (_, body, reason, sentence) => {
    const before = doors.simulator.requests.length;
    const result = await answerTo(body);
    expect(result).toMatchObject({ succeeded: false, failure: { reason } });
    expect(JSON.stringify(result['failure'])).toContain(JSON.stringify(sentence).slice(1, -1));
    expect(doors.simulator.requests.length).toBe(before);
  });

  test('a message of 1 MiB, which is too long for one member', async () => {
    const create = { operationId: 'postServiceTickets', inputs: {} };
    const room = 1_048_576 - message({ ...create, request: { summary: '' } }).length;
    const result = await answerTo(message({ ...create, request: { summary: 'x'.repeat(room) } }));
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'invalid_request' } });
    expect(JSON.stringify(result).length).toBeLessThan(5_000);
  });

  test('a message of 1 MiB that is in order goes through', async () => {
    const create = { operationId: 'postServiceTickets', inputs: {} };
    const request = { summary: 'x', company: { id: 1 }, initialDescription: '' };
    const room = 1_048_576 - message({ ...create, request }).length;
    const initialDescription = 'x'.repeat(room);
    const result = await answerTo(message({ ...create, request: { ...request, initialDescription } }));
    expect(result).toMatchObject({ succeeded: true, responseCode: '201' });
  });

  test('a URL that is longer than ConnectWise takes', async () => {
    const inputs = { id: 1, fields: 'x'.repeat(2_000) };
    expect(await answerTo(message({ inputs }))).toMatchObject({
      succeeded: false,
      failure: {
        reason: 'invalid_inputs',
        findings: [{ reason: 'uri_too_long' }, { reason: 'unknown_name' }],
      },
    });
    expect(await answerTo(message({ inputs, preflight: 'warn' }))).toMatchObject({
      succeeded: false,
      responseCode: '414',
      failure: { reason: 'uri_too_long' },
    });
  });

  test('a response that never ends', async () => {
    doors.simulator.failNext({ path: '/service/tickets/1', delayMs: 600_000 });
    expect(await answerTo(message({}), 11_500)).toMatchObject({
      succeeded: false,
      failure: { reason: 'timed_out' },
    });
  });

  test.each([
    ['a secret that is not JSON', 'siteUrl=x', 'is not JSON'],
    ['a secret that is a list', '[]', 'It must be an object.'],
    [
      'a misspelt field',
      '{"siteUrl":"x","username":"a+b","pasword":"c","clientId":"d"}',
      "'pasword' (did you mean 'password'?)",
    ],
    [
      'a username without a company',
      '{"siteUrl":"x","username":"b","password":"c","clientId":"d"}',
      "'username' must be the company",
    ],
    [
      'a host that is not allowed',
      '{"siteUrl":"evil.example","username":"a+b","password":"c","clientId":"d"}',
      'host evil.example, which is not allowed',
    ],
  ])('%s', async (name, secret, sentence) => {
    const connection = name.replaceAll(' ', '-');
    await doors.storeSecret(connection, secret);
    const result = await answerTo(message({ connection }));
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'invalid_connection' } });
    expect(JSON.stringify(result)).toContain(sentence);
  });

  test('a mended secret works at the next message', async () => {
    await doors.storeSecret('mended', '{');
    expect(await answerTo(message({ connection: 'mended' }))).toMatchObject({ succeeded: false });
    await doors.connect('mended');
    expect(await answerTo(message({ connection: 'mended' }))).toMatchObject({ succeeded: true });
  });

  test('a rotated key costs no failed call', async () => {
    await doors.connect('rotated', { password: 'outdated' });
    await answerTo(message({ connection: 'rotated' }));
    await doors.connect('rotated');
    expect(await answerTo(message({ connection: 'rotated' }))).toMatchObject({ succeeded: true });
  });
});

test.each([
  ['getServiceTicketsById', '/service/tickets/7', { inputs: { id: 7 } }],
  ['postServiceTickets', '/service/tickets', { inputs: {}, request: { summary: 'x', company: { id: 1 } } }],
])('an answer to %s of brackets by the ten thousands is a failure', async (operationId, path, fields) => {
  const body = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  doors.simulator.failNext({ path, times: 1, status: 200, body });
  const result = await answerTo(message({ id: `brackets-${operationId}`, operationId, ...fields }));
  expect(result).toMatchObject({ succeeded: false, failure: { reason: 'response_not_stored' } });
});
