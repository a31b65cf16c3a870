import { beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../lib/catalogue/compilation.ts';
import { type Document, parseDocument, readDocument } from '../../lib/catalogue/document.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { catalogueOf } from './default-catalogue.ts';
import { paths, raw, smallDocument } from './small-document.ts';
import { hasVendorDocuments, vendorDocument } from './vendor-documents.ts';

describe('compile', () => {
  test('gives the same bytes for the same document', () => {
    expect(compile(smallDocument()).files).toEqual(compile(smallDocument()).files);
  });

  test('writes one line an operation and one a schema', () => {
    const { files, operations, schemas } = compile(smallDocument());
    expect(files.get('operations.ndjson')?.trimEnd().split('\n')).toHaveLength(operations + 1);
    expect(files.get('schemas.ndjson')?.trimEnd().split('\n')).toHaveLength(schemas);
  });

  test('writes ASCII whatever the document says', () => {
    const get = { ...paths['/toys/widgets'].get, summary: 'Größe\t„widgets“ 🧸\n' };
    const document = parseDocument({ ...raw, paths: { '/toys/widgets': { get } } }, 'All.json');
    const { files } = compile(document);
    expect([...files.values()].join('')).toMatch(/^[\t\n\x20-\x7e]*$/);
    expect(catalogueOf(document).find('getToysWidgets')?.summary).toBe('Größe „widgets“ 🧸');
  });

  test('counts what each rule changed', () => {
    const { mends } = compile(smallDocument());
    expect(mends.get('array-for-one-record')).toBe(3);
    expect(mends.get('any-json-value')).toBe(1);
    expect([...mends.values()].every((count) => count > 0)).toBe(true);
  });
});

describe('an earlier document', () => {
  const renamed = (operationId: string): Document =>
    parseDocument(
      { ...raw, paths: { '/toys/widgets': { get: { ...paths['/toys/widgets'].get, operationId } } } },
      'old.json',
    );

  test('goes on to name its operations', () => {
    const catalogue = catalogueOf(smallDocument(), renamed('getToysWidgetsOld'));
    expect(catalogue.find('getToysWidgetsOld')?.operationId).toBe('getToysWidgets');
    expect(catalogue.find('getToysWidgets')?.formerIds).toEqual(['getToysWidgetsOld']);
  });

  test('never takes an id from the document itself', () => {
    const catalogue = catalogueOf(smallDocument(), renamed('postToysWidgets'));
    expect(catalogue.find('postToysWidgets')?.method).toBe('POST');
    expect(catalogue.find('getToysWidgets')?.formerIds).toEqual([]);
  });
});

describe.skipIf(!hasVendorDocuments)('other documents (need ../shared/openapi)', () => {
  let published: Document;
  beforeAll(() => {
    published = readPublishedTypes();
  });

  test.each([
    ['manage-2025.8', '2025.8', 3062],
    ['manage-2026.4-get-subset', '2026.4', 324],
  ])('%s compiles, every operation found by every id', (name, version, size) => {
    const catalogue = catalogueOf(readDocument(vendorDocument(name)), published);
    expect([catalogue.version, catalogue.size]).toEqual([version, size]);
    for (const operation of catalogue.all()) {
      const { id, operationId, method, path, formerIds } = operation;
      for (const form of [id, operationId, `${method} ${path}`, ...formerIds])
        expect(catalogue.find(form)).toBe(operation);
    }
  });

  test('an operation keeps its GUID in another version', () => {
    const old = new Map(
      catalogueOf(published)
        .all()
        .map((operation) => [operation.operationId, operation.id]),
    );
    const both = catalogueOf(readDocument(vendorDocument('manage-2025.8')), published)
      .all()
      .filter(({ operationId }) => old.has(operationId));
    expect(both).toHaveLength(2808);
    expect(both.filter(({ operationId, id }) => old.get(operationId) !== id)).toEqual([]);
  });
});
