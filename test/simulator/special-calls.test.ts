import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../../lib/catalogue/compilation.ts';
import { createCatalogue } from '../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../lib/catalogue/published-types.ts';
import { createTokens } from '../../simulator/actions/tokens.ts';
import { type Caller, createCaller } from './caller.ts';

const { files } = compile(readPublishedTypes());
const catalogue = createCatalogue((name) => files.get(name) ?? '');
let caller: Caller;
beforeEach(async () => {
  caller = await createCaller({ catalogue, rows: 10, now: () => new Date('2026-11-23T12:00:00Z') });
});
afterEach(() => caller.simulator.close());

test('a bundle runs its reads, and one that fails leaves the others alone', async () => {
  const request = (sequenceNumber: number, resourceType: string, apiRequest: object) => ({
    sequenceNumber,
    resourceType,
    apiRequest,
  });
  const { status, json } = await caller.call('POST', '/system/bundles', {
    requests: [
      request(1, 'Company', { id: 2, fields: 'id' }),
      request(2, 'companies', { filters: { conditions: 'id < 4' }, page: { pageSize: 2 }, fields: 'id' }),
      request(3, 'Contact', { id: 99_999_999 }),
    ],
  });
  expect([status, json]).toMatchObject([
    200,
    {
      results: [
        { sequenceNumber: 1, entities: [{ id: 2 }], count: 1, success: true, statusCode: 200 },
        { sequenceNumber: 2, entities: [{ id: 1 }, { id: 2 }], count: 2, success: true },
        { sequenceNumber: 3, success: false, statusCode: 404, error: { code: 'NotFound' } },
      ],
    },
  ]);
});

test('a report gives definitions and rows of the columns asked for', async () => {
  const { json } = await caller.get('/system/reports/Company?columns=id,name&conditions=id%20=%202');
  const { json: company } = await caller.get('/company/companies/2?fields=id,name');
  expect(json).toEqual({
    column_definitions: [
      { id: { type: 'Numeric', isNullable: false, identityColumn: true } },
      { name: { type: 'Text', isNullable: false, identityColumn: false } },
    ],
    row_values: [[2, Object(company).name]],
  });
});

test('a report that is not there is 404', async () => {
  expect((await caller.get('/system/reports/Nothing')).status).toBe(404);
});

test('the audit trail shows the writes of one record, newest first', async () => {
  const change = (value: string) =>
    caller.call('PATCH', '/company/contacts/1', [{ op: 'replace', path: 'title', value }]);
  await change('CTO');
  await change('CEO');
  const { json } = await caller.get('/system/audittrail?type=Contact&id=1');
  expect(json).toEqual(
    ['from "CTO" to "CEO"', expect.any(String)].map((text) =>
      expect.objectContaining({
        text: typeof text === 'string' ? expect.stringContaining(text) : text,
        enteredDate: '2026-11-23T12:00:00Z',
        enteredBy: 'ApiMember',
        auditType: 'Contact',
      }),
    ),
  );
  expect((await caller.get('/system/audittrail/count?type=Contact&id=2')).json).toEqual({ count: 0 });
});

test.each([
  ['submit', 'PendingApproval', undefined],
  ['approve', 'ApprovedByTierOne', { approvalType: 'Tier1Update' }],
  ['approve', 'ApprovedByTierTwo', { approvalType: 'Tier2Update' }],
  ['reject', 'Rejected', undefined],
  ['reverse', 'Open', undefined],
])('%s of a time sheet makes it %s', async (action, status, body) => {
  const { json } = await caller.call('POST', `/time/sheets/1/${action}`, body);
  expect(Object(json).success).toBe(true);
  expect((await caller.get('/time/sheets/1?fields=status')).json).toEqual({ status });
});

test('a copy is a new record', async () => {
  const { json } = await caller.call('POST', '/finance/taxCodes/2/copy');
  const { json: original } = await caller.get('/finance/taxCodes/2?fields=description');
  expect(json).toMatchObject({ id: 11, ...Object(original) });
});

test('a merge of companies leaves the first one deleted', async () => {
  await caller.call('POST', '/company/companies/1/merge', { toCompanyId: 2 });
  const { json } = await caller.get('/company/companies/1?fields=deletedFlag');
  expect(json).toEqual({ deletedFlag: true });
});

test('attached children name their parent', async () => {
  const { json } = await caller.call('POST', '/service/tickets/1/attachChildren', { childTicketIds: [2, 3] });
  expect(json).toMatchObject({ success: true });
  expect(await caller.ids('/service/tickets?conditions=parentTicketId=1')).toEqual([2, 3]);
  expect((await caller.get('/service/tickets/1?fields=hasChildTicket')).json).toEqual({
    hasChildTicket: true,
  });
});

describe('a ticket that becomes a project ticket', () => {
  const convert = async (body: object): Promise<number> => {
    const ticket = { summary: 'To be planned', company: { id: 1 } };
    const { json } = await caller.call('POST', '/service/tickets', ticket);
    const { id } = Object(json);
    expect((await caller.call('POST', `/service/tickets/${id}/convert`, body)).status).toBe(200);
    return id;
  };

  test('is found on the project side alone', async () => {
    const id = await convert({ wbsCode: '1', project: { id: 2 } });
    expect((await caller.get(`/service/tickets/${id}`)).status).toBe(404);
    expect((await caller.get(`/project/tickets/${id}`)).json).toMatchObject({
      id,
      summary: 'To be planned',
      project: { id: 2 },
    });
  });

  test('is still found on the service side by a caller of an old model', async () => {
    const id = await convert({ wbsCode: '1', project: { id: 2 } });
    const accept = (version: string) => ({
      accept: `application/vnd.connectwise.com+json; version=${version}`,
    });
    const statuses = ['3.0.0', '2019.2', '2019.3', '2025.8'].map(
      async (version) => (await caller.get(`/service/tickets/${id}`, accept(version))).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
  });

  test('stays where it is when no project is named', async () => {
    const id = await convert({ wbsCode: '1' });
    expect((await caller.get(`/service/tickets/${id}`)).status).toBe(200);
  });
});

test("a document's file gives way to a new one", async () => {
  const form = (name: string, content: string) => {
    const fields = new FormData();
    fields.set('recordType', 'Ticket');
    fields.set('recordId', '1');
    fields.set('file', new File([content], name, { type: 'text/plain' }));
    return fields;
  };
  const { json } = await caller.call('POST', '/system/documents', form('old.txt', 'old'));
  const path = `/system/documents/${Object(json).id}`;
  const updated = await caller.call('POST', path, form('new.txt', 'newer'));
  expect([updated.status, updated.json]).toMatchObject([200, { fileName: 'new.txt', size: 5 }]);
  expect((await caller.get(`${path}/download`)).text).toBe('newer');
});

describe('impersonation tokens', () => {
  test('are answered by the call', async () => {
    const { status, json } = await caller.call('POST', '/system/members/AdaAbbott1/tokens');
    expect([status, json]).toEqual([
      200,
      {
        publicKey: expect.stringMatching(/^\w{16}$/),
        privateKey: expect.stringMatching(/^\w{16}$/),
        expiration: '2026-11-23T16:00:00Z',
      },
    ]);
  });

  test('name their member until they expire', () => {
    let timeMs = 0;
    const tokens = createTokens({ seed: 1, now: () => new Date(timeMs) });
    const { publicKey, privateKey } = tokens.issue('AdaAbbott1');
    expect(tokens.memberOf(publicKey, privateKey)).toBe('AdaAbbott1');
    expect(tokens.memberOf(publicKey, 'other')).toBeUndefined();
    timeMs = 4 * 3_600_000;
    expect(tokens.memberOf(publicKey, privateKey)).toBeUndefined();
  });
});
