import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { readSettings } from '../../functions/settings.ts';
import { functionOf } from './role.ts';
import { type Resource, resolve, resourcesOf, synthesise, type Template } from './synthesised.ts';

const template = synthesise();
const root = join(import.meta.dirname, '..', '..');

const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([id, lambda]) => ({
  entry: z.string().parse(lambda.Metadata?.['entry']),
  id,
  lambda,
}));

const environmentOf = (of: Template, lambda: Resource): Record<string, string> => {
  const { Variables } = z
    .object({ Variables: z.record(z.string(), z.unknown()) })
    .parse(lambda.Properties['Environment']);
  return Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, resolve(of, value)]));
};

const settingsOf = (of: Template, entry: string) => {
  const [, lambda] = functionOf(of, entry);
  return readSettings({ ...environmentOf(of, lambda), LAMBDA_TASK_ROOT: '/var/task' });
};

describe('functions', () => {
  test.each(functions)('$entry is a source file', ({ entry }) => {
    expect(existsSync(join(root, entry))).toBe(true);
  });

  test.each(functions)('$entry runs on Node 24 and arm64', ({ lambda }) => {
    expect(lambda.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
    });
  });

  test.each(functions)('$entry writes JSON to a log of its own', ({ id, lambda }) => {
    const { LogGroup, LogFormat } = z
      .object({ LogGroup: z.object({ Ref: z.string() }), LogFormat: z.string() })
      .parse(lambda.Properties['LoggingConfig']);
    expect(LogFormat).toBe('JSON');
    expect(template.Resources[LogGroup.Ref]?.Type).toBe('AWS::Logs::LogGroup');
    const sharers = functions.filter((it) => it.id !== id).map((it) => it.lambda.Properties['LoggingConfig']);
    expect(JSON.stringify(sharers)).not.toContain(LogGroup.Ref);
  });

  test('the queue function reads its settings from its environment', () => {
    expect(settingsOf(template, 'functions/queue.ts')).toMatchObject({
      connectionPrefix: 'manage-connector/connections/',
      allowedHosts: [],
      invocationQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ManageConnector-invocations',
      resultQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/ManageConnector-results',
    });
  });

  test('the API function is told of no result queue', () => {
    expect(settingsOf(template, 'functions/api.ts').resultQueueUrl).toBeUndefined();
  });

  test.each(functions)('$entry learns what to write down, and where its metrics belong', ({ entry }) => {
    expect(settingsOf(template, entry)).toMatchObject({
      log: { level: 'info', sampling: 1 },
      metrics: { namespace: 'ManageConnector', service: 'ManageConnector' },
    });
    const configured = synthesise({ stackName: 'Erp', logLevel: 'warn', logSampling: 0.05 });
    expect(settingsOf(configured, entry)).toMatchObject({
      log: { level: 'warn', sampling: 0.05 },
      metrics: { namespace: 'ManageConnector', service: 'Erp' },
    });
  });

  test.each(functions)('$entry learns what the deployment configures', ({ entry }) => {
    const allowedHosts = ['cw.example.com', '*.example.org:8443'];
    const configured = synthesise({ allowedHosts, connectionPrefix: 'erp/cw/' });
    expect(settingsOf(configured, entry)).toMatchObject({ allowedHosts, connectionPrefix: 'erp/cw/' });
  });
});

describe('logs', () => {
  const retentions = (of: Template) =>
    resourcesOf(of, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties['RetentionInDays']);

  test('end after 30 days unless configured', () => {
    expect(new Set(retentions(template))).toEqual(new Set([30]));
    expect(new Set(retentions(synthesise({ logRetentionDays: 90 })))).toEqual(new Set([90]));
  });
});
