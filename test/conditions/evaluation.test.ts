import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { and, date, field, or } from '../../lib/conditions/builder.ts';
import type { Condition, Test } from '../../lib/conditions/condition.ts';
import { parseConditions } from '../../lib/conditions/parsing.ts';
import { printConditions, UnprintableCondition } from '../../lib/conditions/printing.ts';
import { Refusal } from '../../simulator/failures.ts';
import type { JsonRecord } from '../../simulator/json.ts';
import { checkCondition } from '../../simulator/query/condition-check.ts';
import { parseCondition } from '../../simulator/query/conditions.ts';
import { evaluation, valueAt } from '../../simulator/query/evaluation.ts';
import { type QueryRules, queryDefaults } from '../../simulator/query/rules.ts';
import { questions } from '../simulator/condition-oracle.ts';
import { handMadeCatalogue } from '../simulator/hand-made-catalogue.ts';
import { holds } from './evaluation.ts';

const instants = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2024-01-10'), noInvalidDate: true })
  .map((it) => `${it.toISOString().slice(0, 19)}Z`);
const hostileUnits = fc.constantFrom(
  '"',
  "'",
  '\\',
  'a',
  'B',
  ' ',
  '[',
  ']',
  '(',
  ')',
  '%',
  '_',
  'or',
  '=',
  '1',
  'id',
);
const hostile = fc.oneof(
  fc.array(hostileUnits, { maxLength: 10 }).map((all) => all.join('')),
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    '" or id > 0 or summary = "',
    "' or 1=1 --",
    '\\" or id > 0 or summary = "',
    "x') or (id > 0",
    '"" or id != ""',
    "'' or id != 'x",
  ),
);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** A ticket of the hand-made catalogue as a list answers it: what is null is left out. */
const rows: fc.Arbitrary<JsonRecord[]> = fc.array(
  fc
    .record({
      id: fc.integer({ min: 1, max: 20 }),
      summary: fc.oneof(hostile, fc.constantFrom('a', 'Ab', 'ba[1]')),
      company: some(fc.record({ id: fc.integer({ min: 1, max: 5 }), name: hostile })),
      closedFlag: some(fc.boolean()),
      budgetHours: some(fc.integer({ min: -3, max: 3 })),
      requiredDate: some(instants),
      _info: fc.record({ lastUpdated: instants }),
    })
    .map((row): JsonRecord => JSON.parse(JSON.stringify(row))),
  { maxLength: 12 },
);

const texts: fc.Arbitrary<Test> = fc
  .tuple(
    fc.constantFrom('summary', 'Company/Name'),
    hostile,
    fc.array(hostile, { minLength: 1, maxLength: 3 }),
    fc.nat(8),
  )
  .map(([name, text, list, which]) => {
    const it = field(name);
    const made = [
      () => it.equals(text),
      () => it.notEquals(text),
      () => it.lessThan(text),
      () => it.atLeast(text),
      () => it.like(text),
      () => it.notLike(text),
      () => it.in(list),
      () => it.notIn(list),
      () => it.contains(text.replaceAll(/[%*_]/g, '')),
    ];
    return (made[which] ?? (() => it.equals(text)))();
  });
const numbers: fc.Arbitrary<Test> = fc
  .tuple(fc.constantFrom('id', 'COMPANY/id', 'budgetHours'), fc.integer({ min: -3, max: 12 }), fc.nat(6))
  .map(([name, value, which]) => {
    const it = field(name);
    const made = [
      it.equals(value),
      it.lessThan(value),
      it.atMost(value),
      it.moreThan(value),
      it.in([value, value + 1]),
      it.notIn([value, null]),
    ];
    return made[which] ?? it.notEquals(null);
  });
const others: fc.Arbitrary<Test> = fc.oneof(
  fc.boolean().map((flag) => field('closedFlag').equals(flag)),
  fc
    .tuple(fc.constantFrom('lastUpdated', 'requiredDate'), instants)
    .map(([name, at]) => field(name).atLeast(date(at))),
  fc
    .tuple(fc.constantFrom('requiredDate', '_info/lastUpdated'), instants)
    .map(([name, at]) => field(name).notEquals(date(at))),
  fc.constantFrom('requiredDate', 'company/name', 'budgetHours').map((name) => field(name).equals(null)),
);
const aTest = fc.oneof({ weight: 3, arbitrary: texts }, { weight: 2, arbitrary: numbers }, others);
const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    aTest,
    fc
      .tuple(fc.boolean(), tie('tree'), fc.array(tie('tree'), { minLength: 1, maxLength: 2 }))
      .map(([isAnd, first, rest]) => (isAnd ? and : or)(first, ...rest)),
  ),
}));

/** The printed filter; the printer may refuse what no quotes can hold. */
function printed(condition: Condition): string | undefined {
  try {
    return printConditions(condition);
  } catch (error) {
    if (error instanceof UnprintableCondition) return undefined;
    throw error;
  }
}

/** The rows that the simulator's evaluator lets through; none where it refuses the text. */
function simulated(
  text: string,
  all: readonly JsonRecord[],
  rules: QueryRules = queryDefaults,
): readonly JsonRecord[] {
  const vocabulary = {
    scope: 'record',
    schema: { $ref: 'Ticket' },
    catalogue: handMadeCatalogue,
    rules,
  } as const;
  try {
    const passes = evaluation(checkCondition(parseCondition(text, rules), vocabulary));
    return all.filter((row) => passes((path) => valueAt(row, path)));
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

describe('the simulator', () => {
  test('lets through what a naive reading of the same condition lets through', () => {
    const passed = { some: 0, notAll: 0 };
    fc.assert(
      fc.property(tree, rows, (condition, all) => {
        const text = printed(condition);
        if (text === undefined) return;
        const expected = all.filter((row) => holds(condition, row));
        expect(simulated(text, all), text).toEqual(expected);
        if (expected.length > 0) passed.some += 1;
        if (expected.length < all.length) passed.notAll += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(passed.some).toBeGreaterThan(100);
    expect(passed.notAll).toBeGreaterThan(100);
  });

  test('agrees with it on texts that were written by hand, and so does what is read of them', () => {
    fc.assert(
      fc.property(questions, rows, (question, all) => {
        const parsed = parseConditions(question.text);
        if (!parsed.valid) throw new Error(`${question.text} is not valid.`);
        const expected = all.filter(question.holds);
        expect(
          all.filter((row) => holds(parsed.condition, row)),
          question.text,
        ).toEqual(expected);
        expect(simulated(question.text, all), question.text).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a built test', () => {
  const escapes: readonly QueryRules['stringEscapes'][] = ['none', 'backslash', 'doubled'];

  test.each(escapes)(
    'never widens the filter that it is added to, where the server takes %s for an escape',
    (stringEscapes) => {
      const rules = { ...queryDefaults, stringEscapes };
      let narrowed = 0;
      fc.assert(
        fc.property(aTest, texts, rows, (base, added, all) => {
          const [before, more] = [printed(base), printed(added)];
          if (before === undefined || more === undefined) return;
          const within = simulated(before, all, rules);
          const after = simulated(`${before} and ${more}`, all, rules);
          expect(
            after.filter((row) => !within.includes(row)),
            more,
          ).toEqual([]);
          // What follows it is still read, too.
          const behind = simulated(`${more} and ${before}`, all, rules);
          expect(
            behind.filter((row) => !within.includes(row)),
            more,
          ).toEqual([]);
          if (after.length > 0) narrowed += 1;
        }),
        { numRuns: 3_000 },
      );
      expect(narrowed).toBeGreaterThan(50);
    },
  );

  test('narrows by what it means, however it is nested', () => {
    fc.assert(
      fc.property(aTest, tree, rows, (base, added, all) => {
        const text = printed(and(base, added));
        if (text === undefined) return;
        expect(simulated(text, all), text).toEqual(
          all.filter((row) => holds(base, row) && holds(added, row)),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
