import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { deriveOperations, type Undescribed } from '../../lib/catalogue/derivation.ts';
import { describeOperations } from '../../lib/catalogue/description.ts';
import { readDocument } from '../../lib/catalogue/document.ts';
import { mend } from '../../lib/catalogue/mending.ts';
import type { Operation } from '../../lib/catalogue/operation.ts';
import { defaultCatalogue } from './default-catalogue.ts';
import { smallDocument } from './small-document.ts';
import { hasVendorDocuments, vendorDocument } from './vendor-documents.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

test.each([
  ['GET /company/companies', 'List companies'],
  ['GET /company/companies/{id}', 'Get a company'],
  ['POST /service/tickets', 'Create a ticket'],
  ['PUT /service/tickets/{id}', 'Replace a ticket'],
  ['PATCH /service/tickets/{id}', 'Update a ticket'],
  ['DELETE /service/tickets/{id}', 'Delete a ticket'],
  ['GET /service/tickets/count', 'Count tickets'],
  ['POST /service/tickets/search', 'Search tickets'],
  ['GET /company/companies/{parentId}/notes', 'List the notes of a company'],
  ['POST /company/companies/{parentId}/notes', 'Add a note to a company'],
  ['GET /company/companies/{parentId}/notes/count', 'Count the notes of a company'],
  ['GET /company/addressFormats/{id}/info', 'Get the summary of an address format'],
  ['GET /company/addressFormats/info', 'List address format summaries'],
  ['GET /company/addressFormats/info/count', 'Count address format summaries'],
  ['GET /service/sources/{id}/usages', 'Show where a ticket source is used'],
  ['GET /service/sources/{id}/usages/list', 'List the records that use a ticket source'],
  ['GET /system/info/members', 'List members in brief'],
  ['GET /system/members/{memberIdentifier}', 'Get a member by identifier'],
  ['POST /time/sheets/{id}/approve', 'Approve a time sheet'],
  ['POST /service/boards/copy', 'Copy a service board'],
  ['GET /finance/invoices/{id}/pdf', 'Download the PDF of an invoice'],
  ['POST /sales/opportunities/{id}/convertToSalesOrder', 'Convert an opportunity into a sales order'],
  ['POST /company/configurations/bulk', 'Create configurations in bulk'],
  [
    'DELETE /procurement/purchaseorders/{parentId}/lineitems/bulk',
    'Delete the line items of a purchase order in bulk',
  ],
  ['GET /system/workflows/{grandparentId}/events/{parentId}/actions', 'List the actions of a workflow event'],
  ['GET /system/myAccount/{parentId}/skills', 'List the skills of my account'],
])('%s is: %s', (id, description) => {
  expect(catalogue.find(id)?.description).toBe(description);
});

/** Product names keep their capitals. */
const products = /AuthAnvil/g;

function expectReadable(operations: readonly Operation[]): void {
  for (const { description } of operations) {
    expect(description.length).toBeLessThanOrEqual(90);
    expect(description).toMatch(/^[A-Z][a-z]+ \S/);
    expect(description.replace(products, 'Product')).not.toMatch(/[a-z][A-Z]|\s\s|[{}_]|\s$/);
    expect(description).not.toMatch(/\ba [aeio]|\bundefined\b|sss|\b(\w+) \1\b/);
  }
}

const repeated = (operations: readonly Operation[]) =>
  [...Map.groupBy(operations, ({ description }) => description)]
    .filter(([, twins]) => twins.length > 1)
    .map(([text]) => text);

describe('every description', () => {
  test('of the default catalogue reads well', () => {
    expectReadable(catalogue.all());
  });

  test('of the default catalogue is like no other', () => {
    expect(repeated(catalogue.all())).toEqual([]);
  });

  test.skipIf(!hasVendorDocuments).each(['manage-2022.1', 'manage-2025.8', 'manage-2026.4-get-subset'])(
    'of %s reads well and is like no other (needs ../shared/openapi)',
    (name) => {
      const operations = describeOperations(deriveOperations(mend(readDocument(vendorDocument(name)))));
      expectReadable(operations);
      expect(repeated(operations)).toEqual([]);
    },
  );
});

describe('equal descriptions', () => {
  const [list] = deriveOperations(mend(smallDocument()));
  const described = (...paths: readonly string[]) => {
    if (!list) throw new Error('The small document is empty.');
    const operations: readonly Undescribed[] = paths.map((path) => ({
      ...list,
      path,
      module: path.split('/')[1] ?? '',
    }));
    return describeOperations(operations).map(({ description }) => description);
  };

  test('are told apart by their module', () => {
    expect(described('/toys/widgets', '/tools/widgets')).toEqual([
      'List widgets (toys)',
      'List widgets (tools)',
    ]);
  });

  test('are told apart by their path within a module', () => {
    expect(described('/toys/makers/kinds', '/toys/maker/kinds')).toEqual([
      'List maker kinds (makers kinds)',
      'List maker kinds (maker kinds)',
    ]);
  });
});
