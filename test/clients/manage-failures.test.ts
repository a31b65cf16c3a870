import { createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as exchange from './manage-exchange.ts';
import { answerOf, listen, maxResponseBytes, send, serve, siteOn } from './manage-exchange.ts';
import { selfSigned } from './self-signed.ts';

/** A server that talks bytes, so that it can misbehave in ways that HTTP libraries do not allow. */
async function serveBytes(talk: (socket: Socket, chunk: string) => void) {
  const seen = { connections: 0, received: '', closed: Promise.resolve<void>(undefined) };
  const server = createServer((socket) => {
    seen.connections += 1;
    seen.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      seen.received += chunk;
      talk(socket, chunk.toString());
    });
  });
  return { site: siteOn(await listen(server)), seen };
}

const requestsIn = (received: string) => received.match(/(?:GET|POST) \S+ HTTP\/1\.1\r\n/g) ?? [];

const okBytes = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]';

describe.each([
  ['a call', {}, { noTls: 'EPROTO', closed: 'ECONNRESET' }],
  ['a page', { isPage: true }, { noTls: 'ERR_SSL_WRONG_VERSION_NUMBER', closed: 'UND_ERR_SOCKET' }],
])('an exchange, %s,', (_, kind, codes) => {
  const read = { ...exchange.read, ...kind };
  const write = { ...exchange.write, ...kind };

  describe('before it is sent', () => {
    test('a closed port refuses it', async () => {
      const server = createServer();
      const host = await listen(server);
      await new Promise((resolve) => server.close(resolve));
      expect(await send(siteOn(host), write)).toEqual({ kind: 'refused', code: 'ECONNREFUSED' });
    });

    test('a name that does not exist refuses it', async () => {
      // No name server can be asked for a label of 64 letters, so nothing leaves this machine.
      const sent = await send(siteOn(`${'x'.repeat(64)}.invalid`), write);
      expect(sent).toEqual({ kind: 'refused', code: 'ENOTFOUND' });
    });

    test('a certificate that nobody vouches for refuses it', async () => {
      const server = createTlsServer(selfSigned(), (socket) => socket.destroy());
      const sent = await send(siteOn(await listen(server), 'https'), write);
      expect(sent).toEqual({ kind: 'refused', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });

    test('a server that speaks no TLS refuses it', async () => {
      const { site, seen } = await serveBytes((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
      const sent = await send({ ...site, baseUrl: site.baseUrl.replace('http:', 'https:') }, write);
      expect(sent).toEqual({ kind: 'refused', code: codes.noTls });
      expect(seen.received).not.toContain('POST');
    });
  });

  describe('after it was sent', () => {
    test.each([read, write])('a reset is incomplete, and $method is seen once', async (request) => {
      const { site, seen } = await serveBytes((socket) => socket.resetAndDestroy());
      expect(await send(site, request)).toEqual({ kind: 'incomplete', code: expect.any(String) });
      expect(requestsIn(seen.received)).toHaveLength(1);
    });

    test.each([read, write])('an orderly close is incomplete, and $method is seen once', async (request) => {
      const { site, seen } = await serveBytes((socket) => socket.end());
      expect(await send(site, request)).toEqual({ kind: 'incomplete', code: codes.closed });
      expect(requestsIn(seen.received)).toHaveLength(1);
    });

    test.each([read, write])('a reset of a kept connection does not repeat $method', async (request) => {
      const { site, seen } = await serveBytes((socket) => {
        if (requestsIn(seen.received).length === 1) socket.write(okBytes);
        else socket.resetAndDestroy();
      });
      expect(await send(site, read)).toMatchObject({ kind: 'response' });
      // The client keeps the connection for the next call once it has come to rest.
      await setImmediate();
      expect(await send(site, request)).toMatchObject({ kind: 'incomplete' });
      expect(seen.connections).toBe(1);
      expect(requestsIn(seen.received)).toHaveLength(2);
    });

    test('no write is seen twice where idle connections are closed under it', async () => {
      const { site, seen } = await serveBytes((socket, chunk) => {
        if (chunk.includes('"n"')) socket.end(okBytes);
      });
      const kinds = new Set<string>();
      for (let n = 0; n < 40; n++) {
        const sent = await send(site, { ...write, body: { kind: 'json', text: `{"n":"<${n}>"}` } });
        kinds.add(sent.kind);
        expect(seen.received.split(`<${n}>`).length - 1).toBeLessThanOrEqual(1);
        // A call that was answered was seen; one that was not may have been.
        if (sent.kind === 'response') expect(seen.received).toContain(`<${n}>`);
      }
      expect(kinds).toContain('response');
    });

    test('a 421, which means not executed, is repeated once', async () => {
      const { site, seen } = await serveBytes((socket, chunk) => {
        if (chunk.includes('{'))
          socket.write('HTTP/1.1 421 Misdirected Request\r\ncontent-length: 0\r\n\r\n');
      });
      expect(await answerOf(send(site, write))).toEqual({ status: 421, text: '' });
      expect(requestsIn(seen.received)).toHaveLength(2);
    });

    test('bytes that are not HTTP are incomplete', async () => {
      const { site } = await serveBytes((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
      expect(await send(site, write)).toEqual({ kind: 'incomplete', code: expect.any(String) });
    });

    test('a cut in the body keeps the status', async () => {
      const { site } = await serveBytes((socket) => {
        socket.end('HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{"id":');
      });
      expect(await send(site, write)).toEqual({ kind: 'incomplete', code: codes.closed, status: 201 });
    });

    test('a body that cannot be unpacked keeps the status', async () => {
      const site = await serve((_, outgoing) => {
        outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
      });
      expect(await send(site, read)).toMatchObject({ kind: 'incomplete', status: 200 });
    });
  });

  describe('a body over the limit', () => {
    test('is not read to its end, and the connection is closed', async () => {
      let written = 0;
      const { site, seen } = await serveBytes((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const flood = () => {
          while (socket.writable && written < 1e9) {
            written += 10_000;
            if (!socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`)) return;
          }
        };
        socket.on('drain', flood);
        flood();
      });
      // The budget outlasts the test, so it is not what closes the connection.
      const sent = await send(site, read, 60_000);
      expect(sent).toEqual({ kind: 'too_large', status: 200, limitBytes: maxResponseBytes });
      await seen.closed;
      expect(written).toBeLessThan(1e9);
    });

    test('is found where it was packed small', async () => {
      const site = await serve((_, outgoing) => {
        outgoing
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync('0'.repeat(maxResponseBytes + 1)));
      });
      expect(await send(site, read)).toMatchObject({ kind: 'too_large', status: 200 });
    });
  });

  /** Garbage is collected only now and then, so the tests of what outlives it collect it themselves. */
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');

  function collectOften(): NodeJS.Timeout {
    return setInterval(() => {
      if (typeof collectGarbage === 'function') collectGarbage();
    }, 20);
  }

  describe('the budget', () => {
    test('ends a wait for an answer, and frees the socket', async () => {
      const { site, seen } = await serveBytes(() => {});
      const sent = await send(site, write, 100);
      expect(sent).toEqual({ kind: 'timed_out', afterMs: expect.any(Number) });
      await seen.closed;
      expect(requestsIn(seen.received)).toHaveLength(1);
    });

    test('ends a body that trickles for ever, and frees the socket', async () => {
      const { site, seen } = await serveBytes((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const trickle = setInterval(() => socket.write('1\r\nx\r\n'), 10);
        socket.on('close', () => clearInterval(trickle));
      });
      const collecting = collectOften();
      const sent = await send(site, read, 300);
      clearInterval(collecting);
      expect(sent).toEqual({ kind: 'timed_out', afterMs: expect.any(Number) });
      expect(sent.kind === 'timed_out' && sent.afterMs).toBeGreaterThanOrEqual(290);
      await seen.closed;
    });

    test('ends a body that stands still, and frees the socket', async () => {
      const { site, seen } = await serveBytes((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx');
      });
      const collecting = collectOften();
      expect(await send(site, read, 300)).toMatchObject({ kind: 'timed_out' });
      clearInterval(collecting);
      await seen.closed;
    });

    test.each([0, -5, 0.5])('of %d ms ends at once and does not throw', async (budgetMs) => {
      const { site } = await serveBytes(() => {});
      expect(await send(site, read, budgetMs)).toMatchObject({ kind: 'timed_out' });
    });
  });
});
