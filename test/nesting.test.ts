import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nestsDeeper } from '../lib/nesting.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

describe('how deep JSON nests', () => {
  test('is told from its text as from its value, brackets in texts not counted', () => {
    const keys = fc.string({ unit: fc.constantFrom('[', '{', '"', '\\', ']', 'a') });
    const value = fc.jsonValue({ maxDepth: 6, stringUnit: fc.constantFrom('[', '{', '"', '\\', '}', 'a') });
    fc.assert(
      fc.property(value, keys, fc.nat(8), (inner, key, levels) => {
        const whole = { [key]: inner };
        expect(nestsDeeper(JSON.stringify(whole), levels)).toBe(depthOf(whole) > levels);
      }),
    );
  });

  test('is told of what is no JSON, without an error', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof nestsDeeper(text, 3) === 'boolean'));
    expect(nestsDeeper(']]]][[', 2)).toBe(false);
    expect(nestsDeeper('[[[', 2)).toBe(true);
  });
});
