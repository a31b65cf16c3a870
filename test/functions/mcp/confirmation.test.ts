import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { confirmableMs, objection, tokenFor, writeId } from '../../../functions/mcp/confirmation.ts';
import { loadCatalogue } from '../../../lib/catalogue/loading.ts';

const catalogue = loadCatalogue(join(inject('taskRoot'), '.catalogue'));
const proposal = { id: 'agent-1', rendered: { method: 'POST', path: '/a', body: { name: 'A' } } };
const shownAtMs = Date.UTC(2026, 0, 1);
const token = tokenFor(proposal, shownAtMs);

describe('a token', () => {
  test('confirms what was shown, for 15 minutes', () => {
    expect(objection(token, proposal, shownAtMs)).toBeUndefined();
    expect(objection(token, proposal, shownAtMs + confirmableMs)).toBeUndefined();
    expect(objection(token, proposal, shownAtMs + confirmableMs + 1_000)).toBe(
      'The token is older than 15 minutes.',
    );
  });

  test('confirms no other request, and no other write', () => {
    const others = [
      { ...proposal, id: 'agent-2' },
      { ...proposal, rendered: { ...proposal.rendered, path: '/b' } },
    ];
    for (const other of others)
      expect(objection(token, other, shownAtMs)).toMatch(/^The token is not of this request/);
  });

  test('is made younger by nobody', () => {
    const younger = `${tokenFor(proposal, shownAtMs + 60_000).split('.')[0]}.${token.split('.')[1]}`;
    expect(objection(younger, proposal, shownAtMs)).toMatch(/^The token is not of this request/);
  });

  test('is nothing that is made up', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z]{1,8}\.[\w-]{22}$/)), (madeUp) => {
        expect(objection(madeUp, proposal, shownAtMs)).toMatch(/^The token is not of this request/);
      }),
    );
  });
});

describe('the id of a write', () => {
  const operation = catalogue.find('postCompanyCompanies');
  if (!operation) throw new Error('postCompanyCompanies is not in the catalogue.');
  const idOf = (more: object = {}, key?: string) =>
    writeId(
      operation,
      { version: 1, connection: 'acme', operationId: 'x', request: { a: 1, b: 2 }, ...more },
      key,
    );

  test('is the same for the same write, however it is spelt', () => {
    expect(idOf({ operationId: 'y', request: { b: 2, a: 1 }, inputs: null })).toBe(idOf());
  });

  test.each([
    ['connection', idOf({ connection: 'other' })],
    ['request', idOf({ request: { a: 1 } })],
    ['inputs', idOf({ inputs: { id: 1 } })],
    ['way of naming', idOf({ resolve: true })],
    ['key', idOf({}, 'again')],
  ])('is another for another %s', (_, other) => {
    expect(other).not.toBe(idOf());
  });
});
