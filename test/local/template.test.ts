import { describe, expect, test } from 'vitest';
import { synthTemplate } from '../../infra/template.ts';
import { readTemplate } from '../../local/template.ts';
import { schedules } from '../infra/schedules.ts';
import { smallTemplate } from './small-template.ts';

const places = { queueUrl: (name: string) => `http://aws/${name}`, apiUrl: 'http://api' };
const read = (template: unknown) => readTemplate(template, places);
const withResource = (name: string, resource: object) => {
  const Resources = Reflect.get(smallTemplate({ handler: 'echo' }), 'Resources');
  return { Resources: { ...Resources, [name]: resource } };
};

describe('local template', () => {
  test('resources are read with their references resolved', () => {
    const template = read(
      smallTemplate({ handler: 'echo', source: { batchSize: 7 }, routes: ['GET /a/{b}'] }),
    );
    expect(template).toMatchObject({
      queues: [
        { name: 'Work', visibilitySeconds: 2, redrive: { queueName: 'Dead', maxReceiveCount: 3 } },
        { name: 'Dead', visibilitySeconds: 30, retentionSeconds: 345_600, redrive: undefined },
        { name: 'local-done' },
      ],
      buckets: [{ logicalId: 'Claims', name: 'claims' }],
      tables: [{ name: 'Journal', keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }],
      functions: [
        {
          name: 'Function',
          entry: 'test/local/handlers/echo.ts',
          exportName: 'handler',
          environment: { DONE_URL: 'http://aws/local-done', WORK_URL: 'http://aws/Work', BUCKET: 'claims' },
          logFormat: 'Text',
        },
      ],
      eventSources: [
        {
          queueName: 'Work',
          functionName: 'Function',
          batchSize: 7,
          maxConcurrency: 4,
          reportsItemFailures: true,
        },
      ],
      routes: [{ key: 'GET /a/{b}', functionName: 'Function', timeoutMs: 1500 }],
      outputs: { DoneUrl: 'http://aws/local-done' },
    });
  });

  test('the deployed stack can be run on one machine', () => {
    const template = read(synthTemplate());
    expect(template.eventSources).not.toEqual([]);
    expect(template.routes.map(({ key }) => key)).toContain('POST /invocations');
    for (const { functionName } of [...template.eventSources, ...template.routes]) {
      expect(template.functions.map(({ name }) => name)).toContain(functionName);
    }
    expect(template.outputs).toMatchObject({ ApiUrl: 'http://api' });
  });

  test.each([
    [
      'a type',
      { Type: 'AWS::Kinesis::Stream' },
      "The template's New is a AWS::Kinesis::Stream, which the local stack does not emulate.",
    ],
    [
      'a schedule of something else than messages',
      {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: 'rate(1 hour)',
          Target: { Arn: 'arn:aws:lambda:::x', Input: '{}' },
        },
      },
      `New (AWS::Scheduler::Schedule). 'Target.Arn' must be "arn:aws:scheduler:::aws-sdk:sqs:sendMessage".`,
    ],
    [
      'a FIFO queue',
      { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      "New (AWS::SQS::Queue). There is no field 'FifoQueue'.",
    ],
    [
      'no visibility',
      { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 0 } },
      "New (AWS::SQS::Queue). 'VisibilityTimeout'",
    ],
    [
      'a versioned bucket',
      { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: {} } },
      "no field 'VersioningConfiguration'",
    ],
    [
      'a filter',
      {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: 'arn:aws:sqs:::Work', FunctionName: 'f', FilterCriteria: {} },
      },
      "no field 'FilterCriteria'",
    ],
    [
      'another runtime',
      { Type: 'AWS::Lambda::Function', Properties: { Handler: 'a.b', Runtime: 'python3.13' } },
      "'Runtime' must be a Node runtime.",
    ],
    [
      'a function without its source',
      { Type: 'AWS::Lambda::Function', Properties: { Handler: 'a.b', Runtime: 'nodejs24.x' } },
      'New does not say where its source is. Add Metadata.entry',
    ],
    [
      'a route to nowhere',
      {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ApiId: 'a', RouteKey: 'GET /', Target: 'integrations/None' },
      },
      'The route GET / (New) leads to no integration of the template.',
    ],
  ])('%s is refused by name', (_, resource, message) => {
    expect(() => read(withResource('New', resource))).toThrow(message);
  });

  test('schedules are read with the state that their parameters have by default', () => {
    const { schedules: found } = read(synthTemplate({}, schedules));
    expect(found).toMatchObject([
      { name: 'tickets-hourly', expression: 'rate(1 hour)', timeZone: 'UTC', isEnabled: true },
      { name: 'companies-nightly', timeZone: 'Europe/Berlin', isEnabled: true },
      { name: 'off', isEnabled: false },
    ]);
    expect(JSON.parse(found[0]?.input ?? '')).toMatchObject({
      QueueUrl: 'http://aws/ManageConnector-invocations',
      MessageGroupId: 'acme',
    });
  });

  test('what is no template is refused', () => {
    expect(() => read({})).toThrow("This is not a CloudFormation template: 'Resources' is missing.");
  });
});
