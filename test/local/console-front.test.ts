import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod/mini';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { createObjects } from '../../lib/clients/objects.ts';
import { type Connector, startConnector } from '../../local/connector.ts';
import { type ConsoleFront, openConsole } from '../../local/console-front.ts';

let connector: Connector;
let front: ConsoleFront;

beforeAll(async () => {
  const taskRoot = inject('taskRoot');
  const catalogue = loadCatalogue(join(taskRoot, '.catalogue'));
  const log = () => undefined;
  connector = await startConnector({ catalogue, port: 0, environment: { LAMBDA_TASK_ROOT: taskRoot }, log });
  front = await openConsole({ stack: connector.stack, catalogue, log });
});
afterAll(async () => {
  await front.close();
  await connector.close();
});

const get = (path: string, sent: RequestInit = {}) => fetch(front.url + path, sent);

describe('the server of the console', () => {
  test('lets the page load from itself, talk to itself and be framed by nobody', async () => {
    const response = await get('/');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toContain('src="main.js"');
  });

  test('sends no part of itself twice', async () => {
    const first = await get('/main.js');
    const etag = first.headers.get('etag') ?? '';
    expect((await get('/main.js', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('knows no other file', async () => {
    for (const path of ['/package.json', '/../package.json', '/local/nothing', '/%2e%2e/package.json'])
      expect((await get(path)).status, path).toBe(404);
  });

  test('passes the API on with its status, headers and problems', async () => {
    const body = JSON.stringify({ version: 1, id: 'a b', connection: 'acme', operationId: 'getSystemInfo' });
    const headers = { 'content-type': 'application/json', prefer: 'respond-async' };
    const queued = await get('/api/invocations', { method: 'POST', body, headers });
    expect([queued.status, queued.headers.get('location')]).toEqual([
      202,
      '/invocations/a%20b?connection=acme',
    ]);
    const refused = await get('/api/invocations', { method: 'POST', body: '{' });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ reason: 'invalid_invocation' }),
    ]);
  });

  test('shows queues, connections and the results that are new, and no secret', async () => {
    const { sqs, queues } = connector;
    const send = (value: object) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queues.results, MessageBody: JSON.stringify(value) }));
    const before: unknown = await (await get('/local/overview')).json();
    const { results } = z.object({ results: z.object({ total: z.number() }) }).parse(before);
    await send({ id: 'one', succeeded: true });
    await send({ id: 'two', succeeded: true, response: 'x'.repeat(30_000) });
    const text = await (await get(`/local/overview?after=${results.total}`)).text();
    expect(JSON.parse(text)).toMatchObject({
      connections: ['acme'],
      queues: { deadLetters: { waiting: 0, inFlight: 0 } },
      results: {
        recent: expect.arrayContaining([
          expect.objectContaining({ isCut: false, value: { id: 'one', succeeded: true } }),
          expect.objectContaining({ isCut: true, value: { id: 'two', succeeded: true } }),
        ]),
      },
    });
    expect(JSON.parse(text)).not.toMatchObject({
      results: { recent: expect.arrayContaining([expect.objectContaining({ number: results.total })]) },
    });
    const { password, clientId } = connector.simulator.credentials;
    for (const secret of [password, clientId]) expect(text).not.toContain(secret);
  });

  test('tells the messages of each connection, and dead letters one by one, and sends back the one that is named', async () => {
    const { sqs, stack } = connector;
    const message = (id: string) =>
      JSON.stringify({ version: 1, id, connection: 'beta', operationId: 'getSystemInfo' });
    const bury = (MessageBody: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs['DeadLetterQueueUrl'], MessageBody }));
    const { MessageId = '' } = await bury(message('one'));
    await bury(message('two'));
    await bury('[1]');
    const look = async () =>
      z
        .object({
          byConnection: z.array(z.unknown()),
          deadLetters: z.array(z.object({ id: z.optional(z.string()), why: z.string() })),
        })
        .parse(await (await get('/local/overview')).json());
    const before = await look();
    expect(before.byConnection).toEqual(
      expect.arrayContaining([
        { connection: 'beta', waiting: 0, inFlight: 0, dead: 2 },
        { connection: '', waiting: 0, inFlight: 0, dead: 1 },
      ]),
    );
    expect(before.deadLetters.every(({ why }) => why === 'It was put here by hand.')).toBe(true);
    const redrive = (id: string) => get(`/local/redrive?message=${id}`, { method: 'POST' });
    expect((await redrive(MessageId)).status).toBe(204);
    expect((await redrive(MessageId)).status).toBe(409);
    const after = await look();
    expect(after.deadLetters.map(({ id }) => id).toSorted()).toEqual(['two', undefined]);
  });

  test('hands out what is claimed, and nothing else of the bucket', async () => {
    const bucket = createObjects(connector.stack.bucketName('Claims'), connector.stack.client);
    const put = (key: string) => bucket.put(key, gzipSync('[{"id":1}]'));
    await put('results/0a/1b.json.gz');
    await put('checkpoints/0a/1b.json.gz');
    const claimed = await get('/local/claims/results/0a/1b.json.gz');
    expect(await claimed.json()).toEqual([{ id: 1 }]);
    for (const key of [
      'checkpoints/0a/1b.json.gz',
      'results/../checkpoints/0a/1b.json.gz',
      'results/%2e%2e/checkpoints/0a/1b.json.gz',
      'results/0a/2c.json.gz',
    ])
      expect((await get(`/local/claims/${key}`)).status, key).toBe(404);
  });

  test('refuses a page of the web that would redrive', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'sec-fetch-site': 'cross-site' };
      const sent = request(`${front.url}/local/redrive`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
    expect(status).toBe(403);
  });
});
