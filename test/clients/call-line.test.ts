import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createCallLine } from '../../lib/clients/call-line.ts';
import { createWire, type Outgoing } from '../../lib/clients/wire.ts';
import { listen } from './manage-exchange.ts';

const get: Outgoing = { method: 'GET', headers: {} };

/** A wire whose clock stands still until it is told. */
function openWire(connectMs = 10_000) {
  const clock = { nowMs: 0 };
  const now = () => clock.nowMs;
  const line = createCallLine({ now, connectMs });
  const wire = createWire({ maxResponseBytes: 100_000, now }, () => line);
  return { clock, send: (url: string, outgoing = get) => wire(url, outgoing, 20_000) };
}

/** A server that hands over each request as it comes, with a way to answer it. */
async function serveByHand(take: (received: string, answer: () => void) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) =>
      take(chunk.toString(), () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]')),
    );
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { host: await listen(server), sockets };
}

const atOnce = (_: string, answer: () => void) => answer();

test('a connection is used again', async () => {
  const { host, sockets } = await serveByHand(atOnce);
  const { send } = openWire();
  for (let call = 0; call < 3; call++) {
    expect(await send(`http://${host}/`)).toMatchObject({ kind: 'response' });
    await setImmediate();
  }
  expect(sockets).toHaveLength(1);
});

test('a connection that a frozen worker wakes up with is not: what it writes to might go nowhere', async () => {
  const { host, sockets } = await serveByHand(atOnce);
  const { send, clock } = openWire();
  await send(`http://${host}/`);
  await setImmediate();
  clock.nowMs = 4_001;
  expect(await send(`http://${host}/`)).toMatchObject({ kind: 'response' });
  expect(sockets).toHaveLength(2);
});

test('a call that is under way outlives a jump of the clock', async () => {
  const waiting: (() => void)[] = [];
  const { host } = await serveByHand((received, answer) => {
    if (received.includes('/slow')) waiting.push(answer);
    else answer();
  });
  const { send, clock } = openWire();
  const slow = send(`http://${host}/slow`);
  await expect.poll(() => waiting.length).toBe(1);
  clock.nowMs = 60_000;
  expect(await send(`http://${host}/fast`)).toMatchObject({ kind: 'response' });
  waiting[0]?.();
  expect(await slow).toMatchObject({ kind: 'response' });
});

test('a connection that never comes refuses the call, so that a write can go again', async () => {
  // The port is open, but nobody shakes hands.
  const { host, sockets } = await serveByHand(() => {});
  const { send } = openWire(50);
  const write = { method: 'POST', headers: {}, body: '{}' };
  expect(await send(`https://${host}/`, write)).toEqual({ kind: 'refused', code: 'ETIMEDOUT' });
  if (sockets[0] && !sockets[0].closed) await once(sockets[0], 'close');
});

test('a connection that breaks in its handshake refuses the call', async () => {
  const { host, sockets } = await serveByHand(() => sockets[0]?.resetAndDestroy());
  const { send } = openWire();
  const write = { method: 'POST', headers: {}, body: '{}' };
  expect(await send(`https://${host}/`, write)).toEqual({ kind: 'refused', code: 'ECONNRESET' });
});

test.each([
  ['POST', '{"a":"é"}', 'content-length: 10'],
  ['DELETE', '{}', 'content-length: 2'],
  ['POST', undefined, 'content-length: 0'],
  ['GET', undefined, undefined],
])('a %s with the body %j says its length', async (method, body, header) => {
  const received: string[] = [];
  const { host } = await serveByHand((text, answer) => {
    received.push(text);
    answer();
  });
  const { send } = openWire();
  await send(`http://${host}/`, { method, headers: {}, ...(body !== undefined && { body }) });
  const text = received.join('').toLowerCase();
  expect(/content-length: \d+/.exec(text)?.[0]).toBe(header);
  expect(text).not.toContain('transfer-encoding');
  expect(text.endsWith(`\r\n\r\n${body?.toLowerCase() ?? ''}`)).toBe(true);
});

test('a request that cannot be written is refused, since nothing of it has left', async () => {
  const { host, sockets } = await serveByHand(atOnce);
  const { send } = openWire();
  const write = { method: 'POST', headers: { 'x-name': 'a\nb' }, body: '{}' };
  expect(await send(`http://${host}/`, write)).toEqual({ kind: 'refused', code: 'ERR_INVALID_CHAR' });
  expect(sockets).toEqual([]);
});
