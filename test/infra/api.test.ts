import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { openApiDocument } from '../../functions/openapi.ts';
import { resourcesOf, synthesise, type Template } from './synthesised.ts';

const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };
const byIam = synthesise();
const byJwt = synthesise({ jwt });

const routesOf = (template: Template) =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);

const [stage] = resourcesOf(byIam, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);

describe('API', () => {
  test('describes each of its routes, and no other', () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(openApiDocument());
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routesOf(byIam).map((route) => route['RouteKey'])).toEqual(described);
  });

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

  test('is throttled', () => {
    expect(stage).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
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
