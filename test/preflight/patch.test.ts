import { describe, expect, test } from 'vitest';
import { findingsOf, inShort, patchTicket } from './small-schemas.ts';

const found = (request: unknown) => inShort(findingsOf(patchTicket, { inputs: { id: 1 }, request }));
const replace = (path: unknown, value: unknown) => found([{ op: 'replace', path, value }]);

describe('a patch', () => {
  test.each([
    [[{ op: 'replace', path: 'summary', value: 'x' }]],
    [[{ op: 'replace', path: '/summary', value: 'x' }]],
    [[{ op: 'remove', path: 'summary' }]],
    [[{ op: 'replace', path: 'board', value: { id: 2 } }]],
    [[{ op: 'add', path: 'items', value: { value: 'x' } }]],
    [[{ op: 'add', path: 'items', value: [{ value: 'x' }] }]],
    [[{ op: 'add', path: 'items/-', value: { value: 'x' } }]],
    [[{ op: 'remove', path: '/items/0' }]],
    [[{ op: 'replace', path: 'anything', value: [1] }]],
  ])('that is right is not found: %j', (request) => {
    expect(found(request)).toEqual([]);
  });

  test.each([[null], ['']])('clears a member by %j', (value) => {
    expect(replace('requiredDate', value)).toEqual([]);
  });

  test.each([
    [{ summary: 'x' }, 'error patch_not_a_list request'],
    [['summary'], 'error patch_shape request[0]'],
    [[{ op: 'update', path: 'summary', value: 'x' }], 'error unknown_op request[0].op'],
    [[{ path: 'summary', value: 'x' }], 'error unknown_op request[0].op'],
    [[{ op: 'replace', value: 'x' }], 'error patch_shape request[0].path'],
    [[{ op: 'replace', path: '/', value: 'x' }], 'error patch_shape request[0].path'],
    [[{ op: 'replace', path: 'summary' }], 'warning missing_member request[0].value'],
    [[{ op: 'remove', path: 'summary', from: 'a' }], 'warning unknown_member request[0].from'],
  ])('%j: %s', (request, finding) => {
    expect(found(request)).toEqual([finding]);
  });

  test.each([
    ['Summary', 'x', 'error wrong_case request[0].path'],
    ['sumary', 'x', 'warning unknown_member request[0].path'],
    ['board/id', 2, 'warning nested_path request[0].path'],
    ['board/colour', 2, 'warning unknown_member request[0].path'],
    ['items/0/value', 'x', 'warning nested_path request[0].path'],
    ['summary', { a: 1 }, 'error wrong_type request[0].value'],
    ['summary', 'elevenchars', 'error too_long request[0].value'],
    ['items/0', 'x', 'error wrong_type request[0].value'],
    ['requiredDate', '2026-01-31T15:00:00.000Z', 'error unsupported_date request[0].value'],
  ])('of %s by %j: %s', (path, value, finding) => {
    expect(replace(path, value)).toEqual([finding]);
  });

  test('names the member whose case is wrong', () => {
    const [finding] = findingsOf(patchTicket, {
      inputs: { id: 1 },
      request: [{ op: 'remove', path: 'closedflag' }],
    });
    expect(finding).toMatchObject({ mend: "Write 'closedFlag'." });
  });
});
