import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { searchOperations } from '../../lib/catalogue/search.ts';
import { defaultCatalogue } from './default-catalogue.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

const firstOf = (search: string) => {
  const [first] = searchOperations(catalogue, { search, limit: 1, offset: 0 }).operations;
  return first && `${first.method} ${first.path}`;
};

test.each([
  ['time entries', 'GET /time/entries'],
  ['company', 'GET /company/companies'],
  ['Companies', 'GET /company/companies'],
  ['create ticket', 'POST /service/tickets'],
  ['update ticket', 'PATCH /service/tickets/{id}'],
  ['add a note to a ticket', 'POST /service/tickets/{parentId}/notes'],
  ['invoice pdf', 'GET /finance/invoices/{id}/pdf'],
  ['ticket notes', 'GET /service/tickets/{parentId}/notes'],
  ['approve time sheet', 'POST /time/sheets/{id}/approve'],
  ['purchase orders', 'GET /procurement/purchaseorders'],
  ['count tickets', 'GET /service/tickets/count'],
  ['configuraton', 'GET /company/configurations'],
  ['invo', 'GET /finance/invoices'],
  ['postTimeEntries', 'POST /time/entries'],
  ['GET /service/tickets/{id}', 'GET /service/tickets/{id}'],
])('%s finds %s first', (search, route) => {
  expect(firstOf(search)).toBe(route);
});

describe('searchOperations', () => {
  test('gives every operation in order where nothing is searched', () => {
    const { total, operations } = searchOperations(catalogue, { limit: 2, offset: 1 });
    expect(total).toBe(2814);
    expect(operations).toEqual(catalogue.all().slice(1, 3));
  });

  test('keeps to a module and a method', () => {
    const wanted = { search: 'ticket', module: 'project', method: 'GET' as const, limit: 500, offset: 0 };
    const { total, operations } = searchOperations(catalogue, wanted);
    expect(total).toBe(operations.length);
    expect(total).toBeGreaterThan(5);
    expect(operations.every(({ module, method }) => module === 'project' && method === 'GET')).toBe(true);
  });

  test('pages without gaps or repeats', () => {
    const page = (offset: number, limit: number) =>
      searchOperations(catalogue, { search: 'board', limit, offset }).operations;
    expect([...page(0, 7), ...page(7, 7)]).toEqual(page(0, 14));
    expect(new Set(page(0, 1000)).size).toBe(page(0, 1000).length);
  });

  test('finds nothing for words that are nowhere', () => {
    expect(searchOperations(catalogue, { search: 'qqqqqqqq', limit: 5, offset: 0 })).toEqual({
      total: 0,
      operations: [],
    });
  });
});
