import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Condition, isChain, type Test } from '../../lib/conditions/condition.ts';
import { parseConditions } from '../../lib/conditions/parsing.ts';
import { conditionsFor } from '../../lib/resolution/naming.ts';
import type { Source } from '../../lib/resolution/source.ts';
import { Unresolved } from '../../lib/resolution/unresolved.ts';
import { operations } from '../small-catalogue.ts';

const source: Source = {
  list: operations.listTickets,
  keys: [['identifier'], ['firstName', 'lastName']],
  isOfCustomer: true,
  keepsDeleted: false,
};

const leaves = (condition: Condition): readonly Test[] =>
  isChain(condition) ? condition.parts.flatMap(leaves) : [condition];

/** What is asked for a name, read back from the text that goes out; undefined where nothing does. */
function asked(name: string): Condition | undefined {
  let text: string;
  try {
    text = conditionsFor('request.company', source, name, 7);
  } catch (error) {
    expect(error).toBeInstanceOf(Unresolved);
    return undefined;
  }
  const parsed = parseConditions(text);
  return parsed.valid ? parsed.condition : expect.fail(`It does not read: ${text}`);
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', ' ', ')', '(', 'or', ' = ', '1', '%', '[', '&'),
    maxLength: 20,
  }),
);

describe('the filter for a name', () => {
  test('asks for nothing but the name within the company, however hostile the name', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const name = `x${text}`;
        const condition = asked(name);
        if (!condition) return;
        const tests = leaves(condition);
        expect(condition.kind).toBe('and');
        expect(tests.every((it) => it.kind === 'comparison' && it.operator === '=')).toBe(true);
        expect(tests.at(-1)).toMatchObject({ name: 'company/id', value: { text: '7' } });
        expect(tests[0]).toMatchObject({ name: 'identifier', value: { value: name.trim() } });
      }),
      { numRuns: 2_000 },
    );
  });

  test('cuts a name of two members between its words', () => {
    expect(conditionsFor('request.contact', source, 'Ada de Vries')).toBe(
      'identifier = "Ada de Vries" or ((firstName = "Ada" and lastName = "de Vries") or (firstName = "Ada de" and lastName = "Vries"))',
    );
  });
});
