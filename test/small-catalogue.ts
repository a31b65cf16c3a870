import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Body, Input, Method, Operation, Schema, Success } from '../lib/catalogue/operation.ts';

/** A dozen operations made by hand, one of each kind, so that tests of the line need no compiled document. */
const anInteger = (name: string): Input => ({ name, in: 'path', type: 'integer' });
const aQuery = (name: string, type: Input['type'] = 'string'): Input => ({ name, in: 'query', type });
const listInputs = [
  aQuery('conditions'),
  aQuery('orderBy'),
  aQuery('page', 'integer'),
  aQuery('pageSize', 'integer'),
];
const none: Body = { kind: 'none' };
const json: Body = { kind: 'json', schema: {}, required: true };

const ticket: Schema = {
  type: 'object',
  properties: { id: { type: 'integer' }, summary: { type: 'string' }, externalXRef: { type: 'string' } },
};

interface Entry {
  readonly inputs?: readonly Input[];
  readonly body?: Body;
  readonly status?: number;
  readonly kind?: Success['kind'];
  readonly contentType?: string;
  readonly schema?: Schema;
}

function operation(operationId: string, method: Method, path: string, entry: Entry = {}): Operation {
  const { inputs = [], body = none, status = 200, kind = 'record', contentType, schema } = entry;
  return {
    id: `guid-of-${operationId}`,
    operationId,
    formerIds: [],
    method,
    path,
    module: path.split('/')[1] ?? '',
    description: `About ${operationId}`,
    inputs,
    body,
    success: { status, kind, ...(contentType !== undefined && { contentType }), ...(schema && { schema }) },
    version: '2022.1',
    mends: [],
  };
}

export const operations = {
  listTickets: operation('getServiceTickets', 'GET', '/service/tickets', {
    inputs: listInputs,
    kind: 'list',
    schema: { type: 'array', items: ticket },
  }),
  getTicket: operation('getServiceTicketsById', 'GET', '/service/tickets/{id}', {
    inputs: [anInteger('id'), aQuery('fields')],
  }),
  countTickets: operation('getServiceTicketsCount', 'GET', '/service/tickets/count', {
    inputs: [aQuery('conditions')],
    kind: 'count',
  }),
  createTicket: operation('postServiceTickets', 'POST', '/service/tickets', { body: json, status: 201 }),
  replaceTicket: operation('putServiceTicketsById', 'PUT', '/service/tickets/{id}', {
    inputs: [anInteger('id')],
    body: json,
  }),
  patchTicket: operation('patchServiceTicketsById', 'PATCH', '/service/tickets/{id}', {
    inputs: [anInteger('id')],
    body: json,
  }),
  deleteTicket: operation('deleteServiceTicketsById', 'DELETE', '/service/tickets/{id}', {
    inputs: [anInteger('id')],
    status: 204,
    kind: 'empty',
  }),
  searchTickets: operation('postServiceTicketsSearch', 'POST', '/service/tickets/search', {
    inputs: [aQuery('page', 'integer')],
    body: json,
    kind: 'list',
  }),
  getMember: operation('getSystemMembersByMemberIdentifier', 'GET', '/system/members/{memberIdentifier}', {
    inputs: [{ name: 'memberIdentifier', in: 'path', type: 'string' }],
  }),
  patchConfiguration: operation('patchCompanyConfigurationsById', 'PATCH', '/company/configurations/{id}', {
    inputs: [
      anInteger('id'),
      aQuery('managedInformation', 'object'),
      aQuery('force', 'boolean'),
      aQuery('rate', 'number'),
    ],
    body: json,
  }),
  approveSheet: operation('postTimeSheetsByIdApprove', 'POST', '/time/sheets/{id}/approve', {
    inputs: [anInteger('id')],
    body: { kind: 'undeclared' },
  }),
  uploadDocument: operation('postSystemDocuments', 'POST', '/system/documents', {
    body: { kind: 'multipart', schema: {}, required: true },
    status: 201,
  }),
  downloadDocument: operation('getSystemDocumentsByIdDownload', 'GET', '/system/documents/{id}/download', {
    inputs: [anInteger('id')],
    kind: 'binary',
  }),
  invoicePdf: operation('getFinanceInvoicesByIdPdf', 'GET', '/finance/invoices/{id}/pdf', {
    inputs: [anInteger('id')],
    kind: 'binary',
    contentType: 'application/pdf',
  }),
} as const;

const all: readonly Operation[] = Object.values(operations);

export const smallCatalogue: Catalogue = {
  version: '2022.1',
  size: all.length,
  find: (id) => all.find((it) => [it.id, it.operationId, `${it.method} ${it.path}`].includes(id)),
  nearest: (_, count) => all.slice(0, count).map((it) => it.operationId),
  all: () => all,
  schema: () => undefined,
};
