import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonText } from '../lib/json-text.ts';
import { errorOf, readAnswer, retryAfterMs } from '../lib/response.ts';
import { answer, cannotRoute, noEndpoint, notFound, tooMany } from './answers.ts';
import { operations } from './small-catalogue.ts';

const { listTickets, getTicket, downloadDocument, invoicePdf, createTicket } = operations;
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]);
const base64 = Buffer.from(png).toString('base64');
const html = '<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head></html>';

describe('readAnswer', () => {
  test.each([
    ['an object', '{\r\n  "id": 42\r\n}', { id: 42 }],
    ['a list', '[]', []],
    ['a bare number', '17', 17],
    ['JSON after a byte order mark', '\uFEFF{"id":1}', { id: 1 }],
    ['text', 'Cannot route.', 'Cannot route.'],
    ['a web page that is said to be JSON', html, html],
    ['nothing', '', null],
    ['blanks', ' \r\n', null],
    ['JSON that breaks off', '{"id":', '{"id":'],
  ])('reads %s', (_, body, response) => {
    const read = readAnswer(answer(200, body, { 'content-type': 'application/json' }), getTicket, false);
    expect(read).toEqual({ responseCode: '200', response });
  });

  test('passes a long list on as it came, where it is valid JSON', () => {
    const list = `[ ${Array.from({ length: 1_000 }, (_, id) => `{"id":${id},"hours":1.50}`).join(' , ')} ]`;
    const read = (text: string) => readAnswer(answer(200, text), listTickets, false).response;
    const response = read(list);
    expect(response instanceof JsonText && response.text()).toBe(list);
    expect(JSON.stringify({ response })).toBe(JSON.stringify({ response: JSON.parse(list) }));
    const [broken, more] = [list.slice(0, -1), `${list} and more`];
    expect([read(broken), read(more)]).toEqual([broken, more]);
  });

  test('passes a long record on as it came, where it is one line of JSON', () => {
    const notes = 'é'.repeat(600);
    const read = (text: string) => readAnswer(answer(200, text), getTicket, false).response;
    const line = `{"id":42, "hours":1.50,"notes":"${notes}"}`;
    const response = read(line);
    expect(response instanceof JsonText && response.text()).toBe(line);
    expect(read(`{"id":42,\r\n"notes":"${notes}"}`)).toEqual({ id: 42, notes });
  });

  test("carries ConnectWise's own id of the request", () => {
    const read = readAnswer(answer(201, { id: 1 }, { 'x-cw-request-id': 'abc' }), createTicket, false);
    expect(read).toEqual({ responseCode: '201', response: { id: 1 }, requestId: 'abc' });
  });

  test('gives declared bytes with their type and name', () => {
    const headers = { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="logo.png"' };
    const { response } = readAnswer(answer(200, png, headers), downloadDocument, false);
    expect(response).toEqual({ contentType: 'image/png', fileName: 'logo.png', base64 });
  });

  test('gives declared bytes even where they are text', () => {
    const { response } = readAnswer(answer(200, '{"a":1}'), downloadDocument, false);
    expect(response).toEqual({
      contentType: 'application/octet-stream',
      base64: Buffer.from('{"a":1}').toString('base64'),
    });
  });

  test('gives the declared type where the answer names none', () => {
    expect(readAnswer(answer(200, '%PDF-1.7'), invoicePdf, false).response).toMatchObject({
      contentType: 'application/pdf',
    });
  });

  test('gives undeclared bytes as bytes, never as mangled text', () => {
    expect(readAnswer(answer(200, png), getTicket, false).response).toMatchObject({ base64 });
  });

  test('gives text as bytes where the caller asks for bytes', () => {
    expect(readAnswer(answer(200, 'hi'), getTicket, true).response).toMatchObject({ base64: 'aGk=' });
  });

  test('gives null for bytes that are none', () => {
    expect(readAnswer(answer(204), downloadDocument, true).response).toBeNull();
  });

  test.each([true, false])('gives an error as JSON where bytes are wanted: %s', (wantsBytes) => {
    const read = readAnswer(answer(404, notFound), downloadDocument, wantsBytes);
    expect(read).toEqual({ responseCode: '404', response: notFound });
  });

  test('gives an error in another encoding as text', () => {
    const latin1 = Buffer.from('<html>Zugriff verweigert für Sie</html>', 'latin1');
    expect(readAnswer(answer(502, new Uint8Array(latin1)), getTicket, false).response).toMatch(
      /^<html>Zugriff/,
    );
  });

  test('keeps any JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(readAnswer(answer(200, text), getTicket, false).response)).toBe(text);
      }),
    );
  });
});

describe('a file name', () => {
  test.each([
    ['attachment; filename="a b.pdf"', 'a b.pdf'],
    ['attachment; filename=a.pdf', 'a.pdf'],
    ['attachment; filename=a.pdf; size=5', 'a.pdf'],
    ['attachment; filename="a;b.pdf"', 'a;b.pdf'],
    [`attachment; filename="x"; filename*=UTF-8''%C3%BCber%20uns.pdf`, 'über uns.pdf'],
    [`attachment; filename*=utf-8'de'%C3%BCber.pdf; filename="x"`, 'über.pdf'],
    [`attachment; filename*=UTF-8''100%`, '100%'],
    ['attachment', undefined],
    ['attachment; filename=""', undefined],
    [undefined, undefined],
  ])('of %j is %j', (disposition, fileName) => {
    const headers = disposition === undefined ? undefined : { 'content-disposition': disposition };
    const { response } = readAnswer(answer(200, png, headers), downloadDocument, false);
    const contentType = 'application/octet-stream';
    expect(response).toEqual({ contentType, base64, ...(fileName !== undefined && { fileName }) });
  });
});

const nested = {
  code: 'InvalidObject',
  message: 'contact object is invalid',
  errors: [
    { code: 'MissingRequiredField', message: 'The firstName field is required.', field: 'firstName' },
    { code: 'InvalidField', message: 'Invalid URL', field: 'url' },
  ],
};

describe('errorOf', () => {
  test.each([
    ['a missing record', 404, notFound, 'NotFound', ': Ticket 42 not found'],
    ['a missing route', 404, noEndpoint, 'ConnectWiseApi', ': The endpoint does not exist.'],
    [
      'a limit, coded as `error`',
      429,
      tooMany,
      'ConnectWiseAPI',
      ': Too many requests. Please try again in 30 seconds.',
    ],
    [
      'errors within an error',
      400,
      nested,
      'InvalidObject',
      ': contact object is invalid · The firstName field is required. · Invalid URL',
    ],
    [
      'errors that are null',
      403,
      { code: 'Security', message: 'SSL is required.', errors: null },
      'Security',
      ': SSL is required.',
    ],
    ['errors alone', 400, { errors: [{ message: 'Invalid URL' }, null, 5] }, undefined, ': Invalid URL'],
    [
      '.NET text',
      500,
      { code: 'ConnectWiseApi', message: 'a\r\nParameter name: b' },
      'ConnectWiseApi',
      ': a Parameter name: b',
    ],
    ['plain text', 400, cannotRoute, undefined, `: ${cannotRoute}`],
    ['a quoted text', 400, '"Cannot route."', undefined, ': "Cannot route."'],
    ['another JSON', 400, { detail: 'x' }, undefined, ': { "detail": "x" }'],
    ['null', 400, 'null', undefined, ': null'],
    ['a web page', 404, html, undefined, ' and a web page titled "404 - File or directory not found.".'],
    ['a web page without a title', 502, '<html></html>', undefined, ' and a web page.'],
    ['nothing', 504, '', undefined, ' and no body.'],
    ['a redirect', 302, '', undefined, ' and no body.'],
  ])('reads %s', (_, status, body, code, rest) => {
    const message = `ConnectWise answered with status ${status}${rest}`;
    expect(errorOf(answer(status, body))).toEqual({ message, ...(code !== undefined && { code }) });
  });

  test.each([200, 201, 204, 207])('finds none in a %i', (status) => {
    expect(errorOf(answer(status, notFound))).toBeUndefined();
  });

  test('cuts what is too long to read', () => {
    expect(errorOf(answer(500, 'x'.repeat(10_000)))?.message.length).toBeLessThan(600);
  });
});

describe('retryAfterMs', () => {
  const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
  test.each([
    ['30', undefined, 30_000],
    [' 0 ', undefined, 0],
    ['Mon, 23 Nov 2026 10:01:30 GMT', date, 90_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', date, 0],
    ['Mon, 23 Nov 2026 10:01:30 GMT', undefined, undefined],
    ['soon', date, undefined],
    ['-5', undefined, undefined],
    ['9999999', undefined, undefined],
    [undefined, date, undefined],
  ])('of %j at %j is %j', (header, at, waitMs) => {
    const headers = {
      ...(header !== undefined && { 'retry-after': header }),
      ...(at !== undefined && { date: at }),
    };
    expect(retryAfterMs(answer(429, tooMany, headers))).toBe(waitMs);
  });
});
