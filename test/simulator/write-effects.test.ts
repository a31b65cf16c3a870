import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../../lib/catalogue/compilation.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { ruleFaults } from '../../simulator/writes/rules.ts';
import { type Caller, createCaller } from './caller.ts';

const { files } = compile(readPublishedTypes());
const catalogue = createCatalogue((name) => files.get(name) ?? '');
let caller: Caller;
beforeEach(async () => {
  caller = await createCaller({ catalogue, rows: 5, now: () => new Date('2026-11-23T12:00:00Z') });
});
afterEach(() => caller.simulator.close());

const createTicket = (fields: object = {}) =>
  caller.call('POST', '/service/tickets', { summary: 'x', company: { id: 1 }, ...fields });
const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];

describe('what a ticket says at first', () => {
  test('becomes its notes and is not shown by the ticket', async () => {
    const { json, text } = await createTicket({
      initialDescription: 'It smokes.',
      initialInternalAnalysis: 'Old fan.',
      initialResolution: 'Replaced.',
    });
    const { json: notes } = await caller.get(`/service/tickets/${Object(json).id}/notes`);
    expect(text).not.toMatch(/initial/i);
    expect(notes).toMatchObject([
      { ticketId: 6, text: 'It smokes.', detailDescriptionFlag: true, createdBy: 'ApiMember' },
      { ticketId: 6, text: 'Old fan.', internalAnalysisFlag: true },
      { ticketId: 6, text: 'Replaced.', resolutionFlag: true },
    ]);
  });

  test('may be nothing: a new ticket has no notes', async () => {
    const { json } = await createTicket();
    expect(await caller.ids(`/service/tickets/${Object(json).id}/notes`)).toEqual([]);
  });
});

test('a contact without a first name is refused for it once', async () => {
  const { status, json } = await caller.call('POST', '/company/contacts', {});
  expect([status, json]).toEqual([
    400,
    {
      code: 'InvalidObject',
      message: 'contact object is invalid',
      errors: [
        {
          code: 'MissingRequiredField',
          message: 'The firstName field is required.',
          resource: 'contact',
          field: 'firstName',
        },
      ],
    },
  ]);
});

describe('the deletion of a contact', () => {
  test('gives its tickets to the contact that is named', async () => {
    const { json } = await createTicket({ contact: { id: 2 } });
    const { status } = await caller.call('DELETE', '/company/contacts/2?transferContactId=3');
    const { json: heir } = await caller.get('/company/contacts/3');
    const { firstName, lastName } = Object(heir);
    const { json: after } = await caller.get(`/service/tickets/${Object(json).id}?fields=contact`);
    expect([status, after]).toMatchObject([204, { contact: { id: 3, name: `${firstName} ${lastName}` } }]);
    expect(await caller.ids('/service/tickets?conditions=contact/id=2')).toEqual([]);
  });

  test.each(['2', '99'])('is refused where %s is to have them', async (other) => {
    const { status, json } = await caller.call('DELETE', `/company/contacts/2?transferContactId=${other}`);
    expect([status, Object(json).errors]).toMatchObject([400, [{ code: 'NotFound' }]]);
    expect((await caller.get('/company/contacts/2')).status).toBe(200);
  });
});

test.each(['Billed', 'BilledAgreement'])('a time entry that is %s cannot be deleted', async (status) => {
  await caller.call('PATCH', '/time/entries/1', replace('status', status));
  expect((await caller.call('DELETE', '/time/entries/1')).status).toBe(409);
  await caller.call('PATCH', '/time/entries/1', replace('status', 'Open'));
  expect((await caller.call('DELETE', '/time/entries/1')).status).toBe(204);
});

test('a billed time entry may be refused as a bad request', async () => {
  const own = await createCaller({ catalogue, rows: 5, billedTimeStatus: 400 });
  await own.call('PATCH', '/time/entries/1', replace('status', 'Billed'));
  const { status, json } = await own.call('DELETE', '/time/entries/1');
  await own.simulator.close();
  expect([status, json]).toMatchObject([400, { code: 'InvalidObject', errors: [{ field: 'status' }] }]);
});

test('the definitions of custom fields are those that records carry', async () => {
  const { json } = await caller.get('/system/userDefinedFields');
  const { json: ticket } = await caller.get('/service/tickets/1?fields=customFields');
  const definitions = Object(json).map((one: Record<string, unknown>) => ({
    id: one['id'],
    caption: one['caption'],
    type: one['fieldTypeIdentifier'],
    entryMethod: one['entryTypeIdentifier'],
    numberOfDecimals: one['numberDecimals'],
  }));
  expect(definitions).toHaveLength(4);
  expect(Object(ticket).customFields).toMatchObject(definitions);
});

test('typeIds are taken by a new company and by no other', () => {
  const record = { identifier: 'x', name: 'x', typeIds: [1] };
  const proposal = { entity: 'Company', path: 'company/companies', names: Object.keys(record), record };
  expect(ruleFaults({ ...proposal, sent: record, previous: undefined })).toEqual([]);
  expect(ruleFaults({ ...proposal, sent: record, previous: { identifier: 'x', name: 'x' } })).toMatchObject([
    { message: 'typeIds can only be used when creating a new company.', field: 'typeIds' },
  ]);
});

describe('an external reference', () => {
  test('finds the ticket that was created with it', async () => {
    const { json } = await createTicket({ externalXRef: 'erp-42:create "x"' });
    const { id } = Object(json);
    const found = async (conditions: string) =>
      caller.ids(`/service/tickets?${new URLSearchParams({ conditions })}`);
    expect(await found(`externalXRef='erp-42:create "x"'`)).toEqual([id]);
    expect(await found('externalXRef = "erp-43"')).toEqual([]);
    await caller.call('PATCH', `/service/tickets/${id}`, replace('externalXRef', 'erp-43'));
    expect(await found('externalXRef = "erp-43"')).toEqual([id]);
  });

  test('finds a setup record by the name that its schema gives it', async () => {
    const body = { name: 'Remote', integrationXref: 'R-1' };
    const { status, json } = await caller.call('POST', '/service/boards/1/types', body);
    const conditions = new URLSearchParams({ conditions: 'integrationXref="R-1"' });
    expect(status).toBe(201);
    expect(await caller.ids(`/service/boards/1/types?${conditions}`)).toEqual([Object(json).id]);
  });
});
