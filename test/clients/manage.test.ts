import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { buffer, json, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ManageRequest } from '../../lib/request.ts';
import {
  acme,
  answerOf,
  credentials,
  manage,
  maxResponseBytes,
  read,
  send,
  serve,
  write,
} from './manage-exchange.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a server sees of one request. */
async function seenOf(request: ManageRequest): Promise<Seen> {
  const seen: Seen[] = [];
  const site = await serve(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    seen.push({ method, url, headers, body: await text(incoming) });
    outgoing.end('[]');
  });
  await send(site, request);
  const [only, ...others] = seen;
  expect(others).toEqual([]);
  if (!only) throw new Error('The server saw nothing.');
  return only;
}

describe('a request', () => {
  test('goes to the path and query below the base', async () => {
    const request = {
      ...read,
      path: '/system/members/a%20b%3Fc',
      query: "conditions=id%3D1%20and%20a%3D'%25'&page=1",
    };
    expect(await seenOf(request)).toMatchObject({
      method: 'GET',
      url: '/v2026_1/apis/3.0/system/members/a%20b%3Fc?conditions=id%3D1%20and%20a%3D%27%25%27&page=1',
      body: '',
    });
  });

  test('carries the credentials, the client and the version', async () => {
    const { headers } = await seenOf(read);
    expect(headers).toMatchObject({
      authorization: `Basic ${credentials}`,
      clientid: acme.clientId,
      accept: 'application/vnd.connectwise.com+json; version=2022.1, application/json',
    });
    expect(headers).not.toHaveProperty('content-type');
  });

  test('accepts anything where bytes are wanted', async () => {
    const { headers } = await seenOf({ ...read, wantsBytes: true });
    expect(headers.accept).toMatch(/^application\/vnd\.connectwise\.com\+json; version=2022\.1, .*\*\/\*$/);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    'of %s carries its JSON as it is',
    async (method) => {
      const body = { kind: 'json', text: '[{"op":"replace","value":"ü"}]' } as const;
      const seen = await seenOf({ ...write, method, body });
      expect(seen).toMatchObject({
        method,
        body: body.text,
        headers: { 'content-type': 'application/json' },
      });
    },
  );

  test.each(['POST', 'DELETE'] as const)('of %s may have no body', async (method) => {
    const seen = await seenOf({ ...write, method, body: { kind: 'none' } });
    expect(seen).toMatchObject({ method, body: '' });
    expect(seen.headers).not.toHaveProperty('content-type');
  });

  test('for the company information carries no secret', async () => {
    const urls: unknown[] = [];
    const site = await serve((incoming, outgoing) => {
      urls.push(incoming.url, incoming.headers.authorization, incoming.headers['clientid']);
      outgoing.end('null');
    });
    await manage.companyInfo(new URL(site.baseUrl).origin, 'acme & co', 1_000);
    expect(urls).toEqual(['/login/companyinfo/acme%20%26%20co', undefined, undefined]);
  });
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Reads a form with the platform's own parser. */
const formOf = async (incoming: IncomingMessage): Promise<FormData> => {
  const headers = { 'content-type': incoming.headers['content-type'] ?? '' };
  return new Response(new Uint8Array(await buffer(incoming)), { headers }).formData();
};

describe('an upload', () => {
  test.each(['report.pdf', 'Größe & "Übersicht" 🖨.pdf', 'a\r\nb.pdf'])(
    'keeps the bytes and the name %j',
    async (fileName) => {
      const bytes = new Uint8Array(randomBytes(70_000));
      const forms: FormData[] = [];
      const site = await serve(async (incoming, outgoing) => {
        forms.push(await formOf(incoming));
        outgoing.writeHead(201).end('{}');
      });
      const parts = [
        { name: 'recordType', value: 'Ticket' },
        { name: 'title', value: 'Größe\n=' },
        { name: 'file', fileName, contentType: 'application/pdf', bytes },
      ];
      expect(await answerOf(send(site, { ...write, body: { kind: 'form', parts } }))).toEqual({
        status: 201,
        text: '{}',
      });
      const [form] = forms;
      const file = form?.get('file');
      if (!(file instanceof File)) throw new Error('There is no file in the form.');
      expect([form?.get('recordType'), form?.get('title')]).toEqual(['Ticket', 'Größe\r\n=']);
      expect([decodeURIComponent(file.name), file.type]).toEqual([fileName, 'application/pdf']);
      expect(sha256(await file.bytes())).toBe(sha256(bytes));
    },
  );
});

describe('an answer', () => {
  test.each([200, 201, 207, 400, 401, 403, 404, 405, 408, 409, 415, 429, 500, 502, 503, 504])(
    'of %i comes back as it is, from one request',
    async (status) => {
      const urls: unknown[] = [];
      const site = await serve((incoming, outgoing) => {
        urls.push(incoming.url);
        incoming
          .resume()
          .on('end', () => outgoing.writeHead(status, { 'retry-after': '0' }).end('{"code":"x"}'));
      });
      expect(await answerOf(send(site, write))).toEqual({ status, text: '{"code":"x"}' });
      expect(await answerOf(send(site, read))).toEqual({ status, text: '{"code":"x"}' });
      expect(urls).toHaveLength(2);
    },
  );

  test.each([301, 302, 303, 307, 308])('of %i is not followed', async (status) => {
    const followed: unknown[] = [];
    const other = await serve((incoming, outgoing) => {
      followed.push(incoming.url);
      outgoing.end();
    });
    const site = await serve((_, outgoing) => {
      outgoing.writeHead(status, { location: `${other.baseUrl}/elsewhere` }).end();
    });
    expect(await answerOf(send(site))).toEqual({ status, text: '' });
    expect(await answerOf(send(site, write))).toEqual({ status, text: '' });
    expect(followed).toEqual([]);
  });

  test('keeps its headers', async () => {
    const site = await serve((_, outgoing) => {
      outgoing.writeHead(429, { 'Retry-After': '30', 'X-Cw-Request-Id': 'abc' }).end();
    });
    const sent = await send(site);
    const headers = sent.kind === 'response' ? sent.response.headers : new Headers();
    expect([headers.get('retry-after'), headers.get('x-cw-request-id')]).toEqual(['30', 'abc']);
  });

  test('is unpacked', async () => {
    const site = await serve((_, outgoing) => {
      outgoing.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('[1]'));
    });
    expect(await answerOf(send(site))).toEqual({ status: 200, text: '[1]' });
  });

  test('may have no body', async () => {
    const site = await serve((_, outgoing) => {
      outgoing.writeHead(204).end();
    });
    expect(await answerOf(send(site, { ...read, method: 'DELETE' }))).toEqual({ status: 204, text: '' });
  });

  test('may be as long as the limit, to the byte', async () => {
    const site = await serve((_, outgoing) => {
      outgoing.end('x'.repeat(maxResponseBytes));
    });
    expect(await answerOf(send(site))).toEqual({ status: 200, text: 'x'.repeat(maxResponseBytes) });
  });

  test('is of this call, however many run at once', async () => {
    const site = await serve(async (incoming, outgoing) => {
      outgoing.end(JSON.stringify(await json(incoming)));
    });
    const texts = Array.from({ length: 50 }, (_, id) => JSON.stringify({ id }));
    const sendings = texts.map((it) => answerOf(send(site, { ...write, body: { kind: 'json', text: it } })));
    expect(await Promise.all(sendings)).toEqual(texts.map((it) => ({ status: 200, text: it })));
  });
});
