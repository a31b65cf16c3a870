import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { bounded, textBytes } from '../../../functions/mcp/bounded.ts';
import { loadCatalogue } from '../../../lib/catalogue/loading.ts';
import type { Operation } from '../../../lib/catalogue/operation.ts';

const catalogue = loadCatalogue(join(inject('taskRoot'), '.catalogue'));
function operation(id: string): Operation {
  const found = catalogue.find(id);
  if (!found) throw new Error(`${id} is not in the catalogue.`);
  return found;
}
const tickets = operation('getServiceTickets');
const ticket = operation('getServiceTicketsById');
const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Reads a whole list as an agent would: page by page, by what the last answer said. */
function walk(rows: readonly object[], pageSize: number): unknown[] {
  const seen: unknown[] = [];
  let inputs: Record<string, unknown> = { pageSize };
  for (let calls = 0; calls <= 2 * rows.length + 1; calls++) {
    const page = Number(inputs['page'] ?? 1);
    const size = Number(inputs['pageSize']);
    const { value, more } = bounded(rows.slice((page - 1) * size, page * size), tickets, inputs);
    expect(sizeOf(value)).toBeLessThanOrEqual(20_000);
    if (Array.isArray(value)) seen.push(...value.map((row) => row.id));
    if (!more?.inputs) return seen;
    inputs = { ...inputs, ...more.inputs };
  }
  throw new Error('The walk has no end.');
}

describe('a response for an agent', () => {
  test('leads through any list without a gap and without a record twice, whatever the sizes of its records', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 30_000 })), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 1_000 }), (all, pageSize) => {
        const rows = all.map((size, id) => ({ id, text: 'x'.repeat(size) }));
        expect(walk(rows, pageSize)).toEqual(rows.map(({ id }) => id));
      }),
      { numRuns: 60 },
    );
  });

  test('is as it came where it fits', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(sizeOf(value) < 20_000 && !Array.isArray(value));
        expect(bounded(value, ticket, {})).toEqual({ value });
      }),
    );
  });

  test('is never large, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 100_000, unit: 'grapheme' }),
      fc.integer({ min: 0, max: 50_000 }).map((length) => '\u0001'.repeat(length)),
    );
    const large = fc.oneof(
      text,
      fc.dictionary(fc.string(), text, { minKeys: 1, maxKeys: 10 }),
      fc.array(text),
    );
    fc.assert(
      fc.property(large, (value) => {
        expect(sizeOf(bounded(value, ticket, {}))).toBeLessThanOrEqual(24_000);
      }),
      { numRuns: 60 },
    );
  });

  test('names the members of a record that it leaves out', () => {
    const { value, more } = bounded({ id: 1, all: Array(9_000).fill('xx'), name: 'A' }, ticket, {});
    expect(value).toEqual({ id: 1, name: 'A' });
    expect(more?.note).toContain('Left out: all.');
  });

  test('gives no page where the list is walked by ids', () => {
    const rows = Array.from({ length: 25 }, (_, id) => ({ id }));
    expect(bounded(rows, tickets, { pageId: 7 }).more).toEqual({ note: expect.any(String) });
  });

  test('cuts a text between two characters', () => {
    expect(textBytes('aä', 2)).toBe('a…');
    expect(textBytes('aä', 3)).toBe('aä');
  });
});
