import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { sentBack } from '../answers.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { observedCompany } from './small-company.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });

describe('a name', () => {
  test('becomes the id of the one that bears it as identifier or name, in any case, and is not deleted', async () => {
    const { create } = observedCompany(catalogue);
    const byIdentifier = await create({ summary: 'x', company: 'ACME' });
    const byName = await create({ summary: 'x', company: ' acme corporation ' });
    expect([byIdentifier.written, byName.written]).toEqual([
      { summary: 'x', company: { id: 11 } },
      { summary: 'x', company: { id: 11 } },
    ]);
  });

  test('is looked up within the record beside it, which may be a name, an id or a natural key', async () => {
    const { create } = observedCompany(catalogue);
    const writes = [
      await create({ summary: 'x', board: 'Projects', status: 'New' }),
      await create({ summary: 'x', board: { id: 21 }, status: 'New' }),
      await create({ summary: 'x', board: { name: 'Help Desk' }, status: 'New' }),
    ];
    expect(writes.map(({ written }) => written.status)).toEqual([{ id: 221 }, { id: 211 }, { id: 211 }]);
    expect(writes[2]?.written.board).toEqual({ name: 'Help Desk' });
  });

  test('in a patch is looked up within the record as it is, unless the patch changes that', async () => {
    const { patch } = observedCompany(catalogue);
    const left = await patch([replace('status', 'New')]);
    const moved = await patch([replace('/status', 'New'), replace('board', 'Help Desk')]);
    expect(left.written).toEqual([replace('status', { id: 221 })]);
    expect(left.lookUps.map(({ path }) => path)).toEqual([
      '/service/tickets/42',
      '/service/boards/22/statuses',
    ]);
    expect(moved.written).toEqual([replace('/status', { id: 211 }), replace('board', { id: 21 })]);
    const within = await patch([replace('board/id', 21), replace('status', 'New')]);
    expect(within.written).toEqual([replace('board/id', 21), replace('status', { id: 211 })]);
    const cleared = await patch([replace('status', 'New'), { op: 'remove', path: 'board' }]);
    expect(cleared.failure).toMatchObject({ reason: 'cannot_resolve' });
  });

  test('of several that bear it means the one of the company that the request names', async () => {
    const { create } = observedCompany(catalogue);
    const alone = await create({ summary: 'x', contact: 'Ada de Vries' });
    const withCompany = await create({ summary: 'x', company: 'Zenith', contact: 'ada de vries' });
    expect(alone.failure?.message).toContain(
      "'Ada de Vries' of 'Acme Corporation' (id 1), 'Ada de Vries' of 'Zenith Ltd' (id 2).",
    );
    expect(withCompany.written).toMatchObject({ company: { id: 12 }, contact: { id: 2 } });
  });

  test('may stand in lists, in records of a bulk call and in what a patch adds', async () => {
    const { run } = observedCompany(catalogue);
    const company = { name: 'n', identifier: 'i' };
    const inList = await run({
      operationId: 'postCompanyCompanies',
      request: { ...company, types: ['vendor', { id: 1 }] },
    });
    const inBulk = await run({
      operationId: 'POST /company/configurations/bulk',
      request: [
        { name: 'a', company: 'Acme', site: 'Main' },
        { name: 'b', company: 'Zenith', site: 'Main' },
      ],
    });
    const added = await run({
      operationId: 'patchCompanyCompaniesById',
      inputs: { id: 11 },
      request: [{ op: 'add', path: 'types', value: 'Vendor' }, replace('types/0', 'Customer')],
    });
    expect(inList.written.types).toEqual([{ id: 2 }, { id: 1 }]);
    expect(inBulk.written).toEqual([
      { name: 'a', company: { id: 11 }, site: { id: 111 } },
      { name: 'b', company: { id: 12 }, site: { id: 121 } },
    ]);
    expect(added.written).toEqual([
      { op: 'add', path: 'types', value: { id: 2 } },
      replace('types/0', { id: 1 }),
    ]);
  });

  test('may stand in what a patch reaches into, or puts there', async () => {
    const { run } = observedCompany(catalogue);
    const { written } = await run({
      operationId: 'patchCompanyContactsById',
      inputs: { id: 1 },
      request: [
        replace('communicationItems/0/type', 'Email'),
        replace('communicationItems', [{ type: 'phone', value: '1' }]),
        { op: 'remove', path: 'company', value: 'Acme' },
      ],
    });
    expect(written).toEqual([
      replace('communicationItems/0/type', { id: 41 }),
      replace('communicationItems', [{ type: { id: 42 }, value: '1' }]),
      { op: 'remove', path: 'company', value: 'Acme' },
    ]);
  });

  test('is within the record of the path where nothing beside it says which', async () => {
    const { run } = observedCompany(catalogue);
    const { written } = await run({
      operationId: 'patchServiceBoardsById',
      inputs: { id: 22 },
      request: [replace('autoCloseStatus', 'Done')],
    });
    expect(written).toEqual([replace('autoCloseStatus', { id: 222 })]);
  });

  test('stays as it is without resolve, and nothing but references is touched with it', async () => {
    const { run, create } = observedCompany(catalogue);
    const without = await run({
      operationId: 'postServiceTickets',
      resolve: false,
      request: { summary: 'x', company: 'Acme' },
    });
    const request = {
      summary: 'Acme',
      company: { id: 11 },
      contactName: 'Acme',
      priority: null,
      owner: { identifier: 'x' },
    };
    expect(without.failure).toMatchObject({ reason: 'invalid_request' });
    expect(await create(request)).toMatchObject({ lookUps: [], written: request });
  });
});

describe('custom fields by caption', () => {
  test('become entries by id, from what records of the list show', async () => {
    const { create, patch } = observedCompany(catalogue);
    const created = await create({ summary: 'x', customFields: { region: 'North', Floor: null } });
    const patched = await patch([replace('customFields', { Region: 'South' })]);
    expect(created.written.customFields).toEqual([
      { id: 5, value: 'North' },
      { id: 8, value: null },
    ]);
    expect(patched.written).toEqual([replace('customFields', [{ id: 5, value: 'South' }])]);
  });

  test('are looked for in the record itself where the others do not show them', async () => {
    const { patch, create } = observedCompany(catalogue);
    const { written } = await patch([replace('customFields', { Shelf: 'A' })]);
    expect(written).toEqual([replace('customFields', [{ id: 9, value: 'A' }])]);
    expect((await create({ summary: 'x', customFields: { Shelf: 'A' } })).failure).toMatchObject({
      reason: 'unresolved_name',
    });
  });

  test.each([
    [
      { Regio: 1 },
      'unresolved_name',
      "'request.customFields.Regio' names nothing in the custom fields of the record. There are 'Region' (id 5),",
    ],
    [{ 'Asset Tag': 1 }, 'ambiguous_name', "'Asset Tag' (id 6), 'asset tag' (id 7)."],
    [{ Region: 1, region: 2 }, 'cannot_resolve', "'request.customFields' gives one field twice."],
  ])('%j fail as %s', async (customFields, reason, sentence) => {
    const { failure, written } = await observedCompany(catalogue).create({ summary: 'x', customFields });
    expect(failure).toMatchObject({ reason });
    expect(failure?.message).toContain(sentence);
    expect(written).toBeUndefined();
  });

  test('fail where there is no record yet to show them', async () => {
    const { create } = observedCompany(catalogue, () => sentBack(200, []));
    const { failure } = await create({ summary: 'x', customFields: { Region: 1 } });
    expect(failure?.message).toContain('there is no record yet that shows which custom fields there are');
  });
});

describe('names that have no id', () => {
  test('are all told at once, each with its candidates, and nothing is written', async () => {
    const { failure, written } = await observedCompany(catalogue).create({
      summary: 'x',
      company: 'Acne',
      board: 'Help Desk',
      status: 'Nwe',
      priority: 'High',
    });
    expect(written).toBeUndefined();
    expect(failure).toMatchObject({
      reason: 'unresolved_name',
      findings: [
        { path: 'request.company', reason: 'unresolved_name', severity: 'error' },
        {
          path: 'request.status',
          message:
            "'request.status' names nothing in /service/boards/21/statuses. There are 'New' (id 211), 'Closed' (id 212).",
        },
      ],
    });
    expect(failure?.message).toContain(
      "'request.company' names nothing in /company/companies. There are 'Acme' or 'Acme Corporation' (id 11)",
    );
  });

  test('are told once, where a board is the trouble of its status too', async () => {
    const { failure } = await observedCompany(catalogue).create({
      summary: 'x',
      board: 'Nowhere',
      status: 'New',
    });
    expect(failure?.findings).toMatchObject([{ path: 'request.board', reason: 'unresolved_name' }]);
  });

  test('are ambiguous where several records bear them', async () => {
    const { failure } = await observedCompany(catalogue).create({ summary: 'x', company: 'Zenith Ltd' });
    expect(failure).toMatchObject({ reason: 'ambiguous_name' });
    expect(failure?.message).toContain(
      "'Zenith' or 'Zenith Ltd' (id 12), 'Zenith2' or 'zenith ltd' (id 13).",
    );
  });

  test.each([
    ['a status without its board', { status: 'New' }, 'is looked up within a record of /service/boards'],
    ['one with both kinds of quotes', { company: `"'` }, 'holds both kinds of quotes'],
    ['one that is too long', { company: 'x'.repeat(2_000) }, 'is too long for a name to be looked up'],
  ])('cannot be looked up: %s', async (_, members, sentence) => {
    const { failure, lookUps } = await observedCompany(catalogue).create({ summary: 'x', ...members });
    expect(failure).toMatchObject({ reason: 'cannot_resolve' });
    expect(failure?.message).toContain(sentence);
    expect(lookUps).toEqual([]);
  });

  test('say so where the document has no list for them', async () => {
    const { run } = observedCompany(catalogue);
    const { failure } = await run({
      operationId: 'postCompanyCompanies',
      request: { name: 'n', identifier: 'i', sicCode: 'x' },
    });
    expect(failure).toMatchObject({
      reason: 'cannot_resolve',
      findings: [{ path: 'request.sicCode', mend: 'Give it as { "id": … }.' }],
    });
  });

  test('are too many where each of a thousand records has another', async () => {
    const request = Array.from({ length: 120 }, (_, place) => ({ name: 'c', manufacturer: `m${place}` }));
    const sent = () => sentBack(200, [{ id: 1, name: 'nobody' }]);
    const { run } = observedCompany(catalogue, sent);
    const { failure, lookUps } = await run({ operationId: 'POST /company/configurations/bulk', request });
    expect(lookUps).toHaveLength(100);
    expect(failure?.findings).toHaveLength(51);
  });
});

describe('what is wrong besides names', () => {
  test('is told before any look-up, and where it is only taken in as well', async () => {
    const { create, engine } = observedCompany(catalogue);
    const request = { summary: 'x'.repeat(101), company: 'Acme', customFields: { Region: 1 } };
    const { failure, lookUps } = await create(request);
    const invocation = {
      version: 1,
      connection: 'acme',
      operationId: 'postServiceTickets',
      resolve: true,
    } as const;
    const taken = (id: string, members: object) =>
      engine.take(id, { ...invocation, request: members }, 'call-1');
    expect(lookUps).toEqual([]);
    expect(failure?.findings).toMatchObject([{ path: 'request.summary' }]);
    expect(await taken('one', request)).toMatchObject({
      kind: 'refused',
      result: { failure: { reason: 'invalid_request' } },
    });
    expect(await taken('two', { ...request, summary: 'x' })).toMatchObject({ kind: 'taken' });
  });
});
