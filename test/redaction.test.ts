import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureOf, judge } from '../lib/failure.ts';
import { conclude } from '../lib/outcome.ts';
import { withoutSecrets } from '../lib/redaction.ts';
import { textOf } from '../lib/response.ts';
import { answer } from './answers.ts';
import { acme, credentials, read, send, serve, write } from './clients/manage-exchange.ts';
import { operations } from './small-catalogue.ts';

const masked = (body: unknown, connection = acme) =>
  textOf(withoutSecrets(answer(200, body), connection).bytes);

describe('an answer that quotes how it was asked', () => {
  test.each([
    ['the header', `{"authorization":"Basic ${credentials}"}`, '{"authorization":"Basic [redacted]"}'],
    ['the key', `key=${acme.password};`, 'key=[redacted];'],
    [
      'both, several times',
      `${acme.password} ${credentials} ${acme.password}`,
      '[redacted] [redacted] [redacted]',
    ],
    ['the header in a URL', `?a=${encodeURIComponent(credentials)}&b`, '?a=[redacted]&b'],
  ])('loses %s', (_, body, text) => {
    expect(masked(body)).toBe(text);
  });

  test('loses a key that JSON or a URL writes in another way', () => {
    const connection = { ...acme, password: 'a"b\\c/d&e f+g' };
    const { password } = connection;
    for (const text of [JSON.stringify({ password }), encodeURIComponent(password), password, '"a\\"b'])
      expect(masked(text, connection)).not.toMatch(/b.*c.*d/);
    expect(JSON.parse(masked(JSON.stringify({ password }), connection))).toEqual({ password: '[redacted]' });
    const slashed = { ...acme, password: 'abc/def/ghi' };
    expect(masked('"abc\\/def\\/ghi"', slashed)).toBe('"[redacted]"');
  });

  test('keeps the bytes around it, whatever they are', () => {
    const noise = Buffer.from([0, 0xff, 0xc3, 0x28, 0x80]);
    const { bytes } = withoutSecrets(
      answer(200, Buffer.concat([noise, Buffer.from(acme.password), noise])),
      acme,
    );
    expect(Buffer.from(bytes)).toEqual(Buffer.concat([noise, Buffer.from('[redacted]'), noise]));
  });

  test('is the very same where it quotes nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const response = answer(200, bytes);
        expect(withoutSecrets(response, acme).bytes).toBe(response.bytes);
      }),
    );
  });

  test('loses it wherever it stands, be the body full of what it begins with', () => {
    const connection = { ...acme, password: 'eeke-eeke' };
    const pieces = fc.constantFrom('e', 'k', 'ee', 'eeke-', '-eeke', connection.password, 'k'.repeat(600));
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const body = parts.join('');
        expect(masked(body, connection)).toBe(body.replaceAll(connection.password, '[redacted]'));
      }),
    );
  });

  test('is left alone where the key is so short that it may be anybody’s word', () => {
    expect(masked('a secret word', { ...acme, password: 'secret' })).toBe('a secret word');
  });
});

/** What a server may do with what it was told. */
const status = fc.constantFrom(
  200,
  201,
  301,
  302,
  400,
  401,
  403,
  404,
  409,
  415,
  422,
  429,
  500,
  502,
  503,
  504,
);
const echo = fc.constantFrom(
  `Basic ${credentials}`,
  credentials,
  acme.password,
  `${acme.username}:${acme.password}`,
  JSON.stringify({ headers: { authorization: `Basic ${credentials}` } }),
  encodeURIComponent(`Basic ${credentials}`),
);
const body = fc.tuple(fc.string(), echo, fc.string()).chain(([before, echoed, after]) =>
  fc.constantFrom(
    `${before}${echoed}${after}`,
    JSON.stringify({
      code: echoed,
      message: `${before}${echoed}`,
      errors: [{ message: echoed }, { message: after }],
    }),
    JSON.stringify([{ id: 1, summary: echoed }]),
    JSON.stringify(echoed),
    `<html><head><title>${echoed}</title></head>${before}</html>`,
    `Cannot route ${echoed}`,
    '',
  ),
);
const headerNames = [
  'x-cw-request-id',
  'content-type',
  'content-disposition',
  'retry-after',
  'location',
  'www-authenticate',
];
const headers = fc.dictionary(
  fc.constantFrom(...headerNames),
  echo.map((text) => `filename=${text}`),
);

test('whatever a server answers, no key comes into an answer, a failure or a result', async () => {
  let next: { status: number; headers: Record<string, string>; body: string } = {
    status: 200,
    headers: {},
    body: '',
  };
  const site = await serve((_, response) => response.writeHead(next.status, next.headers).end(next.body));
  const asked = fc.constantFrom(read, write, { ...read, wantsBytes: true });
  await fc.assert(
    fc.asyncProperty(status, headers, body, asked, async (code, named, text, request) => {
      next = { status: code, headers: { ...named, connection: 'close' }, body: text };
      // It looks for the key in what comes back itself.
      const sent = await send(site, request);
      const circumstances = {
        writes: request.writes,
        cloud: true,
        retried: 3,
        renewed: { secret: true, site: true },
        random: 0,
      };
      const verdict = judge(sent, circumstances);
      const head = { version: 1, id: 'id-1', connection: 'acme', operationId: 'x' } as const;
      const call = {
        head,
        operation: operations.listTickets,
        request,
        returnHttpFailureResponses: undefined,
        deadlineMs: 0,
      };
      const outcome = conclude(call, { kind: 'sent', sent, verdict, connection: acme, retried: 0 });
      const binary = outcome.result.response;
      const bytes =
        typeof binary === 'object' && binary !== null && 'base64' in binary
          ? Buffer.from(String(binary.base64), 'base64').toString('latin1')
          : '';
      const printed =
        inspect([outcome, failureOf(sent, verdict, request)], { depth: 20 }) +
        JSON.stringify(outcome) +
        bytes;
      for (const secret of [acme.password, credentials, encodeURIComponent(credentials)])
        expect(printed).not.toContain(secret);
    }),
    { numRuns: 300 },
  );
});
