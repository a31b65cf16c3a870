import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { openApiDocument } from '../../functions/openapi.ts';
import { type Allowance, allows, functionOf } from './role.ts';
import { resourcesOf, synthesise, type Template } from './synthesised.ts';

const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };
const byIam = synthesise();
const byJwt = synthesise({ jwt });
const byPathOnly = synthesise({ connectionPathsOnly: true });

const routesOf = (template: Template) =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);

const keysOf = (template: Template) => routesOf(template).map((route) => String(route['RouteKey']));

const [stage] = resourcesOf(byIam, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);

describe('API', () => {
  test.each([
    [false, byIam],
    [true, byPathOnly],
  ])(
    'describes each of its routes, and no other; only those that name the connection in their path: %j',
    (connectionPathsOnly, template) => {
      const { paths } = z
        .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
        .parse(openApiDocument({ connectionPathsOnly }));
      const described = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(keysOf(template)).toEqual(described);
    },
  );

  test.each(routesOf(byIam))('$RouteKey is authorised by IAM', (route) => {
    expect(route['AuthorizationType']).toBe('AWS_IAM');
  });

  test.each(routesOf(byJwt))('$RouteKey is authorised by JWT when configured', (route) => {
    expect(route['AuthorizationType']).toBe('JWT');
    const { Ref } = z.object({ Ref: z.string() }).parse(route['AuthorizerId']);
    expect(byJwt.Resources[Ref]?.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
    });
  });

  test('waits for its function as long as it may run', () => {
    const timeouts = resourcesOf(byIam, 'AWS::ApiGatewayV2::Integration').map(
      ([, { Properties }]) => Properties,
    );
    for (const integration of timeouts) {
      expect(integration).toMatchObject({ PayloadFormatVersion: '2.0', TimeoutInMillis: 29_000 });
    }
  });

  test('is throttled, and what nobody does often more than the rest', () => {
    const rarely = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 };
    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
    expect(stage?.['RouteSettings']).toEqual({
      'PUT /checkpoints/{name}': rarely,
      'DELETE /checkpoints/{name}': rarely,
      'PUT /callbacks': rarely,
      'PUT /connections/{connection}/callbacks': rarely,
      'PUT /connections/{connection}/checkpoints/{name}': rarely,
      'DELETE /connections/{connection}/checkpoints/{name}': rarely,
      'GET /openapi.json': rarely,
    });
  });

  test('has its stage made after the routes that it limits', () => {
    const [DependsOn] = resourcesOf(byIam, 'AWS::ApiGatewayV2::Stage').map(([, it]) => it.DependsOn);
    const routes = resourcesOf(byIam, 'AWS::ApiGatewayV2::Route').map(([id]) => id);
    expect(DependsOn).toEqual(expect.arrayContaining(routes));
  });
});

describe('a policy of IAM for one connection', () => {
  const arn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3';
  const acme: Allowance = {
    actions: ['execute-api:Invoke'],
    resources: [`${arn}/$default/*/connections/acme/*`, `${arn}/$default/GET/operations*`],
  };
  const called = (key: string, connection: string) => {
    const [method, path = ''] = key.split(' ');
    const filled = path.replace('{connection}', connection).replace(/\{\w+\}/, '42');
    return `${arn}/$default/${method}${filled}`;
  };

  test.each(keysOf(byIam).filter((key) => key.includes('/connections/')))(
    'lets %s in by that connection alone',
    (key) => {
      expect(allows([acme], 'execute-api:Invoke', called(key, 'acme'))).toBe(true);
      for (const other of ['globex', 'acme-2', 'xacme', 'ACME'])
        expect(allows([acme], 'execute-api:Invoke', called(key, other))).toBe(false);
    },
  );

  test.each(
    keysOf(byIam).filter(
      (key) => /\/(?:invocations|checkpoints|callbacks)/.test(key) && !key.includes('/connections/'),
    ),
  )('does not let %s in, which names its connection elsewhere', (key) => {
    expect(allows([acme], 'execute-api:Invoke', called(key, 'acme'))).toBe(false);
  });

  test('is not needed where only the paths of connections are served: nothing else names one', () => {
    const others = keysOf(byPathOnly).filter((key) => !key.includes('/connections/{connection}/'));
    expect(others).toEqual(['GET /operations', 'GET /operations/{operationId}', 'GET /openapi.json']);
  });
});

describe('the function of the API', () => {
  const environmentOf = (connector: object) =>
    functionOf(synthesise(connector), 'functions/api.ts')[1].Properties['Environment'];

  test('is told which claim grants connections, and which paths are served', () => {
    const connections = { claim: 'scope', prefix: 'connection:' };
    const environment = environmentOf({ jwt: { ...jwt, connections }, connectionPathsOnly: true });
    expect(environment).toMatchObject({
      Variables: {
        CONNECTION_CLAIM: 'scope',
        CONNECTION_CLAIM_PREFIX: 'connection:',
        CONNECTION_PATHS_ONLY: 'true',
      },
    });
    expect(JSON.stringify(environmentOf({ jwt }))).not.toMatch(/CONNECTION_(?:CLAIM|PATHS)/);
  });
});

describe('access log', () => {
  const { Format } = z.object({ Format: z.string() }).parse(stage?.['AccessLogSettings']);

  test('is JSON', () => {
    expect(JSON.parse(Format)).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
  });

  test('holds neither headers nor bodies', () => {
    expect(Format).not.toMatch(/\$request|\$response\.|header|authorization|body|querystring/i);
  });
});
