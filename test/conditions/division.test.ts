import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { and, field, or } from '../../lib/conditions/builder.ts';
import type { Condition } from '../../lib/conditions/condition.ts';
import { divide, mostParts } from '../../lib/conditions/division.ts';
import { printConditions } from '../../lib/conditions/printing.ts';
import { holds } from './evaluation.ts';

const texts = fc.constantFrom('a', 'A', 'b', 'bc', 'x y');
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 25 })
    .map((ids) => field('id').in(ids)),
  fc
    .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 })
    .map((ids) => field('id').notIn(ids)),
  fc.array(texts, { minLength: 1, maxLength: 6 }).map((all) => field('name').in(all)),
  fc.integer({ min: 0, max: 30 }).map((id) => field('id').atLeast(id)),
  texts.map((text) => field('name').equals(text)),
);
const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .tuple(fc.boolean(), tie('tree'), fc.array(tie('tree'), { minLength: 1, maxLength: 4 }))
      .map(([isAnd, first, rest]) => (isAnd ? and : or)(first, ...rest)),
  ),
}));

const names = ['a', 'b', 'bc', 'x y', 'z', null];
const rows = Array.from({ length: 186 }, (_, place) => ({ place, id: place % 31, name: names[place % 6] }));
const fitsIn = (longest: number) => (part: Condition) => printConditions(part).length <= longest;
const longest = fc.integer({ min: 20, max: 150 });

describe('parts of a condition', () => {
  test('fit, and let through together what the whole lets through', () => {
    let divided = 0;
    fc.assert(
      fc.property(tree, longest, (condition, most) => {
        const parts = divide(condition, { fits: fitsIn(most) });
        if (!parts) return;
        expect(parts.length).toBeLessThanOrEqual(mostParts);
        expect(parts.every(fitsIn(most))).toBe(true);
        if (parts.length > 1) divided += 1;
        const joined = rows.filter((row) => parts.some((part) => holds(part, row)));
        expect(joined).toEqual(rows.filter((row) => holds(condition, row)));
      }),
      { numRuns: 500 },
    );
    expect(divided).toBeGreaterThan(50);
  });

  test('let no record through twice where that is asked', () => {
    let divided = 0;
    fc.assert(
      fc.property(tree, longest, (condition, most) => {
        const parts = divide(condition, { fits: fitsIn(most), isSingle: () => true });
        if (!parts) return;
        if (parts.length > 1) divided += 1;
        const each = parts.flatMap((part) => rows.filter((row) => holds(part, row)));
        expect(each.toSorted((one, other) => one.place - other.place)).toEqual(
          rows.filter((row) => holds(condition, row)),
        );
      }),
      { numRuns: 1_000 },
    );
    expect(divided).toBeGreaterThan(10);
  });

  test('are as few as can be of one list', () => {
    const ids = Array.from({ length: 100 }, (_, index) => 1_000 + index);
    const parts = divide(field('id').in(ids), { fits: fitsIn(7 + 6 * 30) });
    expect(parts?.length).toBe(4);
  });

  test.each([
    ['what is in none of a list', field('id').notIn([111, 222, 333, 444, 555, 666, 777, 888])],
    ['a text that is too long by itself', or(field('name').equals('x'.repeat(50)), field('id').equals(1))],
    [
      'more than fifty',
      field('name').in(Array.from({ length: 51 }, (_, index) => `${index} of many long ones`)),
    ],
  ])('are not made of %s', (_, condition) => {
    expect(divide(condition, { fits: fitsIn(40) })).toBeUndefined();
  });

  test.each([
    ['an or', or(field('id').in([1, 2]), field('name').equals('twenty characters'))],
    [
      'texts that a database may take for the same',
      field('name').in(['Some text', 'SOME TEXT ', 'another text']),
    ],
    ['texts that are not ASCII', field('name').in(['straße, the first', 'strasse, the other'])],
    ['numbers with a point', field('id').in([1.25, 2.25, 3.25, 4.25, 5.25, 6.25, 7.25])],
  ])('are not made of %s where no record may be in two', (_, condition) => {
    expect(divide(condition, { fits: fitsIn(40), isSingle: () => true })).toBeUndefined();
    expect(divide(condition, { fits: fitsIn(40) })).toBeDefined();
  });

  test('are not sought for ever', () => {
    const lists = Array.from({ length: 400 }, (_, index) => field(`m${index}`).in([1, 2]));
    const [first = field('id').equals(1), ...others] = lists;
    expect(divide(and(first, ...others), { fits: fitsIn(100) })).toBeUndefined();
  });
});
