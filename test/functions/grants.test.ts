import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiHandler } from '../../functions/api.ts';
import type { GrantingClaim } from '../../functions/grants.ts';
import type { ApiAnswer } from '../../functions/problem.ts';
import { createServices, type Services } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { apiEvent, bodyOf, contextOf, type Doors, openDoors } from './doors.ts';

let doors: Doors;
let services: Services;
beforeAll(async () => {
  doors = await openDoors();
  await doors.connect('acme');
  await doors.connect('globex');
  services = createServices(readSettings());
});
afterAll(() => doors.close());

const byList: GrantingClaim = { name: 'connections', prefix: '' };
const byScope: GrantingClaim = { name: 'scope', prefix: 'connection:' };

type Ask = readonly [routeKey: string, headers: Readonly<Record<string, string>>];

/** Every way to name a connection, as API Gateway hands it over. */
const calls: readonly Ask[] = [
  ['POST /invocations', {}],
  ['POST /invocations', { prefer: 'respond-async' }],
  ['GET /invocations/{id}', {}],
  ['GET /checkpoints/{name}', {}],
  ['PUT /checkpoints/{name}', {}],
  ['DELETE /checkpoints/{name}', {}],
];

const filledIn = (path: string) => path.replace('{id}', 'id-1').replace('{name}', 'tickets');
const invocationOf = (connection: string, fields: object = {}) =>
  JSON.stringify({ version: 1, id: 'id-1', connection, operationId: 'getSystemInfo', ...fields });

function inQuery([routeKey, headers]: Ask, connection: string): APIGatewayProxyEventV2 {
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    ...apiEvent(routeKey, { headers }),
    rawPath: filledIn(path),
    pathParameters: { id: 'id-1', name: 'tickets' },
    ...(method === 'POST'
      ? { body: invocationOf(connection) }
      : { queryStringParameters: { connection }, body: '{"watermark":"2026-01-01T00:00:00Z"}' }),
  };
}

function inPath([routeKey, headers]: Ask, connection: string, named = connection): APIGatewayProxyEventV2 {
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    ...apiEvent(`${method} /connections/{connection}${path}`, { headers }),
    rawPath: `/connections/${connection}${filledIn(path)}`,
    pathParameters: { id: 'id-1', name: 'tickets', connection },
    body: method === 'POST' ? invocationOf(named) : '{"watermark":"2026-01-01T00:00:00Z"}',
  };
}

/** The same call by somebody whose token has these claims, all of whose values API Gateway has made texts. */
function withClaims(event: APIGatewayProxyEventV2, claims: Readonly<Record<string, unknown>>) {
  const authorizer = { jwt: { claims: { iss: 'https://login.example.com/', ...claims }, scopes: null } };
  return { ...event, requestContext: { ...event.requestContext, authorizer } };
}

const answer = (event: APIGatewayProxyEventV2, grantingClaim?: GrantingClaim, connectionPathsOnly = false) =>
  apiHandler(() => ({ ...services, grantingClaim, connectionPathsOnly }))(event, contextOf());

const isRefused = ({ statusCode }: ApiAnswer) => statusCode === 403;

describe('a claim that grants connections', () => {
  test.each([
    [byList, 'acme', true],
    [byList, 'acme globex', true],
    [byList, '[globex acme]', true],
    [byList, '["globex","acme"]', true],
    [byList, 'globex, acme', true],
    [byList, ['globex', 'acme'], true],
    [byList, '*', true],
    [byScope, 'openid connection:acme', true],
    [byScope, 'connection:*', true],
    [byList, 'globex', false],
    [byList, 'acme-2', false],
    [byList, 'ACME', false],
    [byList, 'acme*', false],
    [byList, '', false],
    [byList, undefined, false],
    [byList, { acme: true }, false],
    [byList, 42, false],
    [byScope, 'acme', false],
    [byScope, 'openid connection: acme', false],
    [byScope, '*', false],
  ])('%j with %j lets a caller use acme: %j', async (claim, value, isGranted) => {
    const event = withClaims(inQuery(['POST /invocations', {}], 'acme'), { [claim.name]: value });
    expect((await answer(event, claim)).statusCode).toBe(isGranted ? 200 : 403);
  });

  describe.each(calls)('on %s %j', (...ask) => {
    test.each([
      ['in its query or body', inQuery],
      ['in its path', inPath],
    ])('refuses a connection %s that is not granted, and only that', async (_, eventOf) => {
      const claims = { connections: '[acme]' };
      const other = await answer(withClaims(eventOf(ask, 'globex'), claims), byList);
      expect(other.headers?.['content-type']).toBe('application/problem+json');
      expect(bodyOf(other)).toMatchObject({
        status: 403,
        reason: 'connection_not_granted',
        connection: 'globex',
        detail:
          "Your token does not grant the connection 'globex': its claim 'connections' must hold 'globex'.",
      });
      expect(isRefused(await answer(withClaims(eventOf(ask, 'acme'), claims), byList))).toBe(false);
    });

    test('refuses a caller without a token', async () => {
      expect(isRefused(await answer(inQuery(ask, 'acme'), byList))).toBe(true);
    });

    test('asks for nothing where no claim is set', async () => {
      expect(isRefused(await answer(inQuery(ask, 'globex')))).toBe(false);
    });
  });

  test('leaves nothing behind of what it refuses', async () => {
    const event = withClaims(inQuery(['POST /invocations', { prefer: 'respond-async' }], 'initech'), {});
    expect(isRefused(await answer(event, byList))).toBe(true);
    expect(
      doors
        .receive()
        .Records.map(({ body }) => body)
        .filter((body) => body.includes('initech')),
    ).toEqual([]);
  });

  test('does not hide the catalogue', async () => {
    expect((await answer(apiEvent('GET /operations'), byList)).statusCode).toBe(200);
  });
});

describe('a path that names the connection', () => {
  test.each(calls)('of %s %j is answered as one that does not', async (...ask) => {
    const { statusCode } = await answer(inQuery(ask, 'acme'));
    expect((await answer(inPath(ask, 'acme'))).statusCode).toBe(statusCode);
  });

  test('tells where a queued call can be looked for', async () => {
    const event = inPath(['POST /invocations', { prefer: 'respond-async' }], 'acme');
    expect((await answer(event)).headers?.['location']).toBe('/connections/acme/invocations/id-1');
  });

  test('takes no invocation of another connection', async () => {
    const other = await answer(inPath(['POST /invocations', {}], 'acme', 'globex'));
    expect(bodyOf(other)).toMatchObject({ status: 403, reason: 'connection_not_granted' });
  });

  test('must name it as a policy of IAM reads it, without percent-encoding', async () => {
    const event = {
      ...inPath(['POST /invocations', {}], 'acme'),
      rawPath: '/connections/%61cme/invocations',
    };
    expect(isRefused(await answer(event))).toBe(true);
  });

  test.each(calls)('is the only way for %s %j where the deployment says so', async (...ask) => {
    expect(bodyOf(await answer(inQuery(ask, 'acme'), undefined, true))).toMatchObject({
      status: 404,
      reason: 'unknown_route',
    });
    expect((await answer(inPath(ask, 'acme'), undefined, true)).statusCode).toBe(
      (await answer(inPath(ask, 'acme'))).statusCode,
    );
  });

  test('leads to nothing but what is done for a connection', async () => {
    const event = apiEvent('GET /connections/{connection}/operations', {
      pathParameters: { connection: 'acme' },
    });
    expect(bodyOf(await answer(event))).toMatchObject({ reason: 'unknown_route' });
  });
});

describe('a body', () => {
  const post = (body: string, isBase64Encoded = false) =>
    answer(apiEvent('POST /invocations', { body, isBase64Encoded }));
  const padded = (bytes: number) => {
    const body = invocationOf('acme', { request: '' });
    return body.replace('"request":""', `"request":"${'x'.repeat(bytes - body.length)}"`);
  };

  test.each([
    ['as text', (body: string) => post(body)],
    ['in base64', (body: string) => post(Buffer.from(body).toString('base64'), true)],
  ])('of 5 MB %s is read, and one byte more is refused before it is', async (_, send) => {
    expect(bodyOf(await send(padded(5_000_000)))).toMatchObject({ reason: 'invalid_request' });
    const tooLarge = await send(`{${'x'.repeat(5_000_000)}`);
    expect(bodyOf(tooLarge)).toMatchObject({
      status: 413,
      reason: 'body_too_large',
      detail: 'The body has 5000001 bytes; at the most 5000000 are taken. Nothing was done.',
    });
  });

  test('is measured in bytes, not in characters', async () => {
    expect((await post(`"${'ü'.repeat(2_500_000)}"`)).statusCode).toBe(413);
  });

  test('that nests 10,000 levels deep is refused, which would take the stack of whoever walks it', async () => {
    const request = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const answered = await post(
      invocationOf('acme', { request: 0 }).replace('"request":0', `"request":${request}`),
    );
    expect(bodyOf(answered)).toMatchObject({
      status: 400,
      reason: 'invalid_invocation',
      detail: 'The invocation is nested deeper than 100 levels.',
    });
  });

  test('of a checkpoint is small', async () => {
    await services.checkpoints.write(
      'acme/tickets',
      { of: { operationId: 'x', asked: '', digest: '' } },
      undefined,
    );
    const event = inQuery(['PUT /checkpoints/{name}', {}], 'acme');
    expect((await answer({ ...event, body: 'x'.repeat(10_001) })).statusCode).toBe(413);
  });
});
