import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { bundleBudgets } from '../../bench/bundle.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const compiled = existsSync(join(root, '.catalogue'));
/** A namespace without a network, where this machine lets us make one. */
const isolated = spawnSync('unshare', ['-rn', 'true']).status === 0;

let folder: string;

/** The same command as `npm run synth`, but for the folder. It fails on what cdk-nag or CloudFormation's validator find. */
async function synthesise(): Promise<void> {
  const command = [join(root, 'node_modules/.bin/cdk'), 'synth', '--quiet', '--output', folder];
  const [file = '', ...rest] = isolated ? ['unshare', '-rn', ...command] : command;
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  await run(file, rest, { cwd: root, env: { ...process.env, PATH } });
}

/** The folder of a function's code, by its name in the template's assets. */
function assetOf(name: string): string {
  const schema = z.object({
    files: z.record(
      z.string(),
      z.object({ displayName: z.string(), source: z.object({ path: z.string() }) }),
    ),
  });
  const { files } = schema.parse(
    JSON.parse(readFileSync(join(folder, 'ManageConnector.assets.json'), 'utf8')),
  );
  const asset = Object.values(files).find(({ displayName }) => displayName.startsWith(name));
  if (!asset) throw new Error(`No asset is called ${name}.`);
  return join(folder, asset.source.path);
}

const caller = `
const { handler } = await import(process.argv[2]);
const event = JSON.parse(process.argv[3]);
const answer = await handler(event, { getRemainingTimeInMillis: () => 20000, awsRequestId: 'request-1' });
process.stdout.write('ANSWER' + JSON.stringify(answer));
process.exit(0);
`;

/** Calls a bundle's handler in a process of its own, from a file: `node -e` has a `require` that Lambda has not. */
async function call(asset: string, event: unknown): Promise<unknown> {
  const file = join(folder, 'caller.mjs');
  writeFileSync(file, caller);
  const queue = 'https://sqs.eu-west-1.amazonaws.com/111122223333/any';
  const env = {
    AWS_REGION: 'eu-west-1',
    LAMBDA_TASK_ROOT: asset,
    CLAIMS_BUCKET: 'claims',
    STATE_TABLE: 'state',
    CONNECTION_PREFIX: 'manage-connector/connections/',
    INVOCATION_QUEUE_URL: queue,
    RESULT_QUEUE_URL: queue,
  };
  const { stdout } = await run(process.execPath, [file, join(asset, 'index.mjs'), JSON.stringify(event)], {
    env,
  });
  return JSON.parse(stdout.split('ANSWER')[1] ?? '');
}

describe.skipIf(!compiled)('bundles (skipped without a compiled catalogue: npm run catalogue)', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'manage-connector-bundles-'));
    await synthesise();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.skipIf(!isolated)('are made without a network (skipped where unshare is not allowed)', () => {
    expect(readdirSync(folder)).toContain('ManageConnector.template.json');
  });

  test.each([
    ['QueueFunction', bundleBudgets.queue],
    ['ApiFunction', bundleBudgets.api],
  ])('%s keeps its budget of %i bytes (npm run bench:bundle tells what is in it)', (name, budget) => {
    expect(statSync(join(assetOf(name), 'index.mjs')).size).toBeLessThan(budget);
  });

  test('what only pulls load lies beside the queue function', async () => {
    const script =
      "const { Client } = await import('undici'); console.log(typeof new Client('http://host').dispatch);";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: assetOf('QueueFunction'),
    });
    expect(stdout).toBe('function\n');
  });

  test.each(['QueueFunction', 'ApiFunction'])('what only large results need lies beside %s', async (name) => {
    const script = `
      const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
      const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
      const client = new S3Client({ region: 'us-east-1', credentials });
      console.log(await getSignedUrl(client, new GetObjectCommand({ Bucket: 'claims', Key: 'k' })));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: assetOf(name),
    });
    expect(stdout).toMatch(/^https:\/\/claims\.s3\.us-east-1\.amazonaws\.com\/k\?.*X-Amz-Signature=/);
  });

  test('the queue function runs outside of this project', async () => {
    expect(await call(assetOf('QueueFunction'), { Records: [] })).toEqual({ batchItemFailures: [] });
  });

  test('the API function finds its catalogue beside it', async () => {
    const event = { routeKey: 'GET /operations', queryStringParameters: { search: 'tickets' }, headers: {} };
    const answer = z
      .object({ statusCode: z.number(), body: z.string() })
      .parse(await call(assetOf('ApiFunction'), event));
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      operations: expect.arrayContaining([expect.anything()]),
    });
  });

  test('the API function answers an agent', async () => {
    const event = {
      routeKey: 'POST /mcp',
      rawPath: '/mcp',
      requestContext: { domainName: 'api.example.com' },
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'search_operations', arguments: { words: 'tickets', limit: 1 } },
      }),
    };
    const answer = z
      .object({ statusCode: z.literal(200), body: z.string() })
      .parse(await call(assetOf('ApiFunction'), event));
    expect(JSON.parse(answer.body)).toMatchObject({
      id: 1,
      result: { structuredContent: { operations: [{}] } },
    });
  });
});
