import { request as httpsRequest } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { basic, type Caller, createCaller, type Options } from './caller.ts';

let caller: Caller | undefined;
afterEach(async () => {
  await caller?.simulator.close();
  caller = undefined;
});

async function start(options: Options = {}): Promise<Caller> {
  caller = await createCaller(options);
  return caller;
}

const cannotRoute = 'Cannot route. Codebase/company is invalid';

describe('discovery', () => {
  test('names codebase and site without any keys', async () => {
    const { simulator } = await start();
    const response = await fetch(`${simulator.url}/login/companyinfo/ACME`);
    expect(await response.json()).toEqual({
      CompanyName: 'Simulated Company',
      Codebase: 'v2026_1/',
      VersionCode: 'v2026.1',
      VersionNumber: 'v4.6.99999',
      CompanyID: 'acme',
      IsCloud: true,
      SiteUrl: `127.0.0.1:${simulator.port}`,
      AllowedOrigins: [],
    });
  });

  test('answers 200 null for an unknown company', async () => {
    const { simulator } = await start();
    const response = await fetch(`${simulator.url}/login/companyinfo/nobody`);
    expect([response.status, await response.text()]).toEqual([200, 'null']);
  });

  test('gives a self-hosted server its only codebase', async () => {
    const { simulator } = await start({ mode: 'self-hosted', codebase: 'v2026_1/' });
    const response = await fetch(`${simulator.url}/login/companyinfo/acme`);
    expect(await response.json()).toMatchObject({ Codebase: 'v4_6_release/', IsCloud: false });
  });
});

describe('in the cloud', () => {
  test.each([
    [
      'an unknown company',
      '/v2026_1/apis/3.0',
      { authorization: basic({ username: 'other+a', password: 'b' }) },
    ],
    ['a missing clientId', '/v2026_1/apis/3.0', { clientId: '' }],
    ['an unknown codebase', '/v1999_1/apis/3.0', {}],
    ['a doubled path', '/v2026_1/apis/3.0/apis/3.0', {}],
    ['a path without codebase', '/apis/3.0', {}],
  ])('%s cannot be routed, in plain text', async (_, prefix, headers) => {
    const { call } = await start();
    const reply = await call('GET', '/system/info', undefined, { prefix, headers });
    expect([reply.status, reply.text, reply.headers.get('content-type')]).toEqual([
      400,
      cannotRoute,
      'text/plain; charset=utf-8',
    ]);
  });

  test('takes the versioned codebase and the alias', async () => {
    const { call } = await start();
    const statuses = await Promise.all(
      ['/v2026_1/apis/3.0', '/V2026_1/APIS/3.0', '/v4_6_release/apis/3.0'].map(
        async (prefix) => (await call('GET', '/system/info', undefined, { prefix })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 200]);
  });

  test('answers 404 for a codebase that was rolled away', async () => {
    const { simulator, call } = await start();
    simulator.rollCodebase('v2026_2/');
    const old = await call('GET', '/system/info', undefined, { prefix: '/v2026_1/apis/3.0' });
    const current = await call('GET', '/system/info', undefined, { prefix: '/v2026_2/apis/3.0' });
    expect([old.status, current.status, current.headers.get('api-current-version')]).toEqual([
      404,
      200,
      '2026.2',
    ]);
  });

  test('answers bad keys with a JSON 401', async () => {
    const { call } = await start();
    const authorization = basic({ username: 'acme+wrong', password: 'wrong' });
    const reply = await call('GET', '/system/info', undefined, { headers: { authorization } });
    expect([reply.status, reply.json]).toEqual([
      401,
      { code: 'ConnectWiseApi', message: 'UserNotAuthenticated' },
    ]);
  });
});

describe('self-hosted', () => {
  test('refuses a missing clientId with 403', async () => {
    const { call } = await start({ mode: 'self-hosted' });
    expect((await call('GET', '/system/info', undefined, { headers: { clientId: '' } })).status).toBe(403);
  });

  test('refuses an unknown company with 401', async () => {
    const { call } = await start({ mode: 'self-hosted' });
    const authorization = basic({ username: 'other+a', password: 'b' });
    expect((await call('GET', '/system/info', undefined, { headers: { authorization } })).status).toBe(401);
  });
});

test('refuses URLs over 2,000 characters with 414', async () => {
  const { get, simulator } = await start();
  const room = 2000 - `${simulator.url}/v4_6_release/apis/3.0/system/info?x=`.length;
  const statuses = [room, room + 1].map(
    async (length) => (await get(`/system/info?x=${'a'.repeat(length)}`)).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 414]);
});

test('throttles the calls of one minute with 429', async () => {
  let time = Date.UTC(2026, 0, 1);
  const { get } = await start({ throttlePerMinute: 2, now: () => new Date(time) });
  await get('/system/info');
  await get('/system/info');
  const third = await get('/system/info');
  time += 60_000;
  expect([third.status, third.headers.get('retry-after'), third.json]).toEqual([
    429,
    '30',
    { error: 'ConnectWiseAPI', message: 'Too many requests. Please try again in 30 seconds.' },
  ]);
  expect((await get('/system/info')).status).toBe(200);
});

test('refuses a codebase that no URL could carry', async () => {
  await expect(createCaller({ codebase: 'v2026_1' })).rejects.toThrow(
    "The codebase is 'v2026_1'. Give a name and a slash, such as v2026_1/.",
  );
});

test('observes each call without its secrets', async () => {
  const { get, simulator } = await start();
  await get('/system/info?fields=version');
  expect(simulator.requests).toMatchObject([
    { method: 'GET', path: '/v4_6_release/apis/3.0/system/info', query: { fields: 'version' }, status: 200 },
  ]);
  expect(JSON.stringify(simulator.requests)).not.toContain(basic(simulator.credentials));
});

test('carries the headers of every real reply', async () => {
  const { get } = await start();
  const { headers } = await get('/system/info');
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-cache',
    'api-current-version': '2026.1',
    'x-cw-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

describe('the Location of what was created', () => {
  const location = async (mode: 'cloud' | 'self-hosted') => {
    const { simulator } = await start({ mode, https: true, rows: 3 });
    const { username, password, clientId } = simulator.credentials;
    const headers = {
      authorization: basic({ username, password }),
      clientId,
      'content-type': 'application/json',
    };
    const path = '/v4_6_release/apis/3.0/service/boards';
    return new Promise<string | undefined>((resolve, reject) => {
      const options = { method: 'POST', headers, ca: simulator.certificate };
      const request = httpsRequest(simulator.url + path, options, (response) => {
        response.resume();
        resolve(response.headers.location?.replace(String(simulator.port), 'PORT'));
      });
      request.on('error', reject).end(JSON.stringify({ name: 'x' }));
    });
  };

  test.each([
    ['cloud', 'http:'],
    ['self-hosted', 'https:'],
  ] as const)('of a %s server that is called by https is %s', async (mode, scheme) => {
    expect(await location(mode)).toBe(`${scheme}//127.0.0.1:PORT/v4_6_release/apis/3.0/service/boards/4`);
  });
});
