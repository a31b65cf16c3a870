import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Body, Input, Method, Operation, Schema, Success } from '../../lib/catalogue/operation.ts';

/** A dozen schemas and the operations on them, with what the simulator's rules are about: lengths, enums, children. */
const text: Schema = { type: 'string' };
const short = (maxLength: number): Schema => ({ type: 'string', maxLength });
const whole: Schema = { type: 'integer', format: 'int32' };
const flag: Schema = { type: 'boolean', nullable: true };
const instant: Schema = { type: 'string', format: 'date-time' };
const info: Schema = { type: 'object', additionalProperties: text };
const listOf = (name: string): Schema => ({ type: 'array', items: { $ref: name } });
const object = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});
const reference = (extra: Record<string, Schema> = {}): Schema =>
  object({ id: { ...whole, nullable: true }, ...extra, name: text, _info: info });

const schemas: Readonly<Record<string, Schema>> = {
  Ticket: object(
    {
      id: whole,
      summary: short(100),
      recordType: { type: 'string', enum: ['ServiceTicket', 'ProjectTicket'], nullable: true },
      board: { $ref: 'BoardReference' },
      company: { $ref: 'CompanyReference' },
      severity: { type: 'string', enum: ['Low', 'Medium', 'High'], nullable: true },
      requiredDate: instant,
      budgetHours: { type: 'number', nullable: true },
      closedFlag: flag,
      initialDescription: { ...text, description: 'Only available for POST, will not be returned.' },
      customFields: listOf('CustomFieldValue'),
      _info: info,
    },
    ['summary', 'company'],
  ),
  ServiceNote: object({ id: whole, text, _info: info }),
  Board: object({ id: whole, name: short(50), _info: info }, ['name']),
  BoardReference: reference(),
  Company: object({ id: whole, identifier: short(25), name: short(50), deletedFlag: flag, _info: info }, [
    'identifier',
    'name',
  ]),
  CompanyInfo: object({ id: whole, identifier: text, name: text, phone: text }),
  CompanyReference: reference({ identifier: text }),
  Contact: object(
    { id: whole, firstName: text, communicationItems: listOf('ContactCommunicationItem'), _info: info },
    ['firstName'],
  ),
  ContactCommunicationItem: object({
    id: whole,
    value: text,
    communicationType: { type: 'string', enum: ['Email', 'Fax', 'Phone'], nullable: true },
  }),
  CustomFieldValue: object({
    id: whole,
    caption: text,
    type: { type: 'string', enum: ['Text', 'Number', 'Checkbox', 'Date'], nullable: true },
    value: { type: 'object' },
  }),
  Count: object({ count: whole }),
  FilterValues: object({ conditions: text, orderBy: text, childconditions: text }),
  PatchOperation: object({ op: text, path: text, value: { type: 'object' } }),
  BulkResult: object({ payload: { type: 'array', items: {} } }),
  DocumentInfo: object({ id: whole, title: text, fileName: text, size: whole, _info: info }),
  DocumentFormData: object({ file: { type: 'string', format: 'binary' }, recordType: text, recordId: whole }),
  Info: object({ version: text, isCloud: flag }),
};

const none: Body = { kind: 'none' };
const json = (schema: Schema): Body => ({ kind: 'json', schema, required: true });

function operation(method: Method, path: string, success: Success, body: Body = none): Operation {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inputs = names.map(
    (name): Input => ({ name, in: 'path', type: name.endsWith('Identifier') ? 'string' : 'integer' }),
  );
  const id = `${method} ${path}`;
  return {
    id,
    operationId: id,
    formerIds: [],
    method,
    path,
    module: path.split('/')[1] ?? '',
    description: id,
    inputs,
    body,
    success,
    version: '2025.8',
    mends: [],
  };
}

const list = (name: string): Success => ({ status: 200, kind: 'list', schema: listOf(name) });
const record = (name: string, status = 200): Success => ({ status, kind: 'record', schema: { $ref: name } });
const count: Success = { status: 200, kind: 'count', schema: { $ref: 'Count' } };
const empty: Success = { status: 204, kind: 'empty' };
const bulk: Success = { status: 207, kind: 'multi', schema: { $ref: 'BulkResult' } };

/** The usual seven operations of a collection. */
function crud(path: string, name: string): Operation[] {
  return [
    operation('GET', path, list(name)),
    operation('POST', path, record(name, 201), json({ $ref: name })),
    operation('GET', `${path}/count`, count),
    operation('GET', `${path}/{id}`, record(name)),
    operation('PUT', `${path}/{id}`, record(name), json({ $ref: name })),
    operation('PATCH', `${path}/{id}`, record(name), json(listOf('PatchOperation'))),
    operation('DELETE', `${path}/{id}`, empty),
  ];
}

const operations: readonly Operation[] = [
  ...crud('/service/tickets', 'Ticket'),
  ...crud('/service/tickets/{parentId}/notes', 'ServiceNote'),
  ...crud('/service/boards', 'Board'),
  ...crud('/company/companies', 'Company'),
  ...crud('/company/contacts', 'Contact'),
  operation('GET', '/company/companies/{id}/info', record('CompanyInfo')),
  operation('GET', '/company/companies/info', list('CompanyInfo')),
  operation('POST', '/service/tickets/search', list('Ticket'), json({ $ref: 'FilterValues' })),
  operation('POST', '/service/boards/bulk', bulk, json(listOf('Board'))),
  operation('POST', '/service/boards/types{id}/copy', record('Board')),
  operation('GET', '/system/info', record('Info')),
  operation('GET', '/system/documents', list('DocumentInfo')),
  operation('POST', '/system/documents', record('DocumentInfo', 201), {
    kind: 'multipart',
    schema: { $ref: 'DocumentFormData' },
    required: true,
  }),
  operation('GET', '/system/documents/{id}/download', { status: 200, kind: 'binary' }),
  operation('GET', '/company/contacts/{id}/image', { status: 200, kind: 'binary' }),
  operation('GET', '/finance/invoices/{id}/pdf', {
    status: 200,
    kind: 'binary',
    contentType: 'application/pdf',
  }),
];

export const handMadeCatalogue: Catalogue = {
  version: '2025.8',
  size: operations.length,
  find: (id) => operations.find((one) => one.id === id),
  nearest: () => [],
  all: () => operations,
  schema: (name) => schemas[name],
};
