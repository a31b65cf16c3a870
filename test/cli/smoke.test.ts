import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { steps } from '../../cli/smoke/run.ts';
import { described } from './cloudformation.ts';
import { type Connector, openConnector, type Seat } from './connector.ts';

const shownSchema = z.array(
  z.strictObject({ title: z.string(), verdict: z.enum(['passed', 'failed', 'skipped']), detail: z.string() }),
);

/** An API Gateway in front of the connector's API: it lets in what is signed, and few calls of the document. */
interface Gateway {
  readonly url: string;
  /** Off: whoever calls is let in, and as often as they call. */
  guards: boolean;
  /** How often the document was asked for. */
  documents: number;
  close(): Promise<void>;
}

const known =
  /^\/(?:operations(?:\/[^/]+)?|openapi\.json|connections\/[^/]+\/invocations(?:\/[^/]+)?|console\/.*)$/;

async function openGateway(apiUrl: string): Promise<Gateway> {
  const statusOf = ({ url = '', headers }: IncomingMessage): number | undefined => {
    const path = url.replace(/\?.*/, '');
    if (path.startsWith('/callbacks/')) return gateway.guards ? 401 : 202;
    if (!known.test(path)) return 404;
    if (!gateway.guards) return undefined;
    if (headers.authorization === undefined) return path.startsWith('/console') ? 401 : 403;
    if (path !== '/openapi.json') return undefined;
    gateway.documents += 1;
    return gateway.documents > 10 ? 429 : 200;
  };
  const server = await listen(async (request, response) => {
    const body = await text(request);
    const status = statusOf(request);
    if (status !== undefined) return response.writeHead(status).end('{"reason":"callback_forged"}');
    if (request.url?.startsWith('/console')) return response.end('<html data-place="deployed">');
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name)
        ? [[name, value]]
        : [],
    );
    const method = request.method ?? 'GET';
    const answer = await fetch(`${apiUrl}${request.url}`, { method, headers, ...(body !== '' && { body }) });
    return response.writeHead(answer.status).end(await answer.text());
  });
  const gateway: Gateway = {
    url: urlOf(server),
    guards: true,
    documents: 0,
    close: async () => void (await new Promise((closed) => server.close(closed))),
  };
  return gateway;
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): Promise<Server> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

let connector: Connector;
let gateway: Gateway;
let cloudFormation: Server;
let outputs: Record<string, string>;
beforeAll(async () => {
  connector = await openConnector();
  gateway = await openGateway(connector.apiUrl);
  cloudFormation = await listen(async (_, response) => response.end(described(outputs)));
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', urlOf(cloudFormation));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await gateway.close();
  await new Promise((closed) => cloudFormation.close(closed));
  await connector.close();
});
beforeEach(() => {
  gateway.guards = true;
  gateway.documents = 0;
  outputs = {
    ...connector.outputs,
    ApiUrl: gateway.url,
    ClaimsBucketName: 'claims',
    StateTableName: 'state',
    ConsoleUrl: `${gateway.url}/console/index.html`,
    CallbackUrl: gateway.url,
  };
  connector.doors.takeResults();
  connector.doors.takeDeadLetters();
  connector.doors.gateway.queues.find('invocations')?.purge();
});

/** Runs it on the deployed stack. @param isWorked whether the queue function takes what is on the queue. */
async function smoke(words: readonly string[] = [], isWorked = true, seat?: Seat) {
  const stop = isWorked ? connector.work() : async () => {};
  try {
    const command = ['smoke', '--json', '--stack', 'Contoso', ...words];
    const { code, out, err } = await connector.manage(command, seat);
    const shown = out === '' ? [] : shownSchema.parse(JSON.parse(out));
    const of = (title: string) => shown.find((step) => step.title === title);
    return { code, err, shown, of };
  } finally {
    await stop();
  }
}

const writesOf = () =>
  connector.doors.simulator.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);

describe('manage smoke', () => {
  test('passes a deployed stack that is well, writing nothing', async () => {
    const before = writesOf().length;
    const { code, err, shown } = await smoke();
    expect(shown.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    const passed = shown.filter(({ verdict }) => verdict === 'passed').map(({ title }) => title);
    expect(passed).toEqual(
      steps.map(({ title }) => title).filter((title) => !/A claim can|A write happens once/.test(title)),
    );
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^\d+ passed, 0 failed, \d+ could not be shown\./),
    ]);
    expect(writesOf().length).toBe(before);
  });

  test('leaves the results of others on their queue, and none of its own', async () => {
    const theirs = JSON.stringify({ version: 1, id: 'theirs', succeeded: true });
    connector.put('results', theirs);
    const { code } = await smoke();
    expect(code).toBe(0);
    expect(connector.doors.takeResults().map(({ id }) => id)).toEqual(['theirs']);
  });

  test('writes once where it may, and removes what it made', async () => {
    const before = writesOf().length;
    const { code, of } = await smoke(['--write']);
    expect(of('A write happens once.')).toEqual({
      title: 'A write happens once.',
      verdict: 'passed',
      detail: 'Sent by the API and by the queue with one id: one record, which is removed again.',
    });
    expect(code).toBe(0);
    expect(writesOf().slice(before)).toEqual(['POST', 'DELETE']);
  });

  test('fails a stack that lets anybody in, as often as they call', async () => {
    gateway.guards = false;
    const { code, err, of } = await smoke();
    expect(of('Nobody comes in unsigned.')).toMatchObject({
      verdict: 'failed',
      detail: 'GET /operations answers 200 to a call without credentials.',
    });
    expect(of('Rare calls are throttled more.')).toMatchObject({ verdict: 'failed' });
    expect(of('Nobody sees the page without a token.')).toMatchObject({ verdict: 'failed' });
    expect(of('Nobody else calls back.')).toMatchObject({ verdict: 'failed' });
    expect([code, err]).toEqual([1, expect.stringContaining('4 failed')]);
  });

  test('fails a stack whose queue nobody works on, and takes its letter back', async () => {
    const { code, of } = await smoke(['--patience', '1'], false);
    expect(of('The event source runs.')).toMatchObject({
      verdict: 'failed',
      detail: expect.stringMatching(/^No result came within 1 s, and the API knows of none/),
    });
    expect(of('Dead letters go back.')).toMatchObject({ verdict: 'failed' });
    expect(code).toBe(1);
    expect(connector.doors.takeDeadLetters()).toEqual([]);
  });

  test('does not send back the dead letters of others', async () => {
    const letter = JSON.stringify({
      version: 1,
      id: 'theirs',
      connection: 'acme',
      operationId: 'getSystemInfo',
    });
    connector.put('dead-letters', letter, 'it crashed');
    const { of } = await smoke();
    expect(of('Dead letters go back.')).toMatchObject({
      verdict: 'skipped',
      detail: '1 dead letters wait, and would go back with ours: see manage dead list.',
    });
    expect(connector.doors.takeDeadLetters()).toHaveLength(1);
  });

  test('tells of a connection that leads nowhere, step by step', async () => {
    const { code, of } = await smoke(['--connection', 'nobody']);
    expect(of('The API reaches ConnectWise.')).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('unknown_connection'),
    });
    expect(of('A missing connection is told from a forbidden one.')).toMatchObject({ verdict: 'passed' });
    expect(code).toBe(1);
  });

  test('names the outputs that a stack lacks', async () => {
    const { StateTableName: _, ...others } = outputs;
    outputs = others;
    const { of } = await smoke();
    expect(of('It deploys.')).toMatchObject({ detail: 'The stack has no output StateTableName.' });
  });

  test('ends in order at Ctrl+C', async () => {
    const { code } = await smoke([], true, { interrupted: AbortSignal.abort() });
    expect(code).toBe(130);
  });

  test('shows a person each step as it ends; on one machine, what cannot be shown there', async () => {
    const stop = connector.work();
    const { out } = await connector.manage(['smoke']);
    await stop();
    const lines = out.split('\n');
    expect(lines).toHaveLength(steps.length);
    expect(lines).toContain('– Nobody comes in unsigned.  One machine has no authoriser.');
    expect(lines).toContain('✓ A slash in an id survives.  GET%20%2Fsystem%2Finfo is found.');
  });
});

describe('docs/deploying.md', () => {
  const file = join(import.meta.dirname, '../../docs/deploying.md');
  const [, list = ''] = readFileSync(file, 'utf8').split('\n## Not yet proved\n');
  const items = [...list.matchAll(/^(\d+)\. \*\*(.+?)\*\*( \(smoke\))?/gm)];

  test('marks what the smoke test shows of what has not been proved, and nothing else', () => {
    const marked = items.filter(([, , , mark]) => mark !== undefined).map(([, , title]) => title);
    expect(marked.toSorted()).toEqual(steps.map(({ title }) => title).toSorted());
  });

  test('counts what has not been proved without a gap', () => {
    expect(items.map(([, number]) => Number(number))).toEqual(items.map((_, index) => index + 1));
  });
});
