import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiHandler, handler } from '../../functions/api.ts';
import { createServices } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { readIndex } from '../../lib/catalogue/operation-index.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors } from './doors.ts';

let doors: Doors;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
});
afterAll(() => doors.close());

const invoke = (fields: object, headers: Record<string, string> = {}) =>
  handler(
    apiEvent('POST /invocations', {
      body: JSON.stringify({ version: 1, connection: 'acme', ...fields }),
      headers,
    }),
    contextOf(),
  );
const get = (routeKey: string, parts: Parameters<typeof apiEvent>[1] = {}) =>
  handler(apiEvent(routeKey, parts), contextOf());
const getCompany = { operationId: 'getCompanyCompaniesById', inputs: { id: 1 } };

describe('POST /invocations', () => {
  test('answers with the result', async () => {
    const answer = await invoke({ id: 'now', ...getCompany });
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toMatchObject({
      id: 'now',
      succeeded: true,
      responseCode: '200',
      response: { id: 1 },
    });
  });

  test('is refused to a page of another origin, and not to the console or a program', async () => {
    const from = (site: string) => invoke({ ...getCompany }, { 'sec-fetch-site': site });
    for (const site of ['cross-site', 'same-site']) {
      const answer = await from(site);
      expect([answer.statusCode, bodyOf(answer)['reason']]).toEqual([403, 'origin_not_allowed']);
    }
    for (const site of ['same-origin', 'none']) expect((await from(site)).statusCode).toBe(200);
  });

  test('makes an id where the caller gave none', async () => {
    expect(bodyOf(await invoke(getCompany))['id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('reads a body that came in base64', async () => {
    const body = Buffer.from(JSON.stringify({ version: 1, connection: 'acme', ...getCompany })).toString(
      'base64',
    );
    expect((await get('POST /invocations', { body, isBase64Encoded: true })).statusCode).toBe(200);
  });

  test('answers an HTTP failure of ConnectWise as a problem, 502', async () => {
    const answer = await invoke({ operationId: 'getCompanyCompaniesById', inputs: { id: 424242 } });
    expect(answer).toMatchObject({
      statusCode: 502,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(bodyOf(answer)).toMatchObject({
      type: 'urn:manage-connector:not_found',
      status: 502,
      reason: 'not_found',
      responseCode: '404',
      response: { code: 'NotFound' },
    });
  });

  test.each([
    ['not JSON', '{', 400, 'invalid_invocation'],
    [
      'an unknown field',
      '{"version":1,"connection":"acme","operationId":"getSystemInfo","x":1}',
      400,
      'invalid_invocation',
    ],
    [
      'an unknown operation',
      '{"version":1,"connection":"acme","operationId":"getNothing"}',
      404,
      'unknown_operation',
    ],
    [
      'an unknown connection',
      '{"version":1,"connection":"nobody","operationId":"getSystemInfo"}',
      404,
      'unknown_connection',
    ],
    [
      'an unknown input',
      '{"version":1,"connection":"acme","operationId":"getSystemInfo","inputs":{"id":1}}',
      400,
      'invalid_inputs',
    ],
  ])('refuses %s with a reason', async (_, body, status, reason) => {
    const answer = await get('POST /invocations', { body });
    expect(answer.statusCode).toBe(status);
    expect(bodyOf(answer)).toMatchObject({ reason, status });
  });

  test('passes the wait of a throttled call on as Retry-After', async () => {
    doors.simulator.failNext({ path: '/company/companies/1', status: 429, headers: { 'retry-after': '45' } });
    // A connection of its own: the governor blocks it for a while.
    await doors.connect('limited');
    const answer = await invoke({ ...getCompany, connection: 'limited' });
    expect(answer.statusCode).toBe(429);
    expect(bodyOf(answer)).toMatchObject({ reason: 'rate_limited', responseCode: '429' });
    expect(Number(answer.headers?.['retry-after'])).toBeGreaterThanOrEqual(45);
  });

  test('queues the same invocation where the caller prefers to go on', async () => {
    const answer = await invoke({ id: 'later', ...getCompany }, { prefer: 'wait=5, respond-async' });
    expect(answer.statusCode).toBe(202);
    expect(bodyOf(answer)).toEqual({ version: 1, id: 'later', connection: 'acme', status: 'queued' });
    expect(answer.headers?.['location']).toBe('/invocations/later?connection=acme');
    const [record] = doors.receive().Records;
    expect(JSON.parse(record?.body ?? '')).toEqual({
      version: 1,
      id: 'later',
      connection: 'acme',
      ...getCompany,
    });
  });

  test('says what is wrong with an invocation before it is queued', async () => {
    const answer = await invoke({ operationId: 'getCompanyCompaniesById' }, { prefer: 'respond-async' });
    expect(bodyOf(answer)).toMatchObject({ reason: 'invalid_inputs' });
    expect(doors.receive().Records).toEqual([]);
  });

  test('refuses to queue more than a message can hold', async () => {
    const request = { summary: 'x', initialDescription: 'x'.repeat(1_048_576) };
    const answer = await invoke({ operationId: 'postServiceTickets', request }, { prefer: 'respond-async' });
    expect(answer.statusCode).toBe(413);
    expect(bodyOf(answer)).toMatchObject({ reason: 'invocation_too_large' });
  });

  test('links to a response that is too large for an answer', async () => {
    const large = { text: 'x'.repeat(8_000_000) };
    doors.simulator.failNext({ path: '/system/info', status: 200, body: large });
    const result = bodyOf(await invoke({ operationId: 'getSystemInfo' }));
    expect(result).toMatchObject({
      succeeded: true,
      claim: { bucket: 'claims', url: expect.stringContaining('X-Amz-Signature') },
    });
    const { claim } = result as { claim: { url: string; bytes: number } };
    const stored = await fetch(claim.url);
    expect(await stored.json()).toEqual(large);
    doors.passTime(16 * 60_000);
    expect((await fetch(claim.url)).status).toBe(403);
  });
});

describe('the catalogue', () => {
  test('gives the index of all at once, compressed for whoever reads that', async () => {
    const queryStringParameters = { form: 'index' };
    const plain = await get('GET /operations', { queryStringParameters });
    expect(readIndex(JSON.parse(plain.body ?? '')).all()).toHaveLength(2_814);
    const packed = await get('GET /operations', {
      queryStringParameters,
      headers: { 'accept-encoding': 'br, gzip' },
    });
    expect(packed).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    expect(gunzipSync(Buffer.from(packed.body ?? '', 'base64')).toString()).toBe(plain.body);
    const both = await get('GET /operations', { queryStringParameters: { form: 'index', search: 'x' } });
    expect(bodyOf(both)).toMatchObject({ reason: 'invalid_query' });
  });

  test('finds operations by words, best first', async () => {
    const answer = bodyOf(
      await get('GET /operations', { queryStringParameters: { search: 'time entries', limit: '2' } }),
    );
    expect(answer).toMatchObject({ version: '2022.1', operations: [{ operationId: 'getTimeEntries' }, {}] });
  });

  test('lists a module by method', async () => {
    const answer = bodyOf(
      await get('GET /operations', { queryStringParameters: { module: 'configurations', method: 'get' } }),
    );
    expect(answer['total']).toBe(8);
  });

  test.each([
    [{ limit: '1000' }, "'limit' must not be over 200."],
    [{ method: 'FETCH' }, "'method' must be"],
    [{ serach: 'x' }, "There is no field 'serach' (did you mean 'search'?)."],
  ])('refuses the query %j', async (queryStringParameters, sentence) => {
    const answer = await get('GET /operations', { queryStringParameters });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)['detail']).toContain(sentence);
  });

  test('gives a sample that can be sent as it is', async () => {
    const sample = bodyOf(
      await get('GET /operations/{operationId}', {
        pathParameters: { operationId: 'POST /service/tickets' },
      }),
    );
    const { example } = sample as { example: object };
    expect(sample).toMatchObject({
      operationId: 'postServiceTickets',
      description: 'Create a ticket',
      requestSchema: { schema: { $ref: 'Ticket' } },
      success: { status: 201, kind: 'record' },
    });
    expect(bodyOf(await invoke(example))).toMatchObject({ succeeded: true, responseCode: '201' });
  });

  test('names the nearest operations of an unknown one', async () => {
    const answer = await get('GET /operations/{operationId}', {
      pathParameters: { operationId: 'getServiceTikets' },
    });
    expect(answer.statusCode).toBe(404);
    expect(bodyOf(answer)).toMatchObject({
      reason: 'unknown_operation',
      nearest: expect.arrayContaining(['getServiceTickets']),
    });
  });

  test('describes itself with the schemas that it parses with', async () => {
    const { paths, components } = bodyOf(await get('GET /openapi.json')) as {
      paths: object;
      components: { schemas: object };
    };
    expect(Object.keys(paths)).toEqual([
      '/invocations',
      '/invocations/{id}',
      '/checkpoints/{name}',
      '/callbacks',
      '/mcp',
      '/connections/{connection}/invocations',
      '/connections/{connection}/invocations/{id}',
      '/connections/{connection}/checkpoints/{name}',
      '/connections/{connection}/callbacks',
      '/connections/{connection}/mcp',
      '/operations',
      '/operations/{operationId}',
      '/openapi.json',
    ]);
    expect(components.schemas).toMatchObject({
      Invocation: { additionalProperties: false, required: ['version', 'connection', 'operationId'] },
    });
  });
});

describe('the API', () => {
  test('answers an unknown route with a problem', async () => {
    expect(bodyOf(await get('GET /nothing'))).toMatchObject({ status: 404, reason: 'unknown_route' });
  });

  test('tells nothing of a crash but where to ask', async () => {
    const crashing = apiHandler(() =>
      createServices(readSettings({ ...process.env, CLAIMS_BUCKET: undefined })),
    );
    const answer = await crashing(apiEvent('GET /operations'), contextOf());
    expect(answer.statusCode).toBe(500);
    expect(bodyOf(answer)).toMatchObject({
      reason: 'internal_error',
      detail: expect.stringContaining('request-of-lambda'),
    });
    expect(answer.body).not.toContain('CLAIMS_BUCKET');
  });
});
