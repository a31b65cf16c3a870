import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../lib/settlement/comparison.ts';

describe('what was sent', () => {
  test.each([
    ['a text', { summary: 'x' }, { id: 1, summary: 'x' }, { same: 1, different: 0, unseen: 0 }],
    [
      'a text with blanks around it',
      { summary: ' x ' },
      { summary: 'x' },
      { same: 1, different: 0, unseen: 0 },
    ],
    ['another text', { summary: 'x' }, { summary: 'y' }, { same: 0, different: 1, unseen: 0 }],
    ['a number as text', { budget: '1.50' }, { budget: 1.5 }, { same: 1, different: 0, unseen: 0 }],
    ['a member that is not returned', { password: 'p' }, { id: 1 }, { same: 0, different: 0, unseen: 1 }],
    ['null', { site: null }, { id: 1 }, { same: 1, different: 0, unseen: 0 }],
    ['null over a value', { site: null }, { site: { id: 3 } }, { same: 0, different: 1, unseen: 0 }],
    [
      'a reference by id',
      { board: { id: 3 } },
      { board: { id: 3, name: 'Help' } },
      { same: 1, different: 0, unseen: 0 },
    ],
    ['a member in another case', { Summary: 'x' }, { summary: 'x' }, { same: 1, different: 0, unseen: 0 }],
    [
      'the same second',
      { at: '2026-01-31T15:00:00Z' },
      { at: '2026-01-31T15:00:00.000Z' },
      { same: 1, different: 0, unseen: 0 },
    ],
    ['a day', { at: '2026-01-31' }, { at: '2026-01-31T00:00:00Z' }, { same: 1, different: 0, unseen: 0 }],
    [
      'custom fields in part',
      { customFields: [{ id: 2, value: 'N' }] },
      {
        customFields: [
          { id: 1, value: null },
          { id: 2, value: 'N' },
        ],
      },
      { same: 2, different: 0, unseen: 0 },
    ],
    ['a longer list', { types: ['a', 'b'] }, { types: ['a'] }, { same: 0, different: 1, unseen: 0 }],
    [
      "the server's own",
      { _info: { lastUpdated: 'x' }, id: 1 },
      { id: 1 },
      { same: 1, different: 0, unseen: 0 },
    ],
  ])('%s', (_, sent, held, expected) => {
    expect(compare(sent, held)).toEqual(expected);
  });

  test('is the same as itself, and an undeclared depth is no crash', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (sent) => {
        const { different } = compare(sent, structuredClone(sent));
        expect(different).toBe(0);
      }),
    );
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`);
    expect(compare(deep, deep)).toMatchObject({ different: 0 });
  });

  test('with one text changed is told', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.integer({ min: 1 }), { minKeys: 1 }),
        (sent) => {
          const [name = ''] = Object.keys(sent).filter((it) => it !== '_info');
          fc.pre(name !== '');
          expect(compare(sent, { ...sent, [name]: -1 }).different).toBe(1);
        },
      ),
    );
  });
});
