import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { readDocument } from '../../lib/catalogue/document.ts';
import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import { type Sample, sample } from '../../lib/catalogue/sample.ts';
import { parseInvocation } from '../../lib/invocation.ts';
import { preflight } from '../../lib/preflight/preflight.ts';
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
  const { example, requestSchema, responseSchema } = sample(operation, from);
  const { body, inputs } = operation;
  const missing = inputs.filter(
    ({ name, in: place }) => place === 'path' && example.inputs[name] === undefined,
  );
  const unresolved = [requestSchema, responseSchema].flatMap((whole) =>
    whole ? dangling(whole.schema, whole.components) : [],
  );
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

/** A sentence of our own: no word of the document's, and more than one word. */
const isMeaning = (text: string) => /^(?:A|The|What|Whether|Which|When|How|For)\b [^{}]{5,}$/.test(text);

const withoutMeaning = (from: Catalogue) =>
  from
    .all()
    .flatMap((operation) => sample(operation, from).inputs)
    .filter(({ description }) => !isMeaning(description) || /\bundefined\b|\s\s/.test(description));

const allFindings = (from: Catalogue) =>
  from
    .all()
    .flatMap((operation) =>
      preflight(operation, sample(operation, from).example, from.schema).map(
        ({ path, message }) => `${operation.operationId} ${path}: ${message}`,
      ),
    );

describe.each([
  ['2022.1', true],
  ['2025.8 (needs ../shared/openapi)', hasVendorDocuments],
])('every sample of %s', (name, isThere) => {
  let all: Catalogue;
  beforeAll(() => {
    if (isThere)
      all = name === '2022.1' ? catalogue : catalogueOf(readDocument(vendorDocument('manage-2025.8')));
  });

  test.skipIf(!isThere)('passes preflight without a finding, warnings included', () => {
    expect(all.size).toBeGreaterThan(2_800);
    expect(allFindings(all)).toEqual([]);
  });

  test.skipIf(!isThere)('has an example that is valid against its schema', () => {
    expect(allProblems(all)).toEqual([]);
  });

  test.skipIf(!isThere)('says what every input means', () => {
    expect(withoutMeaning(all)).toEqual([]);
  });

  test.skipIf(!isThere)('says what comes back', () => {
    const silent = all.all().filter((operation) => {
      const { success, responseSchema } = sample(operation, all);
      return ['list', 'record', 'count', 'scalar'].includes(success.kind) && !responseSchema;
    });
    // The document itself says of this one that its responses cannot be located.
    expect(silent.map(({ operationId }) => operationId)).toEqual(['postProjectTicketNoteByIdMarkAs']);
  });
});

describe('a meaning', () => {
  test.each([
    ['GET /service/tickets/{parentId}/notes/{id}', 'parentId', 'The id of a ticket'],
    ['GET /service/tickets/{parentId}/notes/{id}', 'id', 'The id of a note'],
    ['GET /company/addressFormats/{id}/info', 'id', 'The id of an address format'],
    [
      'GET /system/workflows/userdefinedfields/events{grandparentId}/actions/{parentId}',
      'grandparentId',
      'The id of a workflow user-defined field event',
    ],
    [
      'GET /system/info/members/{memberIdentifier}',
      'memberIdentifier',
      'The identifier of a member, which is a text',
    ],
    ['GET /procurement/rmaTags/default', 'billingLogId', 'The id of a billing log'],
    ['GET /system/ssoUsers/{externalId}', 'externalId', 'The external id of an SSO user'],
    ['GET /system/audittrail', 'id', 'The id of the record'],
  ])('of %s, %s: %s', (id, name, meaning) => {
    expect(sampleOf(id).inputs.find((input) => input.name === name)?.description).toBe(meaning);
  });
});

describe('a sample', () => {
  test('explains the inputs that every list has', () => {
    const { inputs } = sampleOf('getServiceTicketsById');
    expect(inputs.find(({ name }) => name === 'id')).toMatchObject({
      required: true,
      description: 'The id of a ticket',
    });
    expect(inputs.find(({ name }) => name === 'conditions')).toMatchObject({
      required: false,
      type: 'string',
    });
  });

  test('brings every schema that the response leads to', () => {
    const { responseSchema } = sampleOf('getServiceTickets');
    expect(responseSchema?.schema).toEqual({ type: 'array', items: { $ref: 'Ticket' } });
    expect(Object.keys(responseSchema?.components ?? {})).toEqual(
      expect.arrayContaining(['Ticket', 'BoardReference']),
    );
  });

  test('brings every schema that the request leads to, where it takes one', () => {
    expect(sampleOf('postServiceTickets').requestSchema).toMatchObject({
      schema: { $ref: 'Ticket' },
      components: { Ticket: { type: 'object' }, BoardReference: { type: 'object' } },
    });
    expect(sampleOf('getServiceTickets').requestSchema).toBeUndefined();
    expect(sampleOf('postTimeSheetsByIdSubmit').requestSchema).toBeUndefined();
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
