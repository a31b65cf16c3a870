import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { rules } from '../../lib/catalogue/mending.ts';
import type { Input, Operation } from '../../lib/catalogue/operation.ts';
import { schemaRules } from '../../lib/catalogue/schema-mending.ts';
import { catalogueOf, defaultCatalogue } from './default-catalogue.ts';
import { smallDocument } from './small-document.ts';

const small = catalogueOf(smallDocument());
let published: Catalogue;
beforeAll(() => {
  published = defaultCatalogue();
});

function found(catalogue: Catalogue, id: string): Operation {
  const operation = catalogue.find(id);
  if (!operation) throw new Error(`There is no ${id}.`);
  return operation;
}

const inputs = (catalogue: Catalogue, id: string, place: Input['in']) =>
  found(catalogue, id)
    .inputs.filter((input) => input.in === place)
    .map(({ name }) => name);

describe('the rules', () => {
  test('have names of their own and a reason with its source', () => {
    const all = [...rules, ...schemaRules];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { reason } of all)
      expect(reason).toMatch(/^[A-Z`].*\((?:openapi-document|connectwise-api)\.md §.*\)\.$/);
  });

  test('mark what they changed and nothing else', () => {
    expect(found(small, 'getToysWidgets').mends).toEqual([]);
    expect(found(small, 'getToysWidgetsByIdImage').mends).toEqual([
      'stray-path-parameter',
      'undeclared-binary',
    ]);
  });
});

describe('unfinished-template', () => {
  test('finishes the template and declares its input', () => {
    const maker = found(small, 'getToysMakersByMakerIdentifier');
    expect(maker.path).toBe('/toys/makers/{makerIdentifier}');
    expect(maker.inputs).toEqual([{ name: 'makerIdentifier', in: 'path', type: 'string' }]);
  });

  test('keeps the id and the path of the document as former ids', () => {
    const { id, formerIds } = found(small, 'getToysMakersByMakerIdentifier');
    expect(formerIds).toEqual([
      'getToysMakersByMakerIdentifierRegexTypes',
      'GET /toys/makers/{makerIdentifier:regex(^(types. |(',
    ]);
    for (const former of formerIds) expect(small.find(former)?.id).toBe(id);
  });

  test('mends both member look-ups of 2022.1', () => {
    expect(inputs(published, 'GET /system/members/{memberIdentifier}', 'path')).toEqual(['memberIdentifier']);
    expect(inputs(published, 'getSystemInfoMembersByMemberIdentifier', 'path')).toEqual(['memberIdentifier']);
  });
});

describe('templates', () => {
  test('lose a doubled parameter', () => {
    expect(found(small, 'patchToysWidgetsByParentIdPartsByIdById').path).toBe(
      '/toys/widgets/{parentId}/parts/{id}',
    );
  });

  test('keep braces glued to a word and a trailing slash', () => {
    expect(found(small, 'postToysKindsByIdCopy').path).toBe('/toys/kinds{id}/copy');
    expect(found(small, 'postToysWidgetsByIdMarkAs').path).toBe('/toys/widgets/{id}/markAs/');
    const glued = 'GET /system/workflows/userdefinedfields/events{grandparentId}/actions/{parentId}';
    expect(found(published, glued).mends).toEqual([]);
  });

  test('have a path input for each of their names, in their order', () => {
    for (const { path, inputs: all } of published.all()) {
      const names = [...path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1]);
      expect(all.filter((input) => input.in === 'path').map(({ name }) => name)).toEqual(names);
    }
  });
});

describe('stray parameters', () => {
  test('become optional query inputs', () => {
    expect(inputs(small, 'deleteToysWidgetsById', 'path')).toEqual(['id']);
    expect(inputs(small, 'deleteToysWidgetsById', 'query')).toEqual(['transferId']);
    expect(inputs(published, 'deleteCompanyContactsById', 'query')).toEqual(['transferContactId']);
  });

  test('that are objects become one query input a member', () => {
    const [type, id] = found(small, 'getToysHistory').inputs;
    expect(type).toEqual({ name: 'type', in: 'query', type: 'string', enum: ['Ticket', 'Time'] });
    expect(id).toEqual({ name: 'id', in: 'query', type: 'integer' });
    const names = inputs(published, 'getSystemAudittrail', 'query');
    expect(names).toEqual(expect.arrayContaining(['type', 'id', 'deviceIdentifier']));
  });

  test('that are objects become the body of a POST', () => {
    expect(found(small, 'postToysPickerClear')).toMatchObject({
      inputs: [],
      body: { kind: 'json', schema: { $ref: 'GetRequest' }, required: true },
    });
  });
});

describe('added inputs', () => {
  test('page a search', () => {
    expect(inputs(small, 'postToysWidgetsSearch', 'query')).toEqual(['page', 'pageSize', 'fields']);
    expect(inputs(published, 'postServiceTicketsSearch', 'query')).toEqual(['page', 'pageSize', 'fields']);
  });

  test('name the owner of documents where the document does not', () => {
    expect(inputs(small, 'getSystemDocuments', 'query')).toEqual(['recordType', 'recordId']);
    expect(found(published, 'getSystemDocuments').mends).toEqual([]);
  });

  test('never hold the client id', () => {
    for (const operation of published.all())
      expect(operation.inputs.map(({ name }) => name)).not.toContain('clientId');
  });
});

describe('answers', () => {
  const success = (catalogue: Catalogue, id: string) => found(catalogue, id).success;

  test('of a count are a count', () => {
    expect(success(small, 'getToysWidgetsCount')).toEqual({
      status: 200,
      kind: 'count',
      schema: { $ref: 'Count' },
    });
    expect(success(small, 'getToysWidgetsQuickAccessCount').kind).toBe('record');
    for (const id of [
      'getScheduleCalendarsCount',
      'getScheduleCalendarsInfoCount',
      'getSalesOpportunitiesByParentIdNotesCount',
    ]) {
      expect(success(published, id).kind).toBe('count');
    }
  });

  test('of a bulk call are many results', () => {
    expect(success(small, 'postToysWidgetsBulk')).toEqual({
      status: 207,
      kind: 'multi',
      schema: { $ref: 'BulkResult' },
    });
    expect(success(published, 'putCompanyConfigurationsBulk').schema).toEqual({ $ref: 'BulkResult' });
  });

  test('of a write to one record are one record', () => {
    for (const id of ['postToysWidgets', 'putToysWidgetsById', 'patchToysWidgetsById']) {
      expect(success(small, id)).toMatchObject({ kind: 'record', schema: { $ref: 'Widget' } });
    }
    expect(success(published, 'postSalesOrdersStatuses').schema).toEqual({ $ref: 'OrderStatus' });
    expect(success(published, 'getProcurementProductsByParentIdComponentsById').kind).toBe('list');
  });

  test('of a download are bytes', () => {
    const bytes = { status: 200, kind: 'binary', contentType: 'application/octet-stream' };
    expect(success(small, 'getToysWidgetsByIdImage')).toMatchObject(bytes);
    expect(success(published, 'getSystemDocumentsByIdDownload')).toMatchObject(bytes);
    expect(success(published, 'getFinanceInvoicesByIdPdf')).toMatchObject({
      ...bytes,
      contentType: 'application/pdf',
    });
    expect(published.all().filter((operation) => operation.success.kind === 'binary')).toHaveLength(9);
  });

  test('without a status are any JSON', () => {
    expect(success(small, 'postToysWidgetsByIdMarkAs')).toEqual({ status: 200, kind: 'record' });
  });

  test('of a 204 are empty', () => {
    expect(success(small, 'postToysWidgetsByIdImage')).toEqual({ status: 204, kind: 'empty' });
    expect(success(published, 'postProcurementProductsByIdDetach')).toEqual({ status: 204, kind: 'empty' });
  });

  test('of a plain number are a scalar', () => {
    expect(success(small, 'postToysWidgetsByIdPrice').kind).toBe('scalar');
  });
});

describe('schemas', () => {
  test('take any JSON value in a patch', () => {
    expect(small.schema('PatchOperation')?.properties?.['value']).toEqual({});
    expect(published.schema('CustomFieldValue')?.properties?.['value']).toEqual({});
  });

  test('list what is required in words only', () => {
    expect(small.schema('Hook')?.required).toEqual(['url']);
    expect(published.schema('CallbackEntry')?.required).toEqual(['url', 'objectId', 'type', 'level']);
    expect(published.schema('Agreement')?.required).not.toContain('invoicingCycle');
  });

  test('spell the read-only flag as the server does', () => {
    expect(Object.keys(small.schema('DocumentFormData')?.properties ?? {})).toEqual([
      'file',
      'title',
      'readOnlyFlag',
    ]);
  });

  test('require what they declare', () => {
    expect(small.schema('LdapConfigurationTestLink')?.required).toEqual(['server']);
    expect(published.schema('LdapConfigurationTestLink')?.required).toEqual(['server']);
  });
});

describe('bodies', () => {
  const body = (id: string) => found(small, id).body;

  test('do not belong to reads and deletes', () => {
    expect(body('getToysWidgets')).toEqual({ kind: 'none' });
    expect(body('deleteToysWidgetsById')).toEqual({ kind: 'none' });
  });

  test('tell a bulk delete which records', () => {
    const ids = { kind: 'json', schema: { $ref: 'IdCollection' }, required: true };
    expect(body('deleteToysWidgetsBulk')).toEqual(ids);
    expect(found(published, 'deleteCompanyConfigurationsBulk').body).toEqual(ids);
  });

  test('are open where a write declares none', () => {
    expect(body('postToysWidgetsByIdImage')).toEqual({ kind: 'undeclared' });
    expect(found(published, 'patchCompanyTracksByParentIdActionsById').body).toEqual({ kind: 'undeclared' });
  });

  test('are a form where the document says so', () => {
    expect(body('postSystemDocuments')).toMatchObject({
      kind: 'multipart',
      schema: { $ref: 'DocumentFormData' },
    });
  });

  test('keep an object of the query as one input', () => {
    const input = found(published, 'postCompanyConfigurations').inputs.find(
      ({ name }) => name === 'managedInformation',
    );
    expect(input).toEqual({ name: 'managedInformation', in: 'query', type: 'object' });
  });
});
