import { beforeAll, describe, expect, test } from 'vitest';
import { searchQuestions } from '../../cli/search-questions.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { searchOperations } from '../../lib/catalogue/search.ts';
import { defaultCatalogue } from './default-catalogue.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

const firstThree = (search: string) =>
  searchOperations(catalogue, { search, limit: 3, offset: 0 }).operations.map(
    ({ method, path }) => `${method} ${path}`,
  );

test.each(searchQuestions)('%s brings %s within the first three', (question, wanted) => {
  expect(firstThree(question)).toContain(wanted);
});

describe('the questions', () => {
  test('are sixty, each of its own', () => {
    expect(new Set(searchQuestions.map(([question]) => question)).size).toBe(60);
  });

  test('are about every module', () => {
    const asked = new Set(searchQuestions.map(([, wanted]) => catalogue.find(wanted)?.module));
    expect(asked).toEqual(new Set(catalogue.all().map(({ module }) => module)));
  });
});

describe('a question', () => {
  test.each([
    ['ticket 42', 'GET /service/tickets/{id}'],
    ['get member by its id', 'GET /system/members/{id}'],
    ['number of companies', 'GET /company/companies/count'],
    ['tickets assigned to me', 'GET /service/tickets'],
  ])('%s brings %s within the first three', (question, wanted) => {
    expect(firstThree(question)).toContain(wanted);
  });

  test('does not fail by a word that is nowhere', () => {
    expect(firstThree('qqqqqqqq invoice pdf')).toEqual(firstThree('invoice pdf'));
  });

  test('goes on with what has some of its words where few have all', () => {
    const [first, second] = firstThree('download the pdf of an invoice');
    expect(first).toBe('GET /finance/invoices/{id}/pdf');
    expect(second).toBeDefined();
  });
});
