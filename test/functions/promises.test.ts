import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../../functions/queue.ts';
import { contextOf, type Doors, openDoors } from './doors.ts';

/** What the node that this connector replaces has promised, and some of it broken once; each test is one promise. */
let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

async function run(fields: object, remainingMs?: number): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ version: 1, id: 'promise', connection: 'acme', ...fields });
  await handler(doors.receive(body), contextOf(remainingMs));
  const [result] = doors.takeResults();
  return result ?? {};
}

describe('OperationId is a GUID', () => {
  const guid = '48d84a6e-7cd5-5dfb-a003-e19460e856ae';
  test.each([
    ['the GUID', guid],
    ['the GUID in upper case', guid.toUpperCase()],
    ['the operationId of the document', 'getServiceTickets'],
    ['method and path', 'GET /service/tickets'],
  ])('%s names the same operation', async (_, operationId) => {
    expect(await run({ operationId })).toMatchObject({ operationId: 'getServiceTickets', succeeded: true });
  });
});

describe('URL parameters are inputs', () => {
  test('required in the path', async () => {
    const result = await run({ operationId: 'getServiceTicketsById', inputs: {} });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'invalid_inputs' } });
    expect(JSON.stringify(result)).toContain("Input 'id' (integer, in the path) is missing.");
  });

  test('optional in the query', async () => {
    expect(await run({ operationId: 'getServiceTickets' })).toMatchObject({ succeeded: true });
    const inputs = { conditions: 'id < 4', orderBy: 'id desc', pageSize: 2, fields: 'id' };
    expect(await run({ operationId: 'getServiceTickets', inputs })).toMatchObject({
      response: [{ id: 3 }, { id: 2 }],
    });
  });

  test('no inputs at all work where none is required', async () => {
    for (const inputs of [undefined, null, {}]) {
      expect(await run({ operationId: 'getSystemInfo', inputs })).toMatchObject({
        succeeded: true,
        responseCode: '200',
      });
    }
  });
});

describe('return: "binary"', () => {
  test('gives the bytes of a declared binary', async () => {
    const { response } = await run({
      operationId: 'getSystemDocumentsByIdDownload',
      inputs: { id: 1, return: 'binary' },
    });
    expect(response).toMatchObject({
      contentType: expect.any(String),
      base64: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
    });
  });

  test('gives the bytes of an undeclared binary', async () => {
    const { response } = await run({
      operationId: 'getCompanyContactsByIdImage',
      inputs: { id: 1, return: 'binary' },
    });
    const { base64 } = response as { base64: string };
    expect(Buffer.from(base64, 'base64').subarray(1, 4).toString()).toBe('PNG');
  });

  test('gives bytes of an operation that answers JSON too', async () => {
    const { response } = await run({ operationId: 'getSystemInfo', inputs: { return: 'binary' } });
    const { base64 } = response as { base64: string };
    expect(JSON.parse(Buffer.from(base64, 'base64').toString())).toHaveProperty('version');
  });
});

describe('ReturnHttpFailureResponses', () => {
  const missing = { operationId: 'getServiceTicketsById', inputs: { id: 424242 } };

  test('true gives an HTTP failure as a success with its code', async () => {
    const result = await run({ ...missing, returnHttpFailureResponses: true });
    expect(result).toMatchObject({ succeeded: true, responseCode: '404', response: { code: 'NotFound' } });
    expect(result).not.toHaveProperty('failure');
  });

  test('false gives it as a failure', async () => {
    expect(await run(missing)).toMatchObject({
      succeeded: false,
      responseCode: '404',
      failure: { reason: 'not_found' },
    });
  });

  test('is taken from the connection where the message is silent', async () => {
    await doors.connect('lenient', { returnHttpFailureResponses: 'true' });
    expect(await run({ ...missing, connection: 'lenient' })).toMatchObject({
      succeeded: true,
      responseCode: '404',
    });
    const strict = await run({ ...missing, connection: 'lenient', returnHttpFailureResponses: false });
    expect(strict).toMatchObject({ succeeded: false, responseCode: '404' });
  });

  test('true leaves every other failure a failure', async () => {
    const failures = [
      await run({ operationId: 'getNothing', returnHttpFailureResponses: true }),
      await run({ operationId: 'getServiceTicketsById', returnHttpFailureResponses: true }),
      await run({ operationId: 'getSystemInfo', connection: 'nobody', returnHttpFailureResponses: true }),
    ];
    expect(failures.map(({ succeeded }) => succeeded)).toEqual([false, false, false]);
  });
});

test('the description comes with the result', async () => {
  expect(await run({ operationId: 'getServiceTicketsCount' })).toMatchObject({
    description: 'Count tickets',
  });
});

test('the ClientID goes with each request', async () => {
  await run({ operationId: 'getSystemInfo' });
  const sent = doors.simulator.requests.filter(({ path }) => path.includes('/apis/'));
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.every(({ headers }) => headers['clientid'] === doors.simulator.credentials.clientId)).toBe(
    true,
  );
});

test('a connection that times out fails with a clear reason and frees the worker', async () => {
  doors.simulator.failNext({ path: '/system/info', delayMs: 600_000 });
  // The function keeps ten seconds back for sending results, so a second and a half is left for ConnectWise.
  const result = await run({ operationId: 'getSystemInfo' }, 11_500);
  expect(result).toMatchObject({ succeeded: false, failure: { reason: 'timed_out' } });
  expect(JSON.stringify(result)).toMatch(/did not answer GET \/system\/info within \d+ ms/);
});

test('a document goes up as a form and comes down as it was', async () => {
  const file = {
    fileName: 'Übersicht.txt',
    contentType: 'text/plain',
    base64: Buffer.from('näh \u0000 \u{1f525}').toString('base64'),
  };
  const up = await run({
    operationId: 'postSystemDocuments',
    request: { recordType: 'Ticket', recordId: 1, title: 'x', file },
  });
  const { id } = (up as { response: { id: number } }).response;
  const down = await run({ operationId: 'getSystemDocumentsByIdDownload', inputs: { id, return: 'binary' } });
  expect(down).toMatchObject({ response: { base64: file.base64 } });
});
