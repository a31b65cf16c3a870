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
const jwt = { issuer: 'https://login.example.com/', audience: ['manage-connector'] };

describe.each(packs)('$name', ({ check }) => {
  test.each([
    ['as it is', {}],
    ['with JWT', { jwt }],
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
