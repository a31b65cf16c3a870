import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, createCaller } from './caller.ts';

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

  test('a ticket is filtered by its configuration, which it never returns', async () => {
    const [three, none] = [
      await ask('configuration/ID = 3 and id < 5'),
      await ask('configuration/id = 9999'),
    ];
    expect([Array.isArray(three.json) && three.json.length, none.json]).toEqual([4, []]);
    expect(JSON.stringify(three.json)).not.toContain('configuration');
  });

  test.each([
    'configurations/id = 3',
    'configuration/id = 3 or configuration/id = 4',
    'configuration/id in (3, 4)',
  ])('%s is refused', async (text) => {
    expect((await ask(text)).status).toBe(400);
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
