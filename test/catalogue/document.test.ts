import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InvalidDocument, parseDocument, readDocument } from '../../lib/catalogue/document.ts';
import { raw, smallDocument } from './small-document.ts';

const parse = (value: unknown) => () => parseDocument(value, 'All.json');

describe('parseDocument', () => {
  test('reads operations in the order of the document', () => {
    const { version, operations } = smallDocument();
    expect(version).toBe('2099.1');
    expect(operations.slice(0, 3).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /toys/widgets',
      'POST /toys/widgets',
      'GET /toys/widgets/{id}',
    ]);
  });

  test('reads references by their bare name', () => {
    const [first] = smallDocument().operations;
    expect(first?.response.schema).toEqual({ type: 'array', items: { $ref: 'Widget' } });
  });

  test('reads the longest length out of a description', () => {
    const name = smallDocument().schemas.get('Widget')?.properties?.['name'];
    expect(name).toEqual({ type: 'string', description: 'Max length: 8;', maxLength: 8 });
  });

  test('leaves out keys that it does not know', () => {
    const later = { ...raw, 'x-new': 1, info: { ...raw.info, contact: {} } };
    expect(parseDocument(later, 'All.json').operations).toHaveLength(smallDocument().operations.length);
  });

  test.each([
    ['a list', [], 'At the top'],
    ['Swagger 2', { ...raw, openapi: '2.0' }, 'At openapi: must begin with 3.0'],
    ['one without paths', { ...raw, paths: undefined }, 'At paths'],
    ['one without a version', { ...raw, info: {} }, 'At info › version'],
    ['another version', { ...raw, info: { version: 'v1' } }, 'must look like 2025.8'],
    [
      'an operation without an id',
      { ...raw, paths: { '/a': { get: { responses: {} } } } },
      'paths › /a › get › operationId',
    ],
    ['a relative path', { ...raw, paths: { a: raw.paths['/toys/widgets'] } }, 'must begin with a slash'],
    ['no operations', { ...raw, paths: {} }, 'has no operation'],
  ])('refuses %s by name', (_, value, sentence) => {
    expect(parse(value)).toThrow(InvalidDocument);
    expect(parse(value)).toThrow(sentence);
    expect(parse(value)).toThrow(/^All\.json is not .*\.$/s);
  });

  test('refuses two operations of one id', () => {
    const get = { operationId: 'getA', responses: { 200: { description: '' } } };
    const twins = { ...raw, paths: { '/a': { get }, '/b': { get: { ...get, operationId: 'geta' } } } };
    expect(parse(twins)).toThrow('GET /a and GET /b have the same operationId geta');
  });

  test('refuses an operation that never succeeds', () => {
    const get = { operationId: 'getA', responses: { 404: { description: '' } } };
    expect(parse({ ...raw, paths: { '/a': { get } } })).toThrow('GET /a names no successful response');
  });
});

describe('readDocument', () => {
  const folder = mkdtempSync(join(tmpdir(), 'document-'));
  const written = (text: string) => {
    const file = join(folder, 'All.json');
    writeFileSync(file, text);
    return file;
  };

  test('reads a file, with a byte order mark or without', () => {
    expect(readDocument(written(JSON.stringify(raw))).version).toBe('2099.1');
    expect(readDocument(written(`\uFEFF${JSON.stringify(raw)}`)).version).toBe('2099.1');
  });

  test('says that a file is not JSON', () => {
    expect(() => readDocument(written('openapi: 3.0.1'))).toThrow('All.json is not JSON.');
  });

  test('says that a file is not there', () => {
    expect(() => readDocument(join(folder, 'None.json'))).toThrow('None.json cannot be read (ENOENT)');
  });
});
