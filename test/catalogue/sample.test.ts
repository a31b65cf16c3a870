import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { readDocument } from '../../lib/catalogue/document.ts';
import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { type Sample, sample } from '../../lib/catalogue/sample.ts';
import { parseInvocation } from '../../lib/invocation.ts';
import { catalogueOf, defaultCatalogue } from './default-catalogue.ts';
import { problems, references } from './schema-check.ts';
import { smallDocument } from './small-document.ts';
import { hasVendorDocuments, vendorDocument } from './vendor-documents.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

function sampleOf(id: string, from = catalogue): Sample {
  const operation = from.find(id);
  if (!operation) throw new Error(`There is no ${id}.`);
  return sample(operation, from);
}

/** A form's file is given as an object, whatever the schema calls binary. */
const fileShape = z.strictObject({ fileName: z.string(), contentType: z.string(), base64: z.string() });

function exampleProblems(operation: Operation, from: Catalogue): readonly string[] {
  const { example, responseSchema } = sample(operation, from);
  const { body, inputs } = operation;
  const missing = inputs.filter(
    ({ name, in: place }) => place === 'path' && example.inputs[name] === undefined,
  );
  const unresolved = responseSchema ? dangling(responseSchema.schema, responseSchema.components) : [];
  const found = [
    ...missing.map(({ name }) => `input ${name} is missing`),
    ...unresolved.map((name) => `${name} dangles`),
  ];
  if (body.kind === 'none' || body.kind === 'undeclared')
    return example.request === undefined ? found : ['a request too many'];
  if (body.kind === 'multipart') return found;
  return [...found, ...problems(example.request, body.schema, from)];
}

function dangling(schema: Schema, components: Readonly<Record<string, Schema>>): readonly string[] {
  return [schema, ...Object.values(components)].flatMap(references).filter((name) => !components[name]);
}

const allProblems = (from: Catalogue) =>
  from
    .all()
    .flatMap((operation) =>
      exampleProblems(operation, from).map((problem) => `${operation.operationId}: ${problem}`),
    );

describe('every example', () => {
  test('is valid against its schema', () => {
    expect(allProblems(catalogue)).toEqual([]);
  });

  test('is an invocation with a version and a connection', () => {
    for (const operation of catalogue.all()) {
      const { example } = sample(operation, catalogue);
      const text = JSON.stringify({ ...example, connection: 'acme', version: 1 });
      expect(parseInvocation(text)).toMatchObject({
        valid: true,
        invocation: { operationId: operation.operationId },
      });
    }
  });

  test.skipIf(!hasVendorDocuments)('of 2025.8 is valid too (needs ../shared/openapi)', () => {
    expect(allProblems(catalogueOf(readDocument(vendorDocument('manage-2025.8'))))).toEqual([]);
  });
});

describe('a request', () => {
  test('holds what is required and what says most', () => {
    expect(sampleOf('postServiceTickets').example.request).toEqual({
      summary: 'Example ticket',
      board: { id: 1 },
      company: { id: 1 },
    });
    expect(sampleOf('postCompanyCompanies').example.request).toEqual({
      identifier: 'Example',
      name: 'Example company',
    });
  });

  test('does not name again what the path names', () => {
    expect(sampleOf('postCompanyCompaniesByParentIdNotes').example.request).not.toHaveProperty('company');
  });

  test('keeps within the longest length', () => {
    expect(sampleOf('postToysWidgets', catalogueOf(smallDocument())).example.request).toMatchObject({
      name: 'Example',
    });
  });

  test('patches a member that the record has', () => {
    for (const operation of catalogue
      .all()
      .filter(({ method, body }) => method === 'PATCH' && body.kind === 'json')) {
      const patches = z.array(
        z.strictObject({ op: z.literal('replace'), path: z.string(), value: z.unknown() }),
      );
      const [patch] = patches.parse(sample(operation, catalogue).example.request);
      const member = catalogue.schema(operation.success.schema?.$ref ?? '')?.properties?.[patch?.path ?? ''];
      expect(member, operation.operationId).toBeDefined();
      expect(problems(patch?.value, member ?? {}, catalogue), operation.operationId).toEqual([]);
    }
  });

  test('uploads a document as a form', () => {
    const { request } = sampleOf('postSystemDocuments').example;
    const form = z.strictObject({
      file: fileShape,
      recordType: z.string(),
      recordId: z.number(),
      title: z.string(),
    });
    expect(form.safeParse(request).success).toBe(true);
  });

  test('names what a bulk delete deletes', () => {
    expect(sampleOf('deleteCompanyConfigurationsBulk').example.request).toEqual({ ids: [1] });
  });
});

describe('a sample', () => {
  test('explains the inputs that every list has', () => {
    const { inputs } = sampleOf('getServiceTicketsById');
    expect(inputs.find(({ name }) => name === 'id')).toMatchObject({
      required: true,
      description: 'ticketId',
    });
    expect(inputs.find(({ name }) => name === 'conditions')).toMatchObject({
      required: false,
      type: 'string',
    });
    expect(inputs.filter(({ description }) => !description)).toEqual([]);
  });

  test('brings every schema that the response leads to', () => {
    const { responseSchema } = sampleOf('getServiceTickets');
    expect(responseSchema?.schema).toEqual({ type: 'array', items: { $ref: 'Ticket' } });
    expect(Object.keys(responseSchema?.components ?? {})).toEqual(
      expect.arrayContaining(['Ticket', 'BoardReference']),
    );
  });

  test('gives the owner that documents are listed by', () => {
    expect(sampleOf('getSystemDocuments').example.inputs).toEqual({ recordType: 'Ticket', recordId: 1 });
  });

  test('warns of what is mended, unchecked or sweeping', () => {
    expect(sampleOf('getServiceTickets').warnings).toBeUndefined();
    expect(sampleOf('postTimeSheetsByIdSubmit').warnings).toEqual([expect.stringContaining('unchecked')]);
    expect(sampleOf('getCompanyContactsByIdImage').warnings).toHaveLength(2);
    expect(sampleOf('deleteSalesOpportunitiesByParentIdForecast').warnings).toEqual([
      expect.stringContaining('whole collection'),
    ]);
  });
});
