import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../simulator/failures.ts';
import { parseCondition } from '../../simulator/query/conditions.ts';
import { fulfils } from './asking.ts';

const ticket = {
  id: 7,
  summary: 'Printer is offline',
  closedFlag: false,
  budgetHours: 1.5,
  company: { id: 3, name: "O'Brien & Co" },
  requiredDate: '2026-03-01T10:00:00Z',
  _info: { lastUpdated: '2026-03-02T00:00:00Z' },
};

describe('a record fulfils', () => {
  test.each([
    'id = 7',
    'ID=7',
    'id != 8 and id<8 AND id >= 7',
    'closedFlag = False',
    'summary = "printer IS offline"',
    'summary like "Printer%"',
    "summary like '*OFF*'",
    'summary contains "is off"',
    'summary not contains "online"',
    'summary Not Like "%online"',
    'summary > "Orange"',
    `company/name = "O'Brien & Co"`,
    'Company/ID in (1, 2, 3)',
    'id not in (1,2)',
    'parentTicketId = null',
    'summary != NULL',
    'budgetHours < 2.25',
    'budgetHours > -1',
    'requiredDate >= [2026-03-01]',
    'requiredDate = [2026-03-01T10:00:00Z]',
    'requiredDate < [2026-03-01T11:30:00+01:00]'.replace('<', '<='),
    'requiredDate > [02/28/2026]',
    'lastUpdated>[2026-03-01T16:36:11.123456]',
    '_info/lastUpdated > [2026-03-01]',
    'id = 1 or id = 7 and closedFlag = false',
    '(id = 7 or id = 8) and (closedFlag = false)',
  ])('%s', (text) => {
    expect(fulfils(text, ticket)).toBe(true);
  });
});

describe('a record does not fulfil', () => {
  test.each([
    'id = 8',
    'summary like "Printer"',
    'summary = "100%"',
    'missing != 3',
    'missing not in (3)',
    '(id = 7 or id = 8) and closedFlag = true',
    'requiredDate > [2026-03-01T10:00:00Z]',
  ])('%s', (text) => {
    expect(fulfils(text, ticket)).toBe(false);
  });
});

describe('no condition is', () => {
  test.each([
    '',
    'id',
    'id =',
    'id = 7 and',
    '(id = 7',
    'id = 7)',
    'id in ()',
    'id = Open',
    'summary = "a',
    'id == 7',
    'not id = 7',
    'company//name = "x"',
    `${'('.repeat(1000)}id = 7${')'.repeat(1000)}`,
  ])('%s', (text) => {
    expect(() => parseCondition(text)).toThrow(Refusal);
  });
});

test('no text makes the parser fail in another way', () => {
  const words = fc.constantFrom(
    'id',
    '=',
    '"a"',
    '[x]',
    '(',
    ')',
    ',',
    'and',
    'or',
    'not',
    'in',
    'like',
    'null',
    '7',
    '%',
    "'",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words).map((parts) => parts.join(' ')),
  );
  const property = fc.property(texts, (text) => {
    try {
      return typeof fulfils(text, ticket) === 'boolean';
    } catch (error) {
      return error instanceof Refusal;
    }
  });
  fc.assert(property, { numRuns: 500 });
});

describe('child records', () => {
  const contact = {
    communicationItems: [
      { value: 'a@x.com', type: { name: 'email' } },
      { value: '555', type: { name: 'phone' } },
    ],
  };
  test.each([
    ['communicationItems/value = "a@x.com" and communicationItems/type/name = "Email"', true],
    ['communicationItems/value = "555" and communicationItems/type/name = "email"', false],
    ['communicationItems/value = "555" or communicationItems/value = "556"', true],
  ])('%s: %s, about one child at a time', (text, expected) => {
    expect(fulfils(text, contact, 'child')).toBe(expected);
  });

  test('one custom field must fulfil the whole condition', () => {
    const record = {
      customFields: [
        { caption: 'Tag', value: null },
        { caption: 'Rating', value: 5 },
      ],
    };
    expect(fulfils('caption = "Rating" and value != null', record, 'customField')).toBe(true);
    expect(fulfils('caption = "Tag" and value != null', record, 'customField')).toBe(false);
  });
});
