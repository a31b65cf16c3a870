import { describe, expect, test } from 'vitest';
import { operations } from '../small-catalogue.ts';
import { createTicket, findingsOf, inShort, plantTree, upload } from './small-schemas.ts';

const valid = { summary: 'Printer', board: { id: 1 } };
const found = (members: object) => inShort(findingsOf(createTicket, { request: { ...valid, ...members } }));

describe('a member', () => {
  test.each([
    [{}],
    [{ id: null }],
    [{ closedFlag: true, budgetHours: 1.5, severity: 'Low' }],
    [{ requiredDate: '2024-02-29T23:59:59Z', birthday: '2026-01-31' }],
    [{ guid: '3F2504E0-4F89-11D3-9A0C-0305E82C3301' }],
    [{ items: [{ value: 'a' }], tags: [], _info: { x_href: 'y' } }],
    [{ anything: { at: ['all'] }, missingSchema: 1 }],
    [{ board: { name: 'Help Desk' } }],
    [{ closedFlag: undefined }],
  ])('that is right is not found: %j', (members) => {
    expect(found(members)).toEqual([]);
  });

  test.each([
    [{ id: 'x' }, 'error wrong_type request.id'],
    [{ id: 1.5 }, 'error wrong_type request.id'],
    [{ id: true }, 'error wrong_type request.id'],
    [{ id: 2 ** 31 }, 'error out_of_range request.id'],
    [{ id: '42' }, 'warning converted_type request.id'],
    [{ closedFlag: 'yes' }, 'error wrong_type request.closedFlag'],
    [{ closedFlag: ['true'] }, 'error wrong_type request.closedFlag'],
    [{ closedFlag: 'True' }, 'warning converted_type request.closedFlag'],
    [{ closedFlag: 1 }, 'warning converted_type request.closedFlag'],
    [{ summary: { text: 'x' } }, 'error wrong_type request.summary'],
    [{ summary: 42 }, 'warning converted_type request.summary'],
    [{ summary: 'elevenchars' }, 'error too_long request.summary'],
    [{ summary: null }, 'warning null_value request.summary'],
    [{ severity: 'Dire' }, 'warning unknown_value request.severity'],
    [{ guid: '42' }, 'error wrong_format request.guid'],
    [{ board: 1 }, 'error wrong_type request.board'],
    [{ board: [1] }, 'error wrong_type request.board'],
    [{ board: {} }, 'warning missing_member request.board.name'],
    [{ items: {} }, 'error wrong_type request.items'],
    [{ items: [{ value: 'a' }, {}] }, 'warning missing_member request.items[1].value'],
    [{ tags: ['a', ['b']] }, 'error wrong_type request.tags[1]'],
    [{ _info: { x: {} } }, 'error wrong_type request._info.x'],
    [{ ClosedFlag: true }, 'warning wrong_case request.ClosedFlag'],
    [{ sumary: 'x' }, 'warning unknown_member request.sumary'],
    [{ managedIdentifier: 'x' }, 'warning misplaced_member request.managedIdentifier'],
  ])('%j: %s', (members, finding) => {
    expect(found(members)).toEqual([finding]);
  });

  test.each([
    ['requiredDate', '2026-01-31T15:00:00.123Z', 'error'],
    ['requiredDate', '2026-01-31T15:00:00+02:00', 'error'],
    ['requiredDate', '2026-01-31T15:00:00', 'error'],
    ['requiredDate', '2026-02-30T15:00:00Z', 'error'],
    ['requiredDate', 'tomorrow', 'error'],
    ['requiredDate', '2026-01-31', 'warning'],
    ['birthday', '31.01.2026', 'error'],
    ['birthday', '2026-01-31T15:00:00Z', 'warning'],
  ])('%s refuses %s: %s', (name, date, severity) => {
    expect(found({ [name]: date })).toEqual([`${severity} unsupported_date request.${name}`]);
  });

  test('that is required is missed', () => {
    expect(inShort(findingsOf(createTicket, { request: { Summary: 'x' } }))).toEqual([
      'warning wrong_case request.Summary',
      'warning missing_member request.board',
    ]);
  });

  test('that is misspelt is told what is near', () => {
    const [finding] = findingsOf(createTicket, { request: { ...valid, closedFlagg: true } });
    expect(finding?.message).toBe(
      "The document has no member 'closedFlagg' here (did you mean 'closedFlag'?).",
    );
  });

  test('called __proto__ is as unknown as any other', () => {
    const request: unknown = JSON.parse('{"summary":"x","board":{"id":1},"__proto__":{"summary":1}}');
    expect(inShort(findingsOf(createTicket, { request }))).toEqual([
      'warning unknown_member request.__proto__',
    ]);
  });
});

describe('a request', () => {
  test.each([
    [createTicket, undefined, 'error missing_body request'],
    [createTicket, null, 'error missing_body request'],
    [createTicket, 'text', 'error wrong_type request'],
    [createTicket, [valid], 'error wrong_type request'],
    [operations.listTickets, {}, 'error unexpected_body request'],
    [upload, 'text', 'error wrong_type request'],
    [upload, { file: 'aGk=' }, 'error wrong_type request.file'],
    [upload, { title: ['a'] }, 'error wrong_type request.title'],
    [upload, { recordId: 'first' }, 'error wrong_type request.recordId'],
    [upload, { titel: 'a' }, 'warning unknown_member request.titel'],
  ])('$operationId of %j: %s', (operation, request, finding) => {
    expect(inShort(findingsOf(operation, { request }))).toEqual([finding]);
  });

  test('that is a form carries numbers as text', () => {
    const request = { recordId: '42', title: 'a', file: { fileName: 'a.txt', base64: 'aGk=' } };
    expect(findingsOf(upload, { request })).toEqual([]);
  });

  test('may be anything where none is declared, but for inputs', () => {
    const inputs = { id: 1 };
    expect(findingsOf(operations.approveSheet, { inputs, request: { note: 'ok' } })).toEqual([]);
    expect(inShort(findingsOf(operations.approveSheet, { inputs, request: { id: 1 } }))).toEqual([
      'warning misplaced_member request.id',
    ]);
  });

  test('of any depth is walked without falling', () => {
    const deep = `${'{"child":'.repeat(5_000)}{"colour":1}${'}'.repeat(5_000)}`;
    expect(findingsOf(plantTree, { request: JSON.parse(deep) })).toEqual([]);
  });

  test('is not changed', () => {
    const request = Object.freeze({ Summary: 'x', board: Object.freeze({ ID: '1' }) });
    findingsOf(createTicket, { request });
    expect(request).toEqual({ Summary: 'x', board: { ID: '1' } });
  });
});
