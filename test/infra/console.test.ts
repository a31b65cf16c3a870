import { describe, expect, test } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';
import { allowancesOf } from './role.ts';
import { resourcesOf, synthesise } from './synthesised.ts';

const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };
const template = synthesise({ jwt, console: true });
const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
const entriesOf = (it: typeof template) =>
  resourcesOf(it, 'AWS::Lambda::Function').flatMap(([, { Metadata }]) => Metadata?.['entry'] ?? []);

describe('the console of a deployment', () => {
  test('is left out unless it is asked for', () => {
    expect(entriesOf(synthesise({ jwt }))).not.toContain('functions/console.ts');
    expect(entriesOf(template)).toContain('functions/console.ts');
  });

  test('is served behind the authoriser of the API', () => {
    const own = routes.filter(({ RouteKey }) => String(RouteKey).includes('/console'));
    expect(own.map(({ RouteKey }) => RouteKey)).toEqual(['GET /console', 'GET /console/{path+}']);
    const [authorizer] = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer').map(([id]) => id);
    for (const route of routes)
      expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: authorizer } });
  });

  test('is a function that may write its log and nothing else, and is told of nothing', () => {
    const held = allowancesOf(template, 'functions/console.ts');
    expect(held.flatMap(({ actions }) => actions)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    const own = resourcesOf(template, 'AWS::Lambda::Function').find(
      ([, { Metadata }]) => Metadata?.['entry'] === 'functions/console.ts',
    );
    expect(Object.keys(Object(own?.[1].Properties['Environment']?.valueOf())['Variables'] ?? {})).toEqual([]);
  });

  test('tells its address', () => {
    expect(JSON.stringify(template.Outputs['ConsoleUrl'])).toContain('/console/index.html');
  });

  test('is refused where callers sign', () => {
    expect(() => parseDeployment({ console: true })).toThrow(
      'The setting connector.console needs connector.jwt: a browser cannot sign for IAM',
    );
  });
});
