import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { compile } from '../../lib/catalogue/compilation.ts';
import { createCatalogue, loadCatalogue, MissingCatalogue } from '../../lib/catalogue/loading.ts';
import { catalogueOf, defaultCatalogue } from './default-catalogue.ts';
import { smallDocument } from './small-document.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

describe('find', () => {
  test('takes all four forms of an id, for every operation', () => {
    expect(catalogue.size).toBe(2814);
    expect(catalogue.all()).toHaveLength(2814);
    for (const operation of catalogue.all()) {
      const { id, operationId, method, path, formerIds } = operation;
      for (const form of [id, operationId, `${method} ${path}`, ...formerIds])
        expect(catalogue.find(form)).toBe(operation);
    }
  });

  test('does not mind the case of an id', () => {
    const operation = catalogue.find('getServiceTickets');
    const forms = [
      'GETSERVICETICKETS',
      'get /service/tickets',
      'GET /Service/Tickets',
      operation?.id.toUpperCase() ?? '',
    ];
    expect(forms.map((form) => catalogue.find(form))).toEqual(forms.map(() => operation));
    expect(operation?.path).toBe('/service/tickets');
  });

  test('minds a trailing slash only where it decides', () => {
    expect(catalogue.find('GET /service/tickets/')?.operationId).toBe('getServiceTickets');
    const withSlash = catalogue.all().filter(({ path }) => path.endsWith('/'));
    expect(withSlash.length).toBeGreaterThan(10);
    for (const operation of withSlash) {
      expect(catalogue.find(`${operation.method} ${operation.path.slice(0, -1)}`)).toBe(operation);
    }
  });

  test('gives an operation complete', () => {
    expect(catalogue.find('GET /service/tickets/{id}')).toMatchObject({
      operationId: 'getServiceTicketsById',
      module: 'service',
      version: '2022.1',
      body: { kind: 'none' },
      success: { status: 200, kind: 'record', schema: { $ref: 'Ticket' } },
    });
    expect(catalogue.find('GET /service/tickets/{id}')?.inputs.map(({ name }) => name)).toEqual([
      'id',
      'conditions',
      'childConditions',
      'customFieldConditions',
      'orderBy',
      'fields',
      'page',
      'pageSize',
      'pageId',
    ]);
  });

  test('finds nothing by a key that is none', () => {
    const wrong = [
      '',
      ' ',
      '\t',
      '\n',
      'getServiceTicket',
      'getservicetickets\t',
      'GET',
      '/service/tickets',
      '"path"',
      '{}',
      'null',
    ];
    for (const key of [...wrong, 'GET /service/tickets//', 'GET /service/tickets\n', '{"format":1']) {
      expect(catalogue.find(key)).toBeUndefined();
    }
  });

  test('finds only what really has the key, whatever is asked', () => {
    const known = catalogue
      .all()
      .flatMap(({ id, operationId, method, path }) => [id, operationId, `${method} ${path}`]);
    const piece = fc
      .constantFrom(...known)
      .chain((key) => fc.nat(key.length).map((end) => key.slice(0, end)));
    const disturbed = fc
      .tuple(fc.constantFrom(...known), fc.constantFrom('"', '\n', '\t', '}', ' ', '\\', '\u212a'))
      .map((pair) => pair.join(''));
    const line = fc.constantFrom(
      '","method":"GET"',
      '"operationId":"getServiceTickets"',
      '\tgetservicetickets\t',
    );
    fc.assert(
      fc.property(fc.oneof(piece, disturbed, line, fc.string()), (key) => {
        const found = catalogue.find(key);
        if (!found) return;
        const keys = [found.id, found.operationId, `${found.method} ${found.path}`, ...found.formerIds];
        const same = (text: string) => text.toLowerCase().replace(/\/$/, '');
        expect(keys.map(same)).toContain(same(key));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('GUIDs', () => {
  test('are unique', () => {
    expect(new Set(catalogue.all().map(({ id }) => id)).size).toBe(2814);
  });

  test('are the same for ever', () => {
    const pinned = {
      getServiceTickets: '48d84a6e-7cd5-5dfb-a003-e19460e856ae',
      postServiceTickets: '00f17d45-0e91-520b-a575-7c489aac590f',
      patchCompanyCompaniesById: 'f378e532-adf4-5f90-9ba3-c98c7e9641eb',
      getSystemMembersByMemberIdentifier: 'd6c6721f-25de-55b3-aa9f-f3766f6b77a5',
    };
    const ids = Object.keys(pinned).map((operationId) => [operationId, catalogue.find(operationId)?.id]);
    expect(Object.fromEntries(ids)).toEqual(pinned);
  });
});

describe('nearest', () => {
  test('names three operations for a mistyped id', () => {
    const nearest = catalogue.nearest('getServiceTicket', 3);
    expect(nearest).toHaveLength(3);
    expect(nearest[0]).toBe('getServiceTickets');
  });

  test('compares a path with paths', () => {
    expect(catalogue.nearest('GET /service/tickts/{id}', 1)).toEqual(['getServiceTicketsById']);
  });

  test('takes an endless id', () => {
    expect(catalogue.nearest('x'.repeat(1_000_000), 2)).toHaveLength(2);
  });
});

describe('schema', () => {
  test('gives a component by its exact name', () => {
    expect(catalogue.schema('Company.Configuration')?.type).toBe('object');
    expect(catalogue.schema('Ticket')?.required).toEqual(['summary']);
    for (const wrong of ['ticket', 'Tick', '', '\t', 'Ticket\t', '"type"'])
      expect(catalogue.schema(wrong)).toBeUndefined();
  });
});

describe('loadCatalogue', () => {
  const { files } = compile(smallDocument());
  const written = (change: (text: string) => string) => {
    const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
    for (const [name, text] of files) writeFileSync(join(folder, name), change(text));
    return folder;
  };

  test('reads what was compiled', () => {
    const loaded = loadCatalogue(written((text) => text));
    expect(loaded.all()).toEqual(catalogueOf(smallDocument()).all());
    expect(loaded.schema('Widget')?.required).toEqual(['name']);
  });

  test('does not read the schemas before one is asked for', () => {
    const asked: string[] = [];
    const lazy = createCatalogue((file) => {
      asked.push(file);
      return files.get(file) ?? '';
    });
    lazy.find('getToysWidgets');
    expect(asked).toEqual(['operations.ndjson']);
    lazy.schema('Widget');
    lazy.schema('Count');
    expect(asked).toEqual(['operations.ndjson', 'schemas.ndjson']);
  });

  test.each([
    ['another format', (text: string) => text.replace(/"format":\d+/, '"format":0')],
    ['a cut-off file', (text: string) => text.slice(0, -10)],
    ['an empty file', () => ''],
    ['something else', () => 'not a catalogue\n'],
  ])('refuses %s and says what to run', (_, change) => {
    expect(() => loadCatalogue(written(change))).toThrow(MissingCatalogue);
    expect(() => loadCatalogue(written(change))).toThrow('Run `npm run catalogue`');
  });

  test('says what to run where there is nothing', () => {
    expect(() => loadCatalogue('/nowhere')).toThrow(
      'There is no operations.ndjson in /nowhere. Run `npm run catalogue`',
    );
  });
});
