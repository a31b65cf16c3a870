import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { readDocument } from '../../lib/catalogue/document.ts';
import { parentOf } from '../../lib/resolution/parent.ts';
import { createSources } from '../../lib/resolution/source.ts';
import { catalogueOf, defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { hasVendorDocuments, vendorDocument } from '../catalogue/vendor-documents.ts';
import { type ReferenceMember, referenceMembers } from './reference-members.ts';

interface Coverage {
  readonly all: number;
  readonly covered: number;
  /** The references for whose names there is no list. */
  readonly withoutList: readonly string[];
  /** The members whose list lies within a record that nothing names. */
  readonly withoutParent: readonly string[];
}

function coverageOf(catalogue: Catalogue): Coverage {
  const sources = createSources(catalogue);
  const members = referenceMembers(catalogue);
  const lists = (it: ReferenceMember) => sources(it.reference);
  const isLost = (it: ReferenceMember) => {
    const within = lists(it)?.within;
    return within !== undefined && !parentOf(within, it, sources);
  };
  const listed = members.filter(lists);
  const lost = listed.filter(isLost);
  return {
    all: members.length,
    covered: listed.length - lost.length,
    withoutList: unique(members.filter((it) => !lists(it)).map(({ reference }) => reference)),
    withoutParent: unique(
      lost.map(({ operation, member }) => `${operation.method} ${operation.path} ${member}`),
    ),
  };
}

const unique = (texts: readonly string[]) => [...new Set(texts)].sort();

describe('of the references in requests of 2022.1', () => {
  let coverage: Coverage;
  beforeAll(() => {
    coverage = coverageOf(defaultCatalogue());
  });

  test('more than nine in ten can be given by name', () => {
    console.log(`${coverage.covered} of ${coverage.all} members can be given by name.`);
    expect(coverage.all).toBeGreaterThan(2_500);
    expect(coverage.covered / coverage.all).toBeGreaterThan(0.93);
  });

  test('these have no list that shows their names', () => {
    expect(coverage.withoutList).toEqual(
      [
        // The document has no list of such records.
        'AutomateScript BillingSetup Document EmailTemplate GenericBoardTeam GenericIdIdentifier InvoiceGrouping MappedRecord',
        'MenuLocation OpportunityPriority ScheduleSpan SicCode',
        // Their records have no member that names them.
        'EmailConnector EmailConnectorParsingStyle ExpenseReport IntegratorLogin OpportunityProbability OrderStatusEmailTemplate',
        'ProductItem PurchaseOrderStatusEmailTemplate RmaStatusEmailTemplate ServiceEmailTemplate TimeAccrual TimeSheet',
        // Which list is theirs is not certain enough.
        'InvoiceTemplateDetail ManagementSolution NoteType ProjectRole SalesOrder Structure SystemMenuEntry TimeZone',
      ]
        .flatMap((names) => names.split(' '))
        .map((name) => `${name}Reference`)
        .sort(),
    );
  });

  test('these lie within a record that the request does not tell', () => {
    expect(coverage.withoutParent).toEqual([
      'PATCH /company/companies/{id} billingSite',
      'PATCH /finance/invoices/{id} billingSite',
      'PATCH /finance/invoices/{id} shippingSite',
      'PATCH /time/ticketstopwatches/{id} serviceStatus',
      'POST /company/companies billingSite',
      'POST /company/companies site',
      'POST /finance/invoices billingSite',
      'POST /finance/invoices shippingSite',
      'POST /service/boards autoCloseStatus',
      'POST /service/boards emailConnectorReopenStatus',
      'POST /service/tickets/{parentId}/merge status',
      'POST /time/ticketstopwatches serviceStatus',
      'PUT /company/companies/{id} billingSite',
      'PUT /finance/invoices/{id} billingSite',
      'PUT /finance/invoices/{id} shippingSite',
      'PUT /time/ticketstopwatches/{id} serviceStatus',
    ]);
  });
});

describe.skipIf(!hasVendorDocuments)('of the references in requests of 2025.8', () => {
  test('as many can be given by name', () => {
    const { all, covered } = coverageOf(catalogueOf(readDocument(vendorDocument('manage-2025.8'))));
    console.log(`${covered} of ${all} members can be given by name.`);
    expect(covered / all).toBeGreaterThan(0.9);
  });
});
