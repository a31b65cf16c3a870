import { describe, expect, test } from 'vitest';
import { allowancesOf, allows, functionOf } from './role.ts';
import { resolve, resourcesOf, synthesise } from './synthesised.ts';

const template = synthesise();
const roles = {
  queue: allowancesOf(template, 'functions/queue.ts'),
  api: allowancesOf(template, 'functions/api.ts'),
};

const bucket = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::S3::Bucket')?.[0];
const sqs = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:ManageConnector-${name}`;
const s3 = (key: string) => `arn:aws:s3:::${bucket?.toLowerCase()}${key}`;
const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;

const invocations = sqs('invocations');
const results = sqs('results');
const claim = s3('/results/0123/4567.json.gz');
const exported = s3('/exports/acme/nightly/part-0000001.ndjson.gz');
const snapshot = s3('/checkpoints/0123/4567.ndjson.gz');
const [tableId] = resourcesOf(template, 'AWS::DynamoDB::Table').map(([id]) => id);
const state = resolve(template, { 'Fn::GetAtt': [tableId, 'Arn'] });
const connection = secret('manage-connector/connections/acme');

/** Who may do what: the whole of it, for every action that the connector knows and its nearest neighbours. */
const matrix: readonly (readonly [action: string, resource: string, who: string])[] = [
  ['sqs:ReceiveMessage', invocations, 'queue'],
  ['sqs:DeleteMessage', invocations, 'queue'],
  ['sqs:ChangeMessageVisibility', invocations, 'queue'],
  ['sqs:GetQueueAttributes', invocations, 'queue'],
  ['sqs:SendMessage', invocations, 'queue api'],
  ['sqs:SendMessage', results, 'queue'],
  ['s3:PutObject', claim, 'queue api'],
  ['s3:GetObject', claim, 'api'],
  ['s3:PutObject', exported, 'queue'],
  ['s3:PutObject', snapshot, 'queue'],
  ['s3:GetObject', snapshot, 'queue'],
  ['secretsmanager:GetSecretValue', connection, 'queue api'],
  ['dynamodb:GetItem', state, 'queue api'],
  ['dynamodb:PutItem', state, 'queue api'],
  ['dynamodb:UpdateItem', state, 'queue api'],

  ['dynamodb:Scan', state, ''],
  ['dynamodb:Query', state, ''],
  ['dynamodb:DeleteItem', state, ''],
  ['dynamodb:DeleteTable', state, ''],
  ['sqs:ReceiveMessage', results, ''],
  ['sqs:DeleteMessage', results, ''],
  ['sqs:PurgeQueue', invocations, ''],
  ['sqs:SetQueueAttributes', invocations, ''],
  ['sqs:SendMessage', sqs('invocations-dead-letters'), 'queue'],
  ['sqs:ReceiveMessage', sqs('invocations-dead-letters'), ''],
  ['sqs:SendMessage', sqs('somebody-elses'), ''],
  ['s3:ListBucket', s3(''), ''],
  ['s3:DeleteObject', claim, ''],
  ['s3:PutObjectAcl', claim, ''],
  ['s3:GetObject', exported, ''],
  ['s3:DeleteObject', exported, ''],
  ['s3:PutObject', s3('/elsewhere/4567.json.gz'), ''],
  ['s3:GetObject', 'arn:aws:s3:::somebody-elses/results/4567.json.gz', ''],
  ['secretsmanager:GetSecretValue', secret('payroll/database'), ''],
  ['secretsmanager:PutSecretValue', connection, ''],
  ['secretsmanager:DescribeSecret', connection, ''],
  ['secretsmanager:ListSecrets', '*', ''],
  ['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:111122223333:function:any', ''],
  ['logs:CreateLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:any:*', ''],
  ['iam:PassRole', 'arn:aws:iam::111122223333:role/any', ''],
];

describe('access', () => {
  test.each(matrix)('%s on %s is allowed to: %s', (action, resource, who) => {
    const allowed = Object.entries(roles).filter(([, allowances]) => allows(allowances, action, resource));
    expect(allowed.map(([name]) => name).join(' ')).toBe(who);
  });

  describe.each(Object.entries(roles))('of the %s function', (name, allowances) => {
    test('holds no action that the matrix does not name', () => {
      const named = matrix.filter(([, , who]) => who.split(' ').includes(name)).map(([action]) => action);
      const ownLog = ['logs:CreateLogStream', 'logs:PutLogEvents'];
      const held = allowances.flatMap(({ actions }) => actions);
      expect(new Set(held)).toEqual(new Set([...named, ...ownLog]));
    });

    test('allows no action by wildcard', () => {
      expect(allowances.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual(
        [],
      );
    });

    test('allows no resource by wildcard but below a prefix', () => {
      const wild = allowances.flatMap(({ resources }) => resources).filter((it) => it.includes('*'));
      const bounded = [
        s3('/results/*'),
        s3('/exports/*'),
        s3('/checkpoints/*'),
        secret('manage-connector/connections/').replace('-AbCdEf', '*'),
      ];
      expect(wild.filter((it) => !bounded.includes(it) && !it.startsWith('arn:aws:logs:'))).toEqual([]);
    });
  });

  test('is that of a role which Lambda alone takes on', () => {
    const lambda = {
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
    };
    for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Role'))
      expect(Properties['AssumeRolePolicyDocument']).toMatchObject({ Statement: [lambda] });
  });

  test('to the functions themselves is the API’s alone, by its own routes', () => {
    const [apiId = ''] = resourcesOf(template, 'AWS::ApiGatewayV2::Api').map(([id]) => id);
    const [functionId = ''] = functionOf(template, 'functions/api.ts');
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::Permission')) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
      });
      expect(resolve(template, Properties['SourceArn'])).toMatch(
        new RegExp(`^arn:aws:execute-api:eu-west-1:111122223333:${apiId.toLowerCase()}/\\*/\\*/[a-z]`),
      );
    }
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect(types).not.toContain('AWS::Lambda::Url');
  });

  test('to other certificates than Node trusts is given by no variable of a function', () => {
    const variables = resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) =>
      JSON.stringify(Properties['Environment']),
    );
    for (const text of variables) expect(text).not.toMatch(/NODE_|SSL_|_PROXY/);
  });

  test('follows the prefix of the connections', () => {
    const moved = allowancesOf(synthesise({ connectionPrefix: 'erp/cw/' }), 'functions/api.ts');
    expect(allows(moved, 'secretsmanager:GetSecretValue', secret('erp/cw/acme'))).toBe(true);
    expect(allows(moved, 'secretsmanager:GetSecretValue', connection)).toBe(false);
  });
});
