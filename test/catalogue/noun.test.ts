import { describe, expect, test } from 'vitest';
import { nounOf, singularOf, splitWords, withArticle } from '../../lib/catalogue/noun.ts';

describe('nounOf', () => {
  test.each([
    ['company', ['companies'], 'company', 'companies'],
    ['company', ['companies', 'statuses'], 'company status', 'company statuses'],
    ['finance', ['taxCodes'], 'tax code', 'tax codes'],
    ['procurement', ['unitOfMeasures'], 'unit of measure', 'units of measure'],
    ['procurement', ['RMADispositions'], 'RMA disposition', 'RMA dispositions'],
    ['procurement', ['purchaseorders'], 'purchase order', 'purchase orders'],
    ['service', ['SLAs'], 'SLA', 'SLAs'],
    ['system', ['inOutBoards'], 'in/out board', 'in/out boards'],
    ['system', ['office365', 'emailSetups'], 'Office 365 email setup', 'Office 365 email setups'],
  ])('calls %s/%s a %s', (module, segments, singular, plural) => {
    expect(nounOf(module, segments)).toEqual({ singular, plural });
  });

  test('tells the same word apart by its module', () => {
    const entries = ['time', 'expense', 'schedule'].map((module) => nounOf(module, ['entries']).plural);
    expect(entries).toEqual(['time entries', 'expense entries', 'schedule entries']);
  });
});

test.each([
  ['statuses', 'status'],
  ['addresses', 'address'],
  ['taxes', 'tax'],
  ['entries', 'entry'],
  ['warehouses', 'warehouse'],
  ['status', 'status'],
  ['address', 'address'],
  ['sheets', 'sheet'],
])('the singular of %s is %s', (plural, singular) => {
  expect(singularOf(plural)).toBe(singular);
});

test.each([
  ['user-defined field', 'a user-defined field'],
  ['unit of measure', 'a unit of measure'],
  ['unposted invoice', 'an unposted invoice'],
  ['agreement', 'an agreement'],
  ['SLA', 'an SLA'],
  ['KPI', 'a KPI'],
  ['IMAP setup', 'an IMAP setup'],
  ['GL account', 'a GL account'],
  ['my account', 'my account'],
])('%s has the right article', (noun, withIt) => {
  expect(withArticle(noun)).toBe(withIt);
});

test('words are split at capitals', () => {
  expect(splitWords('knowledgeBaseArticles')).toEqual(['knowledge', 'base', 'articles']);
  expect(splitWords('RMADispositions')).toEqual(['rma', 'dispositions']);
});
