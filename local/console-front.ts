import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ConsoleFile, pageHeaders } from '../functions/console-files.ts';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { createObjects, type Objects } from '../lib/clients/objects.ts';
import { root } from './connector.ts';
import { buildConsole } from './console-assets.ts';
import { readBody } from './http-front.ts';
import { listenLocally } from './listening.ts';
import { createOverviewSource, type OverviewSource } from './overview.ts';
import { createRecentResults } from './recent-results.ts';
import { splitUrl } from './request-url.ts';
import { readResult } from './results.ts';
import type { LocalStack } from './stack.ts';

interface ConsoleParts {
  readonly stack: LocalStack;
  /** Whose operations are found. */
  readonly catalogue: Catalogue;
  /** A free one unless told. */
  readonly port?: number | undefined;
  readonly log: (line: string) => void;
}

export interface ConsoleFront {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the console on this machine: its files, the API below `/api`, and below `/local` what only one machine can show. */
export async function openConsole({ stack, catalogue, port, log }: ConsoleParts): Promise<ConsoleFront> {
  const assets = await buildConsole(root, catalogue);
  const results = createRecentResults(Date.now);
  stack.queue('ResultsQueue').watch(({ body }) => results.add(readResult(body).value));
  const overview = createOverviewSource(stack, results, Date.now);
  const claims = createObjects(stack.bucketName('Claims'), stack.client);
  const { url, serve, close } = await listenLocally(port, log);
  serve(async (request, response) => {
    const { path, query } = splitUrl(request.url ?? '/');
    const found = assets.get(path);
    if (path.startsWith('/api/')) await pass(request, response, stack.apiUrl);
    else if (path.startsWith(claimPath)) await sendClaim(response, claims, path.slice(claimPath.length));
    else if (path.startsWith('/local/')) await answerLocal(request, response, overview, path, query);
    else if (found && request.method === 'GET') sendAsset(request, response, found);
    else response.writeHead(404, pageHeaders).end('There is no such page.\n');
  });
  return {
    url,
    close: async () => {
      await close();
      overview.close();
    },
  };
}

function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  { type, gzip, etag }: ConsoleFile,
): void {
  const headers = { ...pageHeaders, etag, 'cache-control': 'no-cache' };
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
  response
    .writeHead(200, {
      ...headers,
      'content-type': type,
      'content-encoding': 'gzip',
      'content-length': gzip.length,
    })
    .end(gzip);
}

const passedOn = ['content-type', 'prefer', 'accept'];
const passedBack = ['content-type', 'location', 'preference-applied', 'retry-after'];

/** Hands a call to the API and its answer back, so that the page needs no other origin than its own. */
async function pass(request: IncomingMessage, response: ServerResponse, apiUrl: string): Promise<void> {
  const body = await readBody(request);
  if (!body) return void response.writeHead(413).end();
  const headers = passedOn.flatMap((name): [string, string][] => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  const { method = 'GET', url = '/' } = request;
  const sent = { method, headers, ...(body.length > 0 && { body: new Uint8Array(body) }) };
  const answer = await fetch(`${apiUrl}${url.slice('/api'.length)}`, sent);
  const kept = passedBack.flatMap((name): [string, string][] => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  response.writeHead(answer.status, Object.fromEntries(kept)).end(Buffer.from(await answer.arrayBuffer()));
}

const claimPath = '/local/claims/';

/** A claimed response, as it lies in the bucket. The bucket is another origin, which the page may not talk to. */
async function sendClaim(response: ServerResponse, claims: Objects, key: string): Promise<void> {
  const bytes = /^results\/[\w/]+\.json\.gz$/.test(key)
    ? await claims.get(key).catch(() => undefined)
    : undefined;
  if (!bytes) return void response.writeHead(404, pageHeaders).end('There is no such claim any more.\n');
  const headers = { ...pageHeaders, 'content-type': 'application/json', 'content-encoding': 'gzip' };
  response.writeHead(200, { ...headers, 'cache-control': 'no-store' }).end(bytes);
}

async function answerLocal(
  { method = 'GET' }: IncomingMessage,
  response: ServerResponse,
  overview: OverviewSource,
  path: string,
  query: string,
): Promise<void> {
  const parameters = new URLSearchParams(query);
  if (`${method} ${path}` === 'GET /local/overview') {
    const after = Number(parameters.get('after') ?? 0);
    const view = await overview.read(Number.isSafeInteger(after) ? after : 0);
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(view));
  } else if (`${method} ${path}` === 'POST /local/redrive') {
    const messageId = parameters.get('message');
    if (messageId === null) await overview.redrive();
    else if (!overview.redriveOne(messageId)) return void response.writeHead(409).end();
    response.writeHead(204).end();
  } else response.writeHead(404).end();
}
