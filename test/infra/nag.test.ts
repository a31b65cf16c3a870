import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterAll, describe, expect, test } from 'vitest';
import { createUnbundledApp } from '../../infra/template.ts';
import { schedules } from './schedules.ts';

const outdir = mkdtempSync(join(tmpdir(), 'manage-connector-nag-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const packs = [
  { name: 'AwsSolutionsChecks', check: (app: App) => new AwsSolutionsChecks(app).validateScope(app) },
  { name: 'ServerlessChecks', check: (app: App) => new ServerlessChecks(app).validateScope(app) },
];
const vpc = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };
const domain = {
  name: 'connector.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0123-4567-89ab',
};
const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };

describe.each(packs)('$name', ({ check }) => {
  test.each([
    ['as it is', {}],
    ['with JWT', { jwt }],
    [
      'in a network, with a domain and limits',
      { vpc, domain, connections: { acme: { maxCallsPerMinute: 60 } } },
    ],
    ['of one account and region', { account: '111122223333', region: 'eu-central-1', vpc }],
    ['with the console', { jwt, console: true }],
    ['with an address for alarms', { alarms: { email: 'ops@example.com' } }],
    ['with callbacks', { callbacks: true }],
    ['under another prefix', { connectionPrefix: 'erp/cw/', stackName: 'Erp' }],
  ])('finds nothing in the stack %s', (_name, connector) => {
    expect(check(createUnbundledApp({ connector }, outdir).app).violations).toEqual([]);
  });

  test('finds nothing in the stack with schedules', () => {
    expect(check(createUnbundledApp({}, outdir, schedules).app).violations).toEqual([]);
  });

  test('finds a bare queue beside the stack', () => {
    const { app } = createUnbundledApp({}, outdir);
    new Queue(new Stack(app, 'Beside'), 'Bare');
    const resources = check(app).violations.flatMap((violation) => violation.violatingResources);
    const paths = resources.map((resource) => resource.constructPath);
    expect(new Set(paths)).toEqual(new Set(['Beside/Bare/Resource']));
  });
});
