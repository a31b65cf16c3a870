import { describe, expect, test } from 'vitest';
import { allowancesOf, allows, functionOf } from './role.ts';
import { resolve, resourcesOf, synthesise } from './synthesised.ts';

const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };
const template = synthesise({ callbacks: true });
const [functionId, lambda] = functionOf(template, 'functions/callbacks.ts');
const route = 'POST /callbacks/{connection}/{name}/{token}';
const routesOf = (it: typeof template) =>
  resourcesOf(it, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);

describe('the route of callbacks', () => {
  test('is left out unless it is asked for, and so is its function', () => {
    const without = synthesise();
    expect(routesOf(without).map(({ RouteKey }) => RouteKey)).not.toContain(route);
    expect(() => functionOf(without, 'functions/callbacks.ts')).toThrow('No function');
    expect(without.Outputs).not.toHaveProperty('CallbackUrl');
    expect(template.Outputs).toHaveProperty('CallbackUrl');
  });

  test.each([
    ['IAM', template, 'AWS_IAM'],
    ['JWT', synthesise({ callbacks: true, jwt }), 'JWT'],
  ])('is the only one without an authoriser beside %s', (_name, it, type) => {
    for (const { RouteKey, AuthorizationType } of routesOf(it))
      expect([RouteKey, AuthorizationType]).toEqual([RouteKey, RouteKey === route ? 'NONE' : type]);
    expect(routesOf(it).filter(({ RouteKey }) => RouteKey === route)).toHaveLength(1);
  });

  test('is throttled, and answers within the time that ConnectWise waits', () => {
    const [stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(stage?.['RouteSettings']).toMatchObject({
      [route]: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 },
    });
    expect(lambda.Properties).toMatchObject({ Timeout: 5 });
    const timeouts = resourcesOf(template, 'AWS::ApiGatewayV2::Integration').map(
      ([, { Properties }]) => Properties['TimeoutInMillis'],
    );
    expect(timeouts.toSorted()).toEqual([29_000, 5_000]);
  });

  test('leads to its own function, which the API alone may invoke', () => {
    const own = resourcesOf(template, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(functionId));
    expect(own).toMatchObject([{ Principal: 'apigateway.amazonaws.com' }]);
    expect(resolve(template, own[0]?.['SourceArn'])).toMatch(/\/\*\/\*\/callbacks\/\{connection\}/);
  });
});

describe('the function of callbacks', () => {
  const held = allowancesOf(template, 'functions/callbacks.ts');
  const sqs = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:ManageConnector-${name}`;
  const [tableId] = resourcesOf(template, 'AWS::DynamoDB::Table').map(([id]) => id);
  const state = resolve(template, { 'Fn::GetAtt': [tableId, 'Arn'] });
  const secret =
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:manage-connector/connections/acme-AbCdEf';

  test.each([
    ['sqs:SendMessage', sqs('invocations'), '', true],
    ['sqs:SendMessage', sqs('results'), '', true],
    ['dynamodb:GetItem', state, 'callbacks/registries/acme', true],
    ['dynamodb:PutItem', state, 'callbacks/events/seen/acme/0123', true],
    ['dynamodb:PutItem', state, 'callbacks/events/pulls/acme/tickets', true],
    ['dynamodb:PutItem', state, 'callbacks/registries/acme', false],
    ['dynamodb:PutItem', state, 'journal/acme/erp-42', false],
    ['dynamodb:GetItem', state, 'journal/acme/erp-42', false],
    ['dynamodb:GetItem', state, 'checkpoints/acme/tickets', false],
    ['sqs:ReceiveMessage', sqs('results'), '', false],
    ['sqs:SendMessage', sqs('invocations-dead-letters'), '', false],
    ['secretsmanager:GetSecretValue', secret, '', false],
  ])('%s on %s %s: %j', (action, resource, key, allowed) => {
    expect(allows(held, action, resource, key)).toBe(allowed);
  });

  test('may do nothing else but write its log', () => {
    expect(held.flatMap(({ actions }) => actions).toSorted()).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
    ]);
  });

  test('is told the table and its two queues, and nothing of connections', () => {
    const { Variables } = Object(lambda.Properties['Environment']);
    expect(Object.keys(Variables).toSorted()).toEqual([
      'INVOCATION_QUEUE_URL',
      'RESULT_QUEUE_URL',
      'STATE_TABLE',
    ]);
  });
});
