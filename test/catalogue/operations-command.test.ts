import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { foundText, sampleText } from '../../cli/operation-text.ts';
import { searchQuestions } from '../../cli/search-questions.ts';
import { ranksText } from '../../cli/search-ranks.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { sample } from '../../lib/catalogue/sample.ts';
import { searchOperations } from '../../lib/catalogue/search.ts';
import { defaultCatalogue } from './default-catalogue.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

const shown = (id: string) => {
  const operation = catalogue.find(id);
  if (!operation) throw new Error(`There is no ${id}.`);
  return sampleText(sample(operation, catalogue));
};

describe('a shown operation', () => {
  test('says what it does, what it needs and what comes back', () => {
    const text = shown('GET /service/tickets/{parentId}/notes/{id}');
    expect(text).toMatch(
      /^Get a note of a ticket\n {2}GET \/service\/tickets\/\{parentId\}\/notes\/\{id\}\n/,
    );
    expect(text).toMatch(/^ {2}parentId +integer +yes +The id of a ticket$/m);
    expect(text).toMatch(/^ {2}orderBy +string +no +What to sort by, such as: lastUpdated desc$/m);
    expect(text).toMatch(/^ {2}200, one ServiceNote$/m);
    expect(text).toMatch(/^ {4}contact +ContactReference \{ id, name, _info \}$/m);
  });

  test('has an example that is JSON and an invocation', () => {
    const [, json = ''] = /\nExample\n([\s\S]+?)\n\n/.exec(shown('postServiceTickets')) ?? [];
    const operation = catalogue.find('postServiceTickets');
    expect(JSON.parse(json)).toEqual({
      version: 1,
      connection: 'acme',
      ...(operation && sample(operation, catalogue).example),
    });
  });

  test.each([
    ['deleteServiceTicketsById', '204, nothing'],
    ['getFinanceInvoicesByIdPdf', '200, a file (application/pdf)'],
    ['getServiceTicketsCount', '200, how many there are: Count'],
    ['getServiceTickets', 'more: --json has them all'],
    ['postCompanyConfigurationsBulk', '207, how each part went'],
    ['deleteSalesOpportunitiesByParentIdForecast', '! This deletes a whole collection'],
    [
      'postTimeEntries',
      'one TimeEntry\n  name                        needed  type\n  timeStart                   yes     date-time\n',
    ],
    ['patchServiceTicketsById', 'a list of PatchOperation'],
    ['GET /system/audittrail', 'What kind of record is meant. One of None, Ticket, Contact'],
  ])('%s tells: %s', (id, text) => {
    expect(shown(id)).toContain(text);
  });

  test('is readable for every operation', () => {
    for (const operation of catalogue.all()) {
      const text = sampleText(sample(operation, catalogue));
      expect(text, operation.operationId).not.toMatch(/undefined|\[object|NaN| $/m);
      expect(text.split('\n').length, operation.operationId).toBeLessThan(180);
    }
  });
});

describe('found operations', () => {
  const found = (search: string) => foundText(searchOperations(catalogue, { search, limit: 2, offset: 0 }));

  test('are a line each, with how many are left', () => {
    const [first, second, left, ...rest] = found('time entry').split('\n');
    expect(first).toMatch(/^GET \/time\/entries +getTimeEntries +List time entries$/);
    expect(second).toMatch(/^POST \/time\/entries +postTimeEntries +Create a time entry$/);
    expect(left).toMatch(/^\d+ more: --limit \d+ shows all\.$/);
    expect(rest).toEqual([]);
  });

  test('are none, in words', () => {
    expect(found('qqqqqqqq')).toBe('Nothing is found. Try other words, or fewer.');
  });
});

test('the ranks are a line a question and the count of those within the first three', () => {
  const lines = ranksText(catalogue).split('\n');
  expect(lines).toHaveLength(searchQuestions.length + 2);
  expect(lines.at(-1)).toMatch(/^60 of 60 within the first three \(2022\.1\)$/);
});

const command = fileURLToPath(new URL('../../cli/operations.ts', import.meta.url));

test.each([
  ['nothing', [], 'Usage: npm run operations'],
  ['an unknown command', ['find', 'tickets'], "There is no command 'find'. Usage:"],
  ['an unknown id', ['show', 'getServiceTikets'], 'The nearest are getServiceTickets'],
  [
    'a limit that is none',
    ['search', 'tickets', '--limit', '0'],
    '--limit must be a number from 1 to 99999.',
  ],
  ['an unknown option', ['search', '--force'], "Unknown option '--force'"],
])('npm run operations refuses %s in a sentence', (_, given, sentence) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [command, ...given], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
