import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { and, date, field, or } from '../../lib/conditions/builder.ts';
import type { Condition } from '../../lib/conditions/condition.ts';
import { parseConditions } from '../../lib/conditions/parsing.ts';
import { printConditions, UnprintableCondition } from '../../lib/conditions/printing.ts';

const hostile = fc.string({
  unit: fc.constantFrom('"', "'", '\\', 'a', ' ', '[', ']', '(', ')', 'o', 'r', '=', '1'),
});
const days = { min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true };
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  hostile,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.date(days).map((day) => date(day)),
);
const name = fc.constantFrom('id', 'company/name', 'not', '_info/lastUpdated', 'in', 'and');
const comparison: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(name, value).map(([of, one]) => field(of).equals(one)),
  fc.tuple(name, value).map(([of, one]) => field(of).notEquals(one)),
  fc.tuple(name, fc.array(value, { minLength: 1, maxLength: 4 })).map(([of, all]) => field(of).in(all)),
  fc.tuple(name, fc.array(value, { minLength: 1, maxLength: 4 })).map(([of, all]) => field(of).notIn(all)),
  fc.tuple(name, hostile).map(([of, pattern]) => field(of).like(pattern)),
);
const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    comparison,
    fc
      .tuple(fc.boolean(), tie('tree'), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }))
      .map(([isAnd, first, rest]) => (isAnd ? and : or)(first, ...rest)),
  ),
}));

/** The printed filter; undefined where the printer refuses, which is its right for a text of both quotes. */
function printed(condition: Condition): string | undefined {
  try {
    return printConditions(condition);
  } catch (error) {
    if (error instanceof UnprintableCondition) return undefined;
    throw error;
  }
}

describe('conditions', () => {
  test('are read as they were printed, however hostile their literals', () => {
    fc.assert(
      fc.property(tree, (condition) => {
        const text = printed(condition);
        if (text === undefined) return;
        const parsed = parseConditions(text);
        expect(parsed).toMatchObject({ valid: true, condition });
        expect(parsed.valid && printConditions(parsed.condition)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test('never stop the reader, and every finding lies in the text', () => {
    const pieces = fc.constantFrom(
      'id',
      '=',
      '==',
      '"a"',
      '[x]',
      '(',
      ')',
      ',',
      'and',
      'not',
      'in',
      'null',
      '7',
      '%',
      "'",
      '&&',
      '\n',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (it) => {
        const parsed = parseConditions(it);
        const problems = parsed.valid ? [] : parsed.problems;
        for (const { position } of problems) {
          expect(position.offset).toBeGreaterThanOrEqual(0);
          expect(position.offset + position.length).toBeLessThanOrEqual(it.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('are built without quoting by hand', () => {
    const open = and(field('closedFlag').equals(false), field('status/name').in(["O'Brien", 'New']));
    expect(printConditions(open)).toBe(`closedFlag = false and status/name in ("O'Brien", "New")`);
  });

  test.each(['id == 7', 'a = 1 && b = 2', 'lastUpdated > 2026-01-01', '(id = 1', 'x = "a'])(
    'tell where %s is wrong',
    (text) => {
      const parsed = parseConditions(text);
      expect(parsed.valid).toBe(false);
      expect(!parsed.valid && parsed.problems[0]).toMatchObject({
        message: expect.any(String),
        mend: expect.any(String),
      });
    },
  );
});
