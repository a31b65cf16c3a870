import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCondition } from '../../simulator/conditions.ts';
import { childFulfils, customFieldFulfils, fulfils } from '../../simulator/evaluation.ts';
import { Refusal } from '../../simulator/failures.ts';
import { type Caller, createCaller } from './caller.ts';

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
    expect(fulfils(parseCondition(text), ticket)).toBe(true);
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
    expect(fulfils(parseCondition(text), ticket)).toBe(false);
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
      return typeof fulfils(parseCondition(text), ticket) === 'boolean';
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
    expect(childFulfils(parseCondition(text), contact)).toBe(expected);
  });

  test('one custom field must fulfil the whole condition', () => {
    const record = {
      customFields: [
        { caption: 'Tag', value: null },
        { caption: 'Rating', value: 5 },
      ],
    };
    expect(customFieldFulfils(parseCondition('caption = "Rating" and value != null'), record)).toBe(true);
    expect(customFieldFulfils(parseCondition('caption = "Tag" and value != null'), record)).toBe(false);
  });
});

describe('over HTTP', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await createCaller();
  });
  afterAll(() => caller.simulator.close());
  const ask = (text: string, name = 'conditions') =>
    caller.get(`/service/tickets?${name}=${encodeURIComponent(text)}`);

  test.each([
    ['bogus=1', 'bogus is not a recognized name.'],
    ['company/bogus=1', 'company/bogus is not a recognized name.'],
    ['customFields/value = 1', 'customFields/value is not a recognized name.'],
    ['severity = "Extreme"', 'Enum value supplied was invalid'],
    ['severity like "L%"', 'Enum value supplied was invalid'],
    ['company = null', 'Enum value supplied was invalid'],
  ])('%s is refused by ApiFindCondition', async (text, message) => {
    const { status, json } = await ask(text);
    expect([status, json]).toEqual([400, { code: 'ApiFindCondition', message }]);
  });

  test('a value of another type is explained at length', async () => {
    const { status, json } = await ask('closedFlag = 1');
    expect([status, Object(json).message]).toEqual([
      400,
      'Expected a boolean value, not a numeric. String values should be enclosed with double or single quotes; DateTime values should be enclosed in square brackets; numbers should consist of only digits, and optionally a decimal point and a negation sign; boolean values should be indicated with the keywords true or false; null values should be indicated by the keyword null.',
    ]);
  });

  test('a date that is none is a 500 in disguise', async () => {
    const { status, json } = await ask('requiredDate > [yesterday]');
    expect([status, json]).toEqual([
      500,
      { code: 'ConnectWiseApi', message: 'String was not recognized as a valid DateTime.' },
    ]);
  });

  test('custom fields are filtered by caption and value', async () => {
    const { json } = await ask('caption = "Satisfaction" and value >= 1', 'customFieldConditions');
    const values = (Array.isArray(json) ? json : []).map((ticket) => ticket.customFields[1].value);
    expect(values.length).toBeGreaterThan(0);
    expect(values.every((value) => value >= 1)).toBe(true);
  });

  test('a ticket is filtered by what it never returns', async () => {
    expect([(await ask('configuration/id = 3')).json, (await ask('configurations/id = 3')).status]).toEqual([
      [],
      400,
    ]);
  });

  test('in is refused among child conditions', async () => {
    expect((await ask('customFields/id in (1)', 'childConditions')).status).toBe(400);
    expect((await ask('customFields/id = 1', 'childConditions')).status).toBe(200);
  });

  test('the search takes its filters from the body', async () => {
    const { json } = await caller.call('POST', '/service/tickets/search?pageSize=2&fields=id', {
      Conditions: 'id in (4, 5, 6)',
      orderBy: 'id desc',
    });
    expect(json).toEqual([{ id: 6 }, { id: 5 }]);
  });

  test('the search refuses page in its body', async () => {
    const { status, json } = await caller.call(
      'POST',
      '/service/tickets/search',
      '{"conditions":"id = 1","page":1}',
    );
    expect([status, json]).toEqual([
      400,
      {
        code: 'ConnectWiseApi',
        message:
          "Could not find member 'page' on object of type 'FilterValues'. Path 'page', line 1, position 30.Check your accept header to make sure you are using the correct version.",
      },
    ]);
  });
});
