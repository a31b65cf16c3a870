import { beforeAll, describe, expect, test } from 'vitest';
import { type Document, type DocumentOperation, readDocument } from '../../lib/catalogue/document.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { references } from './schema-check.ts';
import { hasVendorDocuments, vendorDocument } from './vendor-documents.ts';

let published: Document;
beforeAll(() => {
  published = readPublishedTypes();
});

const operationNamed = (operationId: string) =>
  published.operations.find((operation) => operation.operationId === operationId);

describe('readPublishedTypes', () => {
  test('rebuilds every path, operation and schema', () => {
    expect(published.version).toBe('2022.1');
    expect(new Set(published.operations.map(({ path }) => path)).size).toBe(1647);
    expect(published.operations).toHaveLength(2814);
    expect(published.schemas.size).toBe(771);
  });

  test('rebuilds parameters with place, type and duty', () => {
    const parameters = operationNamed('getServiceTicketsById')?.parameters ?? [];
    expect(parameters.map(({ name }) => name)).toContain('customFieldConditions');
    expect(parameters.find(({ name }) => name === 'id')).toEqual({
      name: 'id',
      in: 'path',
      required: true,
      description: 'ticketId',
      schema: { type: 'integer', format: 'int32' },
    });
  });

  test('rebuilds bodies and responses', () => {
    const operation = operationNamed('patchServiceTicketsById');
    expect(operation?.body?.schema).toEqual({ type: 'array', items: { $ref: 'PatchOperation' } });
    expect(operation?.response).toMatchObject({ code: '200', schema: { $ref: 'Ticket' } });
    expect(operationNamed('deleteServiceTicketsById')?.response).toEqual({
      code: '204',
      description: 'No Content',
    });
  });

  test('rebuilds enums, formats, lengths and nullability', () => {
    const ticket = published.schemas.get('Ticket');
    expect(ticket?.required).toEqual(['summary']);
    expect(ticket?.properties?.['summary']).toMatchObject({ type: 'string', maxLength: 100 });
    expect(ticket?.properties?.['recordType']).toMatchObject({ type: 'string', nullable: true });
    expect(ticket?.properties?.['recordType']?.enum).toContain('ServiceTicket');
    expect(ticket?.properties?.['requiredDate']).toMatchObject({ type: 'string', format: 'date-time' });
  });

  test('leads every reference to a schema', () => {
    const used = [...published.schemas.values()].flatMap(references);
    const sent = published.operations.flatMap(({ body, response, parameters }) =>
      [body?.schema, response.schema, ...parameters.map(({ schema }) => schema)].flatMap((schema) =>
        schema ? references(schema) : [],
      ),
    );
    expect([...used, ...sent].filter((name) => !published.schemas.has(name))).toEqual([]);
    expect(sent.length).toBeGreaterThan(3000);
  });
});

// Summaries, tags and the order of parameters are not in the types; everything else must be equal.
describe.skipIf(!hasVendorDocuments)('the rebuilt 2022.1 (needs ../shared/openapi)', () => {
  let vendor: Document;
  beforeAll(() => {
    vendor = readDocument(vendorDocument('manage-2022.1'));
  });

  test('has the same operations, one by one', () => {
    const rebuilt = new Map(published.operations.map((operation) => [key(operation), comparable(operation)]));
    const different = vendor.operations.filter(
      (operation) => rebuilt.get(key(operation)) !== comparable(operation),
    );
    expect(different.map(key)).toEqual([]);
    expect(rebuilt.size).toBe(vendor.operations.length);
  });

  test('has the same schemas, one by one', () => {
    const different = [...vendor.schemas].filter(([name, schema]) => {
      const rebuilt = published.schemas.get(name);
      return !rebuilt || sorted(withSortedRequired(rebuilt)) !== sorted(withSortedRequired(schema));
    });
    expect(different.map(([name]) => name)).toEqual([]);
    expect(published.schemas.size).toBe(vendor.schemas.size);
  });
});

const key = ({ method, path }: DocumentOperation) => `${method} ${path}`;

function comparable({ tag: _, summary: __, parameters, ...rest }: DocumentOperation): string {
  return sorted({ ...rest, parameters: parameters.map(sorted).sort() });
}

const withSortedRequired = (schema: Schema) =>
  schema.required ? { ...schema, required: [...schema.required].sort() } : schema;

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
