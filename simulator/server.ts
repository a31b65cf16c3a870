import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Answer } from './answer.ts';
import { type Certificate, selfSigned } from './certificate.ts';
import { controlAnswer, isControl, isTrusted, untrusted } from './control/control.ts';
import type { Controls } from './control/controls.ts';
import type { Msp } from './data/msp.ts';
import { createDesk, type Desk, type ObservedCall } from './desk.ts';
import { deliver } from './faults/delivery.ts';
import type { FaultRule } from './faults/fault-rule.ts';
import { replyHeaders } from './gateway/reply-headers.ts';
import type { Mutation } from './mutation/mutator.ts';
import { codebaseOf, type Settings, type SimulatorOptions, settingsOf } from './options.ts';
import { type Received, receive } from './received.ts';
import { type Reply, respond } from './responding.ts';

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly company: string;
  /** What a connection needs: `username` is `company+publicKey`, `password` the private key. */
  readonly credentials: { readonly username: string; readonly password: string; readonly clientId: string };
  /** The certificate to trust, as PEM; undefined where it speaks plain HTTP. */
  readonly certificate: string | undefined;
  /** The newest 10,000 requests, oldest first. */
  readonly requests: readonly ObservedCall[];
  /** Everything that the control calls below `/simulator` can do. */
  readonly controls: Controls;
  /** Upgrades the server: its old codebase answers 404 from now on. */
  rollCodebase(codebase: string): void;
  /** Makes the next calls that fit the rule fail. */
  failNext(rule: FaultRule): void;
  /** Makes this many changes, as other members would (see mutation/mutator.ts). */
  mutate(count: number): readonly Mutation[];
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

const mostObserved = 10_000;

/** What a running server works with; a reset puts a new desk in the place of the old one. */
interface Office {
  desk: Desk;
  readonly controls: Controls;
  readonly origin: string;
}

function observe({ method, url, headers }: Received, request: number, status: number, desk: Desk): void {
  const { authorization: _secret, cookie: _session, ...shown } = headers;
  desk.observed.push({
    number: request,
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: shown,
    status,
  });
  if (desk.observed.length > mostObserved) desk.observed.shift();
}

/** The headers of an answer. Its Date is the simulator's own clock, as every server's is; the cloud's proxy makes plain HTTP of every Location (§7.1). */
function headersOf(answer: Answer, desk: Desk): Record<string, string> {
  const { location } = answer.headers;
  desk.replies.count += 1;
  return {
    date: desk.clock.now().toUTCString(),
    ...replyHeaders(desk.gateway.codebase(), desk.replies.count, desk.settings),
    ...answer.headers,
    ...(location !== undefined &&
      desk.settings.mode === 'cloud' && { location: location.replace(/^https:/i, 'http:') }),
  };
}

/** The reply to a request; a wait that the simulator's end or reset cuts short ends the connection. */
async function replyTo(received: Received, desk: Desk): Promise<Reply> {
  try {
    return await respond(received, desk);
  } catch (error) {
    if (desk.closing.signal.aborted)
      return { request: 0, operation: '', answer: undefined, fault: undefined };
    throw error;
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, office: Office): Promise<void> {
  const received = await receive(request, office.origin);
  if (isControl(received.url.pathname)) {
    const isAllowed = isTrusted(received.headers);
    const answer = isAllowed ? await controlAnswer(received, office.controls) : untrusted();
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  const { desk } = office;
  const { request: number, operation, answer, fault } = await replyTo(received, desk);
  observe(received, number, answer?.status ?? 0, desk);
  desk.tally.answered(operation, answer?.status);
  if (answer === undefined) {
    request.socket.destroy();
    return;
  }
  const whole = { ...answer, headers: headersOf(answer, desk) };
  await deliver(response, whole, fault, desk.settings.wait, desk.closing.signal);
}

function controlsOf(office: { desk: Desk }, renew: () => Desk): Controls {
  const setRate = (perMinute: number, sendsRetryAfter = true): void =>
    office.desk.gateway.throttle.set({ perMinute, sendsRetryAfter });
  return {
    get faults() {
      return office.desk.faults;
    },
    get clock() {
      return office.desk.clock;
    },
    state: () => {
      const { clock, gateway, tally, callbacks } = office.desk;
      return {
        now: clock.now().toISOString(),
        codebase: gateway.codebase(),
        operations: tally.operations(),
        writes: tally.writes(),
        callbacks: callbacks.deliveries(),
      };
    },
    throttle: setRate,
    rollCodebase: (codebase) => office.desk.gateway.roll(codebaseOf(codebase)),
    forbid: (paths) => office.desk.gateway.forbid(paths),
    setUnreliability: (shares) => office.desk.callbacks.setUnreliability(shares),
    callbacksSettled: () => office.desk.callbacks.settled(),
    mutate: (count) => office.desk.mutate(count),
    reset: () => {
      office.desk.closing.abort();
      office.desk = renew();
    },
  };
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

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Room for URLs over the limit: the simulator itself must answer them with 414. */
const serverOptions = { maxHeaderSize: 128 * 1024 };

function createServer(certificate: Certificate | undefined, listener: Listener): Server {
  return certificate === undefined
    ? createHttpServer(serverOptions, listener)
    : createHttpsServer({ ...serverOptions, ...certificate }, listener);
}

/** Loaded only where it is asked for: the words of its names take a while. */
async function mspOf({ seed, tickets }: Settings): Promise<Msp | undefined> {
  return tickets === 0 ? undefined : (await import('./data/msp.ts')).createMsp(seed, tickets);
}

/** Opens the office once the port is known: hrefs and callbacks name it. */
function openOffice(settings: Settings, origin: string, msp: Msp | undefined): Office {
  const renew = (): Desk => createDesk(settings, origin, msp);
  const office = { desk: renew(), origin };
  return Object.assign(office, { controls: controlsOf(office, renew) });
}

/** Starts a ConnectWise Manage on 127.0.0.1 that answers every operation of the catalogue. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = settingsOf(options);
  const msp = await mspOf(settings);
  const certificate = settings.https ? selfSigned() : undefined;
  let office: Office | undefined;
  const server = createServer(certificate, (request, response) => {
    if (office === undefined) return;
    serve(request, response, office).catch((error: unknown) => {
      // A caller that went away is no fault of anyone here.
      if (request.socket.destroyed || response.headersSent) return;
      console.error('The simulator failed on a request; this is a bug of the simulator.', error);
      response.writeHead(500).end();
    });
  });
  const port = await listen(server, settings.port);
  const url = `${settings.https ? 'https' : 'http'}://127.0.0.1:${port}`;
  const opened = openOffice(settings, url, msp);
  office = opened;
  const { controls } = opened;
  return {
    url,
    port,
    controls,
    company: settings.company,
    credentials: {
      username: `${settings.company}+${settings.publicKey}`,
      password: settings.privateKey,
      clientId: settings.clientId,
    },
    certificate: certificate?.cert,
    get requests() {
      return opened.desk.observed;
    },
    rollCodebase: controls.rollCodebase,
    failNext: (rule) => controls.faults.add(rule),
    mutate: controls.mutate,
    close: () => {
      opened.desk.closing.abort();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
