import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preflight } from '../../lib/preflight/preflight.ts';
import { operations } from '../small-catalogue.ts';
import { createTicket, findingsOf, inShort, patchTicket } from './small-schemas.ts';

describe('inputs', () => {
  test.each([
    [{}, 'error missing_input inputs.id'],
    [{ id: 1, feilds: 'id' }, 'error unknown_input inputs.feilds'],
    [{ id: 'x' }, 'error wrong_type inputs.id'],
    [{ id: 1, return: 'text' }, 'error wrong_type inputs.return'],
  ])('%j: %s', (inputs, finding) => {
    expect(inShort(findingsOf(operations.getTicket, { inputs }))).toEqual([finding]);
  });

  test('that leave their segment are found', () => {
    const inputs = { memberIdentifier: '../x' };
    expect(inShort(findingsOf(operations.getMember, { inputs }))).toEqual([
      'error not_one_segment inputs.memberIdentifier',
    ]);
  });

  test('that are none of the listed values are a warning', () => {
    const operation = {
      ...operations.listTickets,
      inputs: [{ name: 'type', in: 'query', type: 'string', enum: ['Ticket', 'Company'] }],
    } as const;
    const [finding] = findingsOf(operation, { inputs: { type: 'Tiket' } });
    expect(finding).toMatchObject({ severity: 'warning', reason: 'unknown_value', path: 'inputs.type' });
    expect(finding?.message).toContain("did you mean 'Ticket'?");
  });

  test('that belong in the request are sent there', () => {
    const moved = { inputs: { summary: 'x' }, request: { board: { id: 1 } } };
    expect(inShort(findingsOf(createTicket, moved))).toEqual([
      'error misplaced_input inputs.summary',
      'warning missing_member request.summary',
    ]);
    expect(inShort(findingsOf(patchTicket, { inputs: { id: 1, summary: 'x' }, request: [] }))).toEqual([
      'error misplaced_input inputs.summary',
    ]);
  });
});

describe('findings', () => {
  test('are complete, errors first', () => {
    const request = { sumary: 'x', board: 'Help Desk', id: 'one' };
    expect(inShort(findingsOf(createTicket, { inputs: { colour: 'red' }, request }))).toEqual([
      'error unknown_input inputs.colour',
      'error wrong_type request.board',
      'error wrong_type request.id',
      'warning unknown_member request.sumary',
      'warning missing_member request.summary',
    ]);
  });

  test('are fifty at the most, and tell how many more', () => {
    const tags = Array.from({ length: 1_000 }, () => ({}));
    const findings = findingsOf(createTicket, { request: { summary: 'x', board: { id: 1 }, tags } });
    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatchObject({
      severity: 'error',
      reason: 'more_findings',
      message: 'There are 950 more findings.',
    });
  });

  test('keep an error that comes after many warnings', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`unknown${index}`, 1]));
    const findings = findingsOf(createTicket, { request: { ...many, summary: {}, board: { id: 1 } } });
    expect(findings[0]).toMatchObject({ severity: 'error', path: 'request.summary' });
    expect(findings.at(-1)).toMatchObject({ severity: 'warning', reason: 'more_findings' });
  });

  test('never quote a value', () => {
    const secret = 'hunter2-hunter2-hunter2';
    const request = { summary: secret, severity: secret, requiredDate: secret, guid: secret, id: secret };
    const patch = [{ op: secret, path: 'summary', value: secret }];
    const all = [
      ...findingsOf(createTicket, { request }),
      ...findingsOf(patchTicket, { inputs: { id: secret }, request: patch }),
    ];
    expect(all.length).toBeGreaterThan(6);
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });

  test('of any call at all never throw and stay short', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.jsonValue(), (inputs, request) => {
        for (const operation of [createTicket, patchTicket, operations.listTickets]) {
          expect(JSON.stringify(findingsOf(operation, { inputs, request })).length).toBeLessThan(60_000);
        }
      }),
    );
  });
});

test('a GET asks for no schema', () => {
  const schemaOf = () => {
    throw new Error('A schema was asked for.');
  };
  const call = { inputs: { id: 'x', colour: 'red' }, request: {} };
  expect(preflight(operations.getTicket, call, schemaOf)).toHaveLength(3);
});
