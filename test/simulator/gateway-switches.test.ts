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

const info = ({ call }: Caller, headers: Record<string, string> = {}, prefix = '/v4_6_release/apis/3.0') =>
  call('GET', '/system/info', undefined, { headers, prefix });

const badKeys = { authorization: basic({ username: 'acme+wrong', password: 'wrong' }) };

describe('keys', () => {
  test('of an integrator work with their user type only', async () => {
    const integrator = await start();
    const username = 'acme+simulatorIntegrator';
    const authorization = basic({ username, password: 'simulatorIntegratorPassword' });
    const typed = await info(integrator, { authorization, 'x-cw-usertype': 'integrator' });
    expect([typed.status, (await info(integrator, { authorization })).status]).toEqual([200, 401]);
  });

  test('may carry the clientId in a cookie', async () => {
    const old = await start();
    const { clientId } = old.simulator.credentials;
    expect((await info(old, { clientId: '', cookie: `a=b; cw-app-id=${clientId}` })).status).toBe(200);
  });

  test('that are bad may be called unauthorized', async () => {
    const { json } = await info(await start({ badKeysBody: 'Unauthorized' }), badKeys);
    expect(json).toMatchObject({ code: 'Unauthorized' });
  });

  test('that are bad may surface as 404 on the alias alone', async () => {
    const cloud = await start({ badKeysOnAlias: 'not-found' });
    const versioned = await info(cloud, badKeys, '/v2026_1/apis/3.0');
    expect([(await info(cloud, badKeys)).status, versioned.status]).toEqual([404, 401]);
  });

  test('that are bad may get no answer on the alias', async () => {
    await expect(info(await start({ badKeysOnAlias: 'cut' }), badKeys)).rejects.toThrow();
  });

  test('are not asked for by an open /system/info', async () => {
    const open = await start({ isSystemInfoOpen: true });
    const anyone = { authorization: '', clientId: '' };
    const boards = await open.get('/service/boards', anyone);
    expect([(await info(open, anyone)).status, boards.status]).toEqual([200, 400]);
  });
});

test('a role may not use what it is forbidden', async () => {
  const { get, call } = await start({ forbidden: ['GET /company', '/service/boards'] });
  const refused = await get('/company/companies/1');
  expect([refused.status, refused.text]).toEqual([
    403,
    '{\r\n  "code": "Security",\r\n  "message": "You do not have security permission to perform this action."\r\n}',
  ]);
  expect((await call('POST', '/service/boards', { name: 'x' })).status).toBe(403);
  expect((await get('/service/tickets')).status).toBe(200);
});

test('plain HTTP is refused where TLS is required', async () => {
  expect((await info(await start({ requiresSsl: true }))).json).toEqual({
    code: 'Security',
    message: 'SSL is required.',
    errors: null,
  });
});

test('a self-hosted server may answer a missing clientId with 401', async () => {
  const hosted = await start({ mode: 'self-hosted', missingClientIdStatus: 401 });
  expect((await info(hosted, { clientId: '' })).status).toBe(401);
});

test('discovery may say IsCloud as text and 404', async () => {
  const { simulator } = await start({ isCloudAs: 'text', unknownCompany: 'not-found' });
  const known = await fetch(`${simulator.url}/login/companyinfo/acme`);
  const unknown = await fetch(`${simulator.url}/login/companyinfo/nobody`);
  expect([await known.json(), unknown.status]).toMatchObject([{ IsCloud: 'True' }, 404]);
});

test.each([
  ['latest', 200],
  ['not-acceptable', 406],
] as const)('a junk version is %s', async (junkVersion, status) => {
  const accept = 'application/vnd.connectwise.com+json; version=banana';
  expect((await info(await start({ junkVersion }), { accept })).status).toBe(status);
});

test.each([
  ['cloud', 'Miss from cloudfront'],
  ['self-hosted', null],
] as const)('replies of a %s server have the CDN mark %s', async (mode, mark) => {
  expect((await info(await start({ mode }))).headers.get('x-cache')).toBe(mark);
});

test('correlation ids are the same for the same seed', async () => {
  const ids = async () => {
    const one = await createCaller({ seed: 7 });
    const replies = [await info(one), await info(one)];
    await one.simulator.close();
    return replies.map(({ headers }) => headers.get('x-cw-request-id'));
  };
  const first = await ids();
  expect([await ids(), new Set(first).size]).toEqual([first, 2]);
});
