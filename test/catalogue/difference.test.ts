import { describe, expect, test } from 'vitest';
import { compareCatalogues } from '../../lib/catalogue/difference.ts';
import { parseDocument, readDocument } from '../../lib/catalogue/document.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { changeBetween, hitsOf } from '../../lib/catalogue/stored-invocation.ts';
import { catalogueOf } from './default-catalogue.ts';
import { hasVendorDocuments, vendorDocument } from './vendor-documents.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const answer = (schema: object) => ({
  200: { description: '', content: { 'application/json': { schema } } },
});
const query = (name: string, type = 'string') => ({ name, in: 'query', schema: { type } });
const body = (name: string) => ({ required: true, content: { 'application/json': { schema: ref(name) } } });

function documentOf(paths: object, properties: object) {
  const schemas = { Widget: { type: 'object', properties } };
  const info = { title: 'Connectwise Manage', version: '2099.1' };
  return parseDocument({ openapi: '3.0.1', info, paths, components: { schemas } }, 'a hand-made document');
}

const list = (operationId: string, parameters: object[]) => ({
  get: { operationId, parameters, responses: answer({ type: 'array', items: ref('Widget') }) },
});
const create = {
  post: { operationId: 'postWidgets', requestBody: body('Widget'), responses: answer(ref('Widget')) },
};

const old = catalogueOf(
  documentOf(
    {
      '/system/widgets': { ...list('getWidgets', [query('colour'), query('size', 'integer')]), ...create },
      '/system/gadgets': list('getGadgets', []),
      '/system/tools': list('getTools', []),
    },
    {
      id: { type: 'integer' },
      name: { type: 'string', description: 'Max length: 50;' },
      weight: { type: 'number' },
    },
  ),
);
const next = catalogueOf(
  documentOf(
    {
      '/system/widgets': { ...list('getWidgets', [query('size'), query('shape')]), ...create },
      '/system/tools': list('getAllTools', []),
      '/system/engines': list('getEngines', []),
    },
    {
      id: { type: 'integer' },
      name: { type: 'string', description: 'Max length: 20;' },
      height: { type: 'number' },
    },
  ),
);

describe('the difference of two documents', () => {
  const difference = compareCatalogues(old, next);

  test('names operations that came, went and were renamed', () => {
    expect(difference.added.map(({ path }) => path)).toEqual(['/system/engines']);
    expect(difference.removed.map(({ path }) => path)).toEqual(['/system/gadgets']);
    expect(difference.renamed).toMatchObject([{ operationId: 'getAllTools', formerly: 'getTools' }]);
  });

  test('names inputs that came, went and changed their type', () => {
    expect(difference.changed).toMatchObject([{ operationId: 'getWidgets' }]);
    const changes = difference.changed[0]?.inputs.map(({ name, change }) => `${name} ${change}`);
    expect(changes?.toSorted()).toEqual(['colour removed', 'shape added', 'size retyped']);
  });

  test('tells the members of a schema once, with how many operations they touch', () => {
    expect(difference.schemas).toMatchObject([{ name: 'Widget', sentBy: 1 }]);
    expect(JSON.stringify(difference.schemas)).toMatch(/weight.*|height/);
    expect(difference.schemas[0]?.members.length).toBe(3);
  });

  test('is empty between a document and itself', () => {
    const { added, removed, renamed, changed, schemas } = compareCatalogues(old, old);
    expect([added, removed, renamed, changed, schemas]).toEqual([[], [], [], [], []]);
  });
});

describe('a stored invocation is hit', () => {
  const change = changeBetween(old, next);
  test.each([
    ['by a lost operation', { operationId: 'getGadgets' }, 'Operation GET /system/gadgets is gone.'],
    ['by a lost input', { operationId: 'getWidgets', inputs: { colour: 'red' } }, "Input 'colour' is gone."],
    [
      'by a retyped input',
      { operationId: 'getWidgets', inputs: { size: 4 } },
      "Input 'size' is now string, not integer.",
    ],
    ['by a lost member', { operationId: 'postWidgets', request: { weight: 1 } }, 'weight'],
    ['by a new name', { operationId: 'getTools' }, "'getTools' is now called getAllTools."],
  ])('%s', (_, invocation, reason) => {
    expect(hitsOf(invocation, change).join(' ')).toContain(reason);
  });

  test('by nothing where what it uses has stayed', () => {
    expect(hitsOf({ operationId: 'postWidgets', request: { name: 'x' } }, change)).toEqual([]);
    expect(hitsOf({ operationId: 'GET /system/tools' }, change)).toEqual([]);
  });
});

describe.skipIf(!hasVendorDocuments)('from 2022.1 to 2025.8 (skipped without ../shared/openapi)', () => {
  test('254 operations came, 6 went, none was renamed', () => {
    const built = readPublishedTypes();
    const newer = catalogueOf(readDocument(vendorDocument('manage-2025.8')), built);
    const { added, removed, renamed } = compareCatalogues(catalogueOf(built), newer);
    expect([added.length, removed.length, renamed.length]).toEqual([254, 6, 0]);
  });
});
