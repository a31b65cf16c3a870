import { type ClientRequest, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { Agent, request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Ear, Line } from './wire.ts';

interface CallLineParts {
  readonly now: () => number;
  /** A connection that nobody used for so long is closed: the server may do so at any moment, and a write would be in doubt. */
  readonly idleMs?: number;
  /** How long a connection may take to come. Without this, a call would spend all of its time on one that never does. */
  readonly connectMs?: number;
}

/**
 * The way of ordinary calls: node:https, which the AWS SDK has loaded already, at half of what fetch costs (bench/profiles/call.txt).
 * It tells whether a request has left, so that a write is in doubt only where it may have arrived.
 */
export function createCallLine({ now, idleMs = 4_000, connectMs = 10_000 }: CallLineParts): Line {
  const kept = { keepAlive: true, timeout: idleMs };
  const plain = new PlainAgent(kept);
  let secure: Agent | undefined;
  let open = 0;
  let quietSinceMs = now();
  return ({ protocol, hostname, port, pathname, search }, { method, headers, body }, ear) => {
    // A worker that Lambda had frozen wakes up with connections that are long gone, before any timer of theirs can tell.
    if (open === 0 && now() - quietSinceMs > idleMs) {
      plain.destroy();
      secure?.destroy();
    }
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = {
      hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
      port,
      path: `${pathname}${search}`,
      method,
      headers: { ...headers, ...length },
    };
    const isSecure = protocol === 'https:';
    // Made once: with the certificates that are trusted it takes a millisecond, which every new connection would take.
    if (isSecure) secure ??= new Agent({ ...kept, secureContext: createSecureContext() });
    const request = isSecure
      ? requestSecure({ ...asked, agent: secure })
      : requestPlain({ ...asked, agent: plain });
    open += 1;
    request.once('close', () => {
      open -= 1;
      quietSinceMs = now();
    });
    listen(request, isSecure ? 'secureConnect' : 'connect', connectMs, ear);
    request.end(body);
  };
}

/** @param connected what the socket says when it can be written to. */
function listen(request: ClientRequest, connected: string, connectMs: number, ear: Ear): void {
  let hasLeft = false;
  const fail = (error: unknown) => ear.failed(error, hasLeft);
  request.once('socket', (socket: Socket) => {
    hasLeft = request.reusedSocket || !socket.connecting;
    if (hasLeft) return;
    const patience = setTimeout(() => request.destroy(notConnected()), connectMs);
    socket.once(connected, () => {
      hasLeft = true;
      clearTimeout(patience);
    });
    socket.once('close', () => clearTimeout(patience));
  });
  request.on('error', fail);
  request.once('response', (response) => {
    ear.answered(response.statusCode ?? 0, (name) => response.headers[name]);
    response.on('data', (chunk: Buffer) => ear.data(chunk));
    response.once('end', () => ear.ended());
    response.on('error', fail);
  });
  ear.started(() => void request.destroy());
}

const notConnected = () => Object.assign(new Error('No connection came.'), { code: 'ETIMEDOUT' });
