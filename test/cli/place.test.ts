import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findPlace } from '../../cli/place.ts';
import { readWhereabouts, type Whereabouts, writeWhereabouts } from '../../local/whereabouts.ts';
import { described } from './cloudformation.ts';

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

const seen: Seen[] = [];
let answer: { readonly status: number; readonly body: string };
let server: Server;
let url: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'place-'));
  server = createServer(async (request, response) => {
    seen.push({ request, body: await text(request) });
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-test');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session-of-the-test');
});
beforeEach(() => {
  seen.length = 0;
  answer = { status: 200, body: described(outputs) };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await new Promise((closed) => server.close(closed));
});

const outputs = {
  ApiUrl: 'http://api.example',
  InvocationQueueUrl: 'https://sqs.example/invocations?a=1&b=2',
  ResultQueueUrl: 'https://sqs.example/results',
  DeadLetterQueueUrl: 'https://sqs.example/dead',
  ConnectionPrefix: 'manage-connector/connections/',
};
const nowhere = () => join(folder, 'nowhere.json');

/** The signature of a request as AWS's documentation computes it, apart from the library that made it. */
function signatureOf({ request, body }: Seen): string {
  const { authorization = '', 'x-amz-date': date } = request.headers;
  const [, scope = '', names = ''] =
    /Credential=AKIDTEST\/([^,]+), ?SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const canonical = [request.method, path, query, headers.join(''), names, sha256(body)].join('\n');
  const hmac = (key: string | Buffer, content: string) => createHmac('sha256', key).update(content).digest();
  const key = scope.split('/').reduce<string | Buffer>(hmac, 'AWS4secret-of-the-test');
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
}

const signedWith = ({ request }: Seen) =>
  /Signature=([0-9a-f]+)/.exec(request.headers.authorization ?? '')?.[1];

describe('a deployed stack', () => {
  test('is found by its outputs, with one signed call', async () => {
    const place = await findPlace({ stack: 'ManageConnector' }, nowhere());
    expect(place).toMatchObject({
      name: 'the stack ManageConnector',
      aws: { region: 'eu-central-1' },
      invocationQueueUrl: 'https://sqs.example/invocations?a=1&b=2',
      resultQueueUrl: 'https://sqs.example/results',
      deadLetterQueueUrl: 'https://sqs.example/dead',
      connectionPrefix: 'manage-connector/connections/',
    });
    const [call] = seen;
    if (!call) throw new Error('Nothing was asked.');
    expect(call.body).toBe('Action=DescribeStacks&Version=2010-05-15&StackName=ManageConnector');
    expect(call.request.headers.authorization).toContain('/eu-central-1/cloudformation/aws4_request');
    expect(call.request.headers['x-amz-security-token']).toBe('session-of-the-test');
    expect(signedWith(call)).toBe(signatureOf(call));
  });

  test('has its API called with a signature that covers path, query and body', async () => {
    answer = { status: 200, body: described({ ...outputs, ApiUrl: url }) };
    const { api } = await findPlace({ stack: 'x' }, nowhere());
    answer = { status: 200, body: '{}' };
    await api.call('POST', '/invocations/a%3Ab', { query: { connection: 'acme' }, body: '{"ä":1}' });
    const call = seen.at(-1);
    if (!call) throw new Error('Nothing was asked.');
    expect(call.request.headers.authorization).toContain('/eu-central-1/execute-api/aws4_request');
    expect(call.request.url).toBe('/invocations/a%3Ab?connection=acme');
    // Every service but S3 signs the path encoded once more.
    const encoded = {
      ...call,
      request: Object.assign(call.request, { url: '/invocations/a%253Ab?connection=acme' }),
    };
    expect(signedWith(call)).toBe(signatureOf(encoded));
  });

  test('has its API called by a token where one is given', async () => {
    answer = { status: 200, body: described({ ...outputs, ApiUrl: url }) };
    const { api } = await findPlace({ stack: 'x', token: 'a.b.c' }, nowhere());
    answer = { status: 200, body: '{}' };
    await api.call('GET', '/operations');
    expect(seen.at(-1)?.request.headers.authorization).toBe('Bearer a.b.c');
  });

  test('that is not there is refused with what CloudFormation says', async () => {
    answer = {
      status: 400,
      body: '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>',
    };
    await expect(findPlace({ stack: 'x' }, nowhere())).rejects.toMatchObject({
      ending: 'unreachable',
      message:
        "CloudFormation does not tell of the stack 'x' in eu-central-1 (ValidationError). Stack with id x does not exist Check --stack, AWS_PROFILE and AWS_REGION.",
    });
  });

  test('of something else is refused', async () => {
    answer = { status: 200, body: described({ Other: 'x' }) };
    await expect(findPlace({ stack: 'x' }, nowhere())).rejects.toThrow(
      'has no output ApiUrl, so it is no Manage Connector.',
    );
  });
});

describe('the local stack', () => {
  const file = () => join(folder, 'stack.json');
  const whereabouts: Whereabouts = {
    version: 1,
    pid: process.pid,
    apiUrl: 'http://127.0.0.1:1',
    aws: {
      endpoint: 'http://127.0.0.1:2',
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
    outputs,
    allowedHosts: [],
    log: 'functions.log',
  };

  test('is found by the file that it leaves', async () => {
    writeWhereabouts(file(), whereabouts);
    expect(readWhereabouts(file())).toEqual(whereabouts);
    expect(await findPlace({}, file())).toMatchObject({
      name: 'the local stack',
      resultQueueUrl: outputs.ResultQueueUrl,
    });
  });

  test('is not there where its process is gone, though its file is', async () => {
    // No process has the number that is one over the highest of Linux.
    writeWhereabouts(file(), { ...whereabouts, pid: 4_194_305 });
    expect(readWhereabouts(file())).toBeUndefined();
    await expect(findPlace({}, file())).rejects.toMatchObject({
      ending: 'unreachable',
      message: 'No local stack runs here. Start it with npm start, or name a deployed one: --stack NAME.',
    });
  });

  test('is not guessed from a file of another version', () => {
    writeFileSync(file(), '{"version":2}');
    expect(() => readWhereabouts(file())).toThrow(
      "does not say where the local stack is: 'version' must be 1.",
    );
  });

  test('that does not answer is told', async () => {
    writeWhereabouts(file(), whereabouts);
    const { api } = await findPlace({}, file());
    await expect(api.call('GET', '/operations')).rejects.toThrow(
      'The API of the local stack does not answer',
    );
  });
});
