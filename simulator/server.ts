import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { answer } from './answering.ts';
import { queryOf } from './call.ts';
import { bodyTooLarge, endpointMissing, methodNotAllowed, Refusal, recordMissing } from './failures.ts';
import { createFaults, type FaultRule, type Faults, faultAnswer } from './faults.ts';
import { createGateway, type Gateway, versionOf } from './gateway.ts';
import { codebaseOf, releaseCodebase, type Settings, type SimulatorOptions, settingsOf } from './options.ts';
import { createResources } from './resources.ts';
import { createRoutes, type Match, type Routing } from './routes.ts';
import { createStore } from './store.ts';
import type { World } from './world.ts';

/** One request as the simulator saw it. */
export interface ObservedCall {
  readonly method: string;
  /** The path as it was sent, codebase and all, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Header values by lower-case name, without Authorization and Cookie. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was answered; 0 where the connection was cut. */
  readonly status: number;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly company: string;
  /** What a connection needs: `username` is `company+publicKey`, `password` the private key. */
  readonly credentials: { readonly username: string; readonly password: string; readonly clientId: string };
  /** The newest 10,000 requests, oldest first. */
  readonly requests: readonly ObservedCall[];
  /** Upgrades the server: its old codebase answers 404 from now on. */
  rollCodebase(codebase: string): void;
  /** Makes the next calls that fit the rule fail. */
  failNext(rule: FaultRule): void;
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

/** Larger bodies are refused: a bound of our own. */
const largestBodyBytes = 32 * 1024 * 1024;
const mostObserved = 10_000;

/** What serves the requests of one simulator. */
interface Desk {
  readonly settings: Settings;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly route: (method: string, path: string) => Routing;
  readonly world: World;
  readonly observed: ObservedCall[];
  readonly closing: AbortController;
}

/** A request as it came in. */
interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** False where the body was larger than what is read. */
  readonly isWhole: boolean;
}

function createDesk(settings: Settings, origin: () => string): Desk {
  const gateway = createGateway(settings);
  const { catalogue, seed, rows, now } = settings;
  const resources = createResources(catalogue);
  // Hrefs carry the codebase and a double slash, unlike any path that is called (connectwise-api.md §2.2).
  const href = (entity: string, id: number): string | undefined => {
    const home = resources.home(entity);
    return home === undefined ? undefined : `${origin()}/${gateway.codebase()}/apis/3.0/${home.key}/${id}`;
  };
  const makings = { catalogue, seed, rows, href };
  return {
    settings,
    gateway,
    faults: createFaults(),
    route: createRoutes(catalogue),
    world: { catalogue, resources, makings, store: createStore(makings), now, member: 'ApiMember' },
    observed: [],
    closing: new AbortController(),
  };
}

async function receive(request: IncomingMessage, origin: string): Promise<Received> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size <= largestBodyBytes) chunks.push(bytes);
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  // Put behind the origin as text: resolved against it, a path that starts with two slashes would name a host.
  const path = request.url?.startsWith('/') ? request.url : '/';
  return {
    method: request.method ?? 'GET',
    url: new URL(origin + path),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
    isWhole: size <= largestBodyBytes,
  };
}

/** The operation of a path, once all parents that the path names are there. */
function matchOf(method: string, path: string, desk: Desk): Match {
  const routing = desk.route(method, path);
  if (routing === 'no-such-path') throw endpointMissing();
  if (routing === 'no-such-method') throw methodNotAllowed();
  const { resources, store } = desk.world;
  for (const parent of resources.parents(routing.operation, routing.values))
    if (!store.holds(parent.path, parent.id)) throw recordMissing(parent.entity, parent.id);
  return routing;
}

async function run(received: Received, path: string, desk: Desk): Promise<Answer> {
  const { operation, values } = matchOf(received.method, path, desk);
  const { url, headers, body } = received;
  const target = desk.world.resources.target(operation, values);
  return answer(
    { operation, target, query: queryOf(url.search), headers, body, url: url.origin + url.pathname },
    desk.world,
  );
}

/** The answer to a request; undefined where the connection is to be cut. */
async function respond(received: Received, desk: Desk): Promise<Answer | undefined> {
  if (!received.isWhole) throw bodyTooLarge();
  const admitted = desk.gateway.admit(received);
  const path = 'path' in admitted ? admitted.path : received.url.pathname;
  const fault = desk.faults.next(received.method, path);
  if (fault?.delayMs !== undefined) await wait(fault.delayMs, undefined, { signal: desk.closing.signal });
  if (fault?.cut === 'before') return undefined;
  const own = 'answer' in admitted ? admitted.answer : undefined;
  const answered = (fault && faultAnswer(fault)) ?? own ?? (await run(received, path, desk));
  return fault?.cut === 'after' ? undefined : answered;
}

async function answerOrRefusal(received: Received, desk: Desk): Promise<Answer | undefined> {
  try {
    return await respond(received, desk);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    if (desk.closing.signal.aborted) return undefined;
    throw error;
  }
}

/** Headers that every reply carries (connectwise-api.md §6.3); the version is the server's, whatever was asked for. */
function replyHeaders(desk: Desk): Record<string, string> {
  const codebase = desk.gateway.codebase();
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    server: 'Microsoft-IIS/10.0',
    'api-current-version': codebase === releaseCodebase ? '2026.1' : versionOf(codebase),
    'x-cw-request-id': randomUUID(),
    ...(desk.settings.mode === 'cloud'
      ? { 'x-cache': 'Miss from cloudfront', via: '1.1 simulator.cloudfront.net (CloudFront)' }
      : {}),
  };
}

function observe({ method, url, headers }: Received, status: number, desk: Desk): void {
  const { authorization: _secret, cookie: _session, ...shown } = headers;
  desk.observed.push({
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: shown,
    status,
  });
  if (desk.observed.length > mostObserved) desk.observed.shift();
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  desk: Desk,
  origin: string,
): Promise<void> {
  const received = await receive(request, origin);
  const answered = await answerOrRefusal(received, desk);
  observe(received, answered?.status ?? 0, desk);
  if (answered === undefined) {
    request.socket.destroy();
    return;
  }
  const { status, headers, body } = answered;
  const length = status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(status, { ...replyHeaders(desk), ...headers, ...length });
  response.end(body);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Starts a ConnectWise Manage on 127.0.0.1 that answers every operation of the catalogue. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = settingsOf(options);
  let url = '';
  const desk = createDesk(settings, () => url);
  // Room for URLs over the limit: the simulator itself must answer them with 414.
  const server = createServer({ maxHeaderSize: 128 * 1024 }, (request, response) => {
    serve(request, response, desk, url).catch((error: unknown) => {
      // A caller that went away is no fault of anyone here.
      if (request.socket.destroyed || response.headersSent) return;
      console.error('The simulator failed on a request; this is a bug of the simulator.', error);
      response.writeHead(500).end();
    });
  });
  const port = await listen(server, settings.port);
  url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    company: settings.company,
    credentials: {
      username: `${settings.company}+${settings.publicKey}`,
      password: settings.privateKey,
      clientId: settings.clientId,
    },
    requests: desk.observed,
    rollCodebase: (codebase) => desk.gateway.roll(codebaseOf(codebase)),
    failNext: desk.faults.add,
    close: () => {
      desk.closing.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
