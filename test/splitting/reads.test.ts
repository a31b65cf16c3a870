import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { JsonText } from '../../lib/json-text.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { readerOf } from './observed-reads.ts';

let catalogue: Catalogue;
let simulator: Simulator;
let read: ReturnType<typeof readerOf>;
beforeAll(async () => {
  catalogue = defaultCatalogue();
  simulator = await createSimulator({ catalogue, rows: 60 });
  read = readerOf(simulator, catalogue);
});
afterAll(() => simulator.close());

let sentBefore = 0;
beforeEach(() => {
  sentBefore = simulator.requests.length;
});
const sent = () =>
  simulator.requests.slice(sentBefore).map(({ method, path }) => `${method} ${path.replace(/^.*3\.0/, '')}`);

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const long = `id in (${numbers(500).join(', ')})`;
const tooLong = `name = "${'x'.repeat(2_100)}"`;
const reasonsOf = ({ warnings = [] }: { warnings?: readonly { reason: string }[] | undefined }) =>
  warnings.map(({ reason }) => reason);
/** A long list comes as text. */
function idsOf(response: unknown): readonly unknown[] {
  const rows = response instanceof JsonText ? response.toJSON() : response;
  return Array.isArray(rows) ? rows.map((row) => Object(row).id) : [];
}

describe('a list with more conditions than a URL takes', () => {
  test('is asked in parts, and comes back as one', async () => {
    const result = await read('getCompanyCompanies', { conditions: long, pageSize: 1_000 });
    expect(result.succeeded).toBe(true);
    expect(idsOf(result.response)).toEqual(numbers(60));
    expect(reasonsOf(result)).toEqual(['sent_in_parts']);
    expect(result.requestId).toBeDefined();
    expect(sent().length).toBeGreaterThan(1);
    expect(new Set(sent())).toEqual(new Set(['GET /company/companies']));
  });

  test('has the pages that it would have', async () => {
    const result = await read('getCompanyCompanies', {
      conditions: long,
      pageSize: 20,
      page: 2,
      orderBy: 'id desc',
    });
    expect(idsOf(result.response)).toEqual(numbers(60).toReversed().slice(20, 40));
  });

  test('goes to the search where there is one', async () => {
    const inputs = { conditions: long, orderBy: 'id desc', pageSize: 3, page: 2, fields: 'id' };
    const result = await read('getServiceTickets', inputs);
    expect(result.response).toEqual([{ id: 57 }, { id: 56 }, { id: 55 }]);
    expect(reasonsOf(result)).toEqual(['sent_as_search']);
    expect(sent()).toEqual(['POST /service/tickets/search']);
  });

  test('takes its other filters to the search as well', async () => {
    const inputs = { conditions: long, customFieldConditions: 'caption = "Satisfaction" and value >= 9' };
    const [result, short] = [
      await read('getServiceTickets', inputs),
      await read('getServiceTickets', { ...inputs, conditions: '' }),
    ];
    expect(idsOf(result.response)).toEqual(idsOf(short.response));
    expect(idsOf(result.response).length).toBeGreaterThan(0);
    expect(idsOf(result.response).length).toBeLessThan(25);
  });

  test('is sent whole where only blanks made it too long', async () => {
    const result = await read('getCompanyCompanies', { conditions: `id = 3${' '.repeat(2_000)} and id < 5` });
    expect(idsOf(result.response)).toEqual([3]);
    expect(sent()).toHaveLength(1);
  });

  test('is shown as it would be sent, and not sent', async () => {
    const result = await read('getCompanyCompanies', { conditions: long }, { preflight: 'only' });
    const requests = Array.isArray(result.response) ? result.response : [];
    expect(requests.length).toBeGreaterThan(1);
    for (const { method, path, query } of requests) {
      expect([method, path]).toEqual(['GET', '/company/companies']);
      expect(query).toContain('orderBy=id%20asc');
      expect(query.length).toBeLessThan(1_900);
    }
    const moved = await read('getServiceTickets', { conditions: long }, { preflight: 'only' });
    expect(moved.response).toMatchObject({
      method: 'POST',
      path: '/service/tickets/search',
      body: { conditions: long },
    });
    expect(sent()).toEqual([]);
  });

  test('is no doubt that strict stops', async () => {
    const result = await read('getCompanyCompanies', { conditions: long }, { preflight: 'strict' });
    expect(result.succeeded).toBe(true);
  });

  test('ends as its first bad part ends', async () => {
    simulator.failNext({ operation: 'getCompanyCompanies', status: 403, nth: 2 });
    const result = await read('getCompanyCompanies', { conditions: long });
    expect(result).toMatchObject({ succeeded: false, responseCode: '403', failure: { reason: 'forbidden' } });
    expect(sent()).toHaveLength(2);
  });
});

describe('a count with more conditions than a URL takes', () => {
  test('is the sum of its parts', async () => {
    const result = await read('getCompanyCompaniesCount', { conditions: `${long} and id > 10` });
    expect(result.response).toEqual({ count: 50 });
    expect(sent().length).toBeGreaterThan(1);
  });
});

describe('what cannot be asked otherwise is not sent', () => {
  test.each([
    ['getCompanyCompanies', { conditions: tooLong }, 'uri_too_long'],
    ['getCompanyCompanies', { conditions: long.replace('in', 'not in') }, 'uri_too_long'],
    ['getCompanyCompanies', { childConditions: tooLong.replace('name', 'types/name') }, 'uri_too_long'],
    ['getCompanyCompanies', { conditions: `id in (${numbers(20_000).join(', ')})` }, 'uri_too_long'],
    ['getServiceTickets', { fields: 'id,'.repeat(1_000) }, 'uri_too_long'],
    ['getCompanyCompaniesById', { id: 1, fields: 'id,'.repeat(1_000) }, 'uri_too_long'],
    ['getCompanyCompanies', { conditions: long, page: 11, pageSize: 100 }, 'conditions_too_long'],
    ['getCompanyCompanies', { conditions: long, page: 0 }, 'conditions_too_long'],
    ['getCompanyCompanies', { conditions: long, pageId: 7 }, 'conditions_too_long'],
    ['getCompanyCompanies', { conditions: long, orderBy: 'colour' }, 'conditions_too_long'],
    ['getCompanyCompanies', { conditions: long, orderBy: 'types/name' }, 'conditions_too_long'],
    ['getCompanyCompaniesCount', { conditions: `${long} or deletedFlag = true` }, 'conditions_too_long'],
    ['getCompanyCompaniesCount', { conditions: long.replaceAll(/\d+/g, '$&.5') }, 'conditions_too_long'],
  ])('%s %#: %s', async (operationId, inputs, reason) => {
    const { failure } = await read(operationId, inputs);
    expect(failure?.reason).toBe('invalid_inputs');
    expect(failure?.findings?.filter(({ severity }) => severity === 'error').map((it) => it.reason)).toEqual([
      reason,
    ]);
    expect(sent()).toEqual([]);
  });

  test('but where it may fit behind a short base', async () => {
    const result = await read('getCompanyCompanies', { conditions: tooLong.replace('x'.repeat(220), '') });
    expect([result.responseCode, result.response]).toEqual(['200', []]);
  });

  test('but where the caller lets everything through', async () => {
    const result = await read('getCompanyCompanies', { conditions: tooLong }, { preflight: 'warn' });
    expect(reasonsOf(result)).toEqual(['uri_too_long']);
    expect(result).toMatchObject({ responseCode: '414', failure: { reason: 'uri_too_long' } });
  });

  test('whatever the page is said to be', async () => {
    const result = await read('getCompanyCompanies', { conditions: long, page: 'x' }, { preflight: 'warn' });
    expect(reasonsOf(result)).toEqual(['conditions_too_long', 'wrong_type']);
  });

  test('quotes nothing of the conditions', async () => {
    const result = await read('getCompanyCompanies', { conditions: tooLong });
    expect(JSON.stringify(result)).not.toContain('xxx');
  });
});
