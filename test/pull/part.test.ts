import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportPrefix, partKey } from '../../lib/pull/part.ts';

const anyId = fc.oneof(
  fc.string({ minLength: 1, maxLength: 256, unit: 'binary' }),
  fc.stringMatching(/^[A-Za-z0-9_./:-]{1,80}$/),
);

describe('the folder of an export', () => {
  test('has no letter that a shell, a URL or a pattern reads as another, and stays below its connection', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        expect(exportPrefix('acme', id)).toMatch(/^exports\/acme\/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}\/$/);
      }),
    );
  });

  test('is never the same for two ids', () => {
    const near = fc.tuple(anyId, fc.constantFrom(' ', '/', '-', '.', 'x')).map(([id, end]) => [id, id + end]);
    fc.assert(
      fc.property(fc.oneof(fc.tuple(anyId, anyId), near), ([one = '', other = '']) => {
        fc.pre(one !== other);
        expect(exportPrefix('acme', one)).not.toBe(exportPrefix('acme', other));
        const made = exportPrefix('acme', one).split('/')[2] ?? '';
        expect(exportPrefix('acme', made) === exportPrefix('acme', one)).toBe(made === one);
      }),
    );
  });

  test('can be read where the id can', () => {
    expect(exportPrefix('acme', 'nightly-tickets.2026')).toBe('exports/acme/nightly-tickets.2026/');
    expect(exportPrefix('acme', 'nightly: tickets/7')).toMatch(
      /^exports\/acme\/nightly-tickets-7-[0-9a-f]{64}\/$/,
    );
    expect(exportPrefix('acme', '..')).not.toContain('..');
  });
});

test('the names of parts sort as their numbers do', () => {
  const numbers = [1, 2, 10, 99, 100, 1_000_000];
  const keys = numbers.map((number) => partKey('exports/acme/x/', number));
  expect(keys.toSorted()).toEqual(keys);
});
