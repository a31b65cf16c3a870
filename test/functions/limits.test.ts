import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readLimits } from '../../functions/limits.ts';
import { queueHandler } from '../../functions/queue.ts';
import { createServices, reachOut } from '../../functions/services.ts';
import { readSettings } from '../../functions/settings.ts';
import { bundling } from '../../infra/bundling.ts';
import { parseDeployment } from '../../infra/deployment.ts';
import { limitsFileOf, writeLimits } from '../../infra/limits.ts';
import { contextOf, type Doors, openDoors, returned } from './doors.ts';

let root: string;
const folders: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limits-'));
  folders.push(root);
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const connectionsOf = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`customer-${index}`, { maxCallsPerMinute: index + 1 }]),
  );

describe('the limits of connections', () => {
  test('reach the functions as the deployment declares them, a thousand and more', () => {
    const deployment = parseDeployment({ stackName: 'Erp', connections: connectionsOf(1_500) });
    writeLimits(root, deployment);
    const limitOf = readLimits(join(root, limitsFileOf(deployment) ?? ''), 50);
    expect(['customer-0', 'customer-1499', 'somebody', 'constructor'].map(limitOf)).toEqual([
      1, 1500, 50, 50,
    ]);
  });

  test('take the place of the one for all, up or down, and leave it to those who have none', () => {
    const connections = { low: { maxCallsPerMinute: 10 }, high: { maxCallsPerMinute: 900 }, plain: {} };
    const deployment = parseDeployment({ connections });
    writeLimits(root, deployment);
    const file = join(root, limitsFileOf(deployment) ?? '');
    const names = ['low', 'high', 'plain', 'undeclared'];
    expect(names.map(readLimits(file, 100))).toEqual([10, 900, 100, 100]);
    expect(names.map(readLimits(file, undefined))).toEqual([10, 900, undefined, undefined]);
  });

  test('are one for all where no connection has its own: no file is made, and none is read', () => {
    const deployment = parseDeployment({ connections: { acme: {} }, maxCallsPerMinute: 70 });
    writeLimits(root, deployment);
    expect(readdirSync(root)).toEqual([]);
    expect(limitsFileOf(deployment)).toBeUndefined();
    expect(readLimits(undefined, 70)('acme')).toBe(70);
  });

  test.each(['', '[]', '{"acme":"60"}', '{"acme":0}', '{"acme":'])(
    'that cannot be read stop the function, which would send without them: %j',
    (text) => {
      const file = join(root, 'limits.json');
      writeFileSync(file, text);
      expect(() => readLimits(file, 50)).toThrow(
        `The limits of the connections cannot be read from ${file}. Deploy the function again.`,
      );
    },
  );

  test('are looked for beside the code', () => {
    const url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/any';
    const environment = {
      CLAIMS_BUCKET: 'claims',
      CONNECTION_PREFIX: 'erp/',
      STATE_TABLE: 'state',
      INVOCATION_QUEUE_URL: url,
      LAMBDA_TASK_ROOT: '/var/task',
    };
    expect(readSettings(environment).limitsFile).toBeUndefined();
    const CONNECTION_LIMITS = '.limits/Erp.json';
    expect(readSettings({ ...environment, CONNECTION_LIMITS }).limitsFile).toBe('/var/task/.limits/Erp.json');
  });

  test('lie in the bundle where the function looks for them', () => {
    const deployment = parseDeployment({ stackName: 'Erp', connections: connectionsOf(2) });
    writeLimits(root, deployment);
    const asset = join(root, 'asset of a bundle');
    mkdirSync(asset);
    const { commandHooks } = bundling(`${root}/`, 'catalogue', limitsFileOf(deployment));
    const commands = commandHooks?.afterBundling('', asset) ?? [];
    for (const command of commands.filter((it) => it.includes('.limits')))
      execFileSync('sh', ['-c', command]);
    const limitOf = readLimits(join(asset, limitsFileOf(deployment) ?? ''), undefined);
    expect(['customer-0', 'customer-1'].map(limitOf)).toEqual([1, 2]);
  });

  test('are the same text at every synth, so that a bundle changes only with them', () => {
    const deployment = parseDeployment({ connections: connectionsOf(3) });
    writeLimits(root, deployment);
    const file = join(root, limitsFileOf(deployment) ?? '');
    expect(readFileSync(file, 'utf8')).toBe('{"customer-0":1,"customer-1":2,"customer-2":3}\n');
  });
});

describe('a connection with a limit of its own', () => {
  let doors: Doors;
  beforeAll(async () => {
    doors = await openDoors();
    for (const name of ['slow', 'free']) await doors.connect(name);
  });
  afterAll(() => doors.close());

  test('is called no faster, and slows no other', async () => {
    const file = join(root, 'limits.json');
    writeFileSync(file, '{"slow":1}');
    const settings = { ...readSettings(), limitsFile: file };
    const services = createServices(settings, { ...reachOut(settings), sleep: async () => {} });
    const call = (connection: string) => (_: unknown, index: number) =>
      JSON.stringify({ version: 1, id: `${connection}-${index}`, connection, operationId: 'getSystemInfo' });
    const calls = ['slow', 'free'].flatMap((name) => Array.from({ length: 4 }, call(name)));
    const event = doors.receive(...calls);
    const resting = returned(await queueHandler(() => services)(event, contextOf()));
    const bodies = event.Records.filter(({ messageId }) => resting.includes(messageId)).map(
      ({ body }) => body,
    );
    expect(bodies).toHaveLength(3);
    expect(bodies.every((body) => body.includes('"connection":"slow"'))).toBe(true);
    const answered = doors.takeResults().map(({ connection }) => connection);
    expect(answered.toSorted()).toEqual(['free', 'free', 'free', 'free', 'slow']);
  });
});
