import type { Operation, Schema } from '../../lib/catalogue/operation.ts';
import type { Finding } from '../../lib/preflight/finding.ts';
import { preflight } from '../../lib/preflight/preflight.ts';
import { operations } from '../small-catalogue.ts';

/** A ticket with one member of each kind. */
const schemas: Readonly<Record<string, Schema>> = {
  Ticket: {
    type: 'object',
    required: ['summary', 'board'],
    properties: {
      id: { type: 'integer', format: 'int32', nullable: true },
      summary: { type: 'string', maxLength: 10 },
      board: { $ref: 'BoardReference' },
      closedFlag: { type: 'boolean' },
      budgetHours: { type: 'number', format: 'double', nullable: true },
      severity: { type: 'string', enum: ['Low', 'Medium', 'High'] },
      requiredDate: { type: 'string', format: 'date-time' },
      birthday: { type: 'string', format: 'date' },
      guid: { type: 'string', format: 'uuid' },
      items: { type: 'array', items: { $ref: 'Item' } },
      tags: { type: 'array', items: { type: 'string' } },
      _info: { type: 'object', additionalProperties: { type: 'string' } },
      anything: {},
      missingSchema: { $ref: 'Nowhere' },
    },
  },
  BoardReference: {
    type: 'object',
    required: ['name'],
    properties: { id: { type: 'integer', format: 'int32' }, name: { type: 'string' } },
  },
  Item: { type: 'object', required: ['value'], properties: { value: { type: 'string' } } },
  Form: { type: 'object', properties: { recordId: { type: 'integer' }, title: { type: 'string' } } },
  Tree: { type: 'object', properties: { child: { $ref: 'Tree' } } },
};

const ticket: Schema = { $ref: 'Ticket' };

export const createTicket: Operation = {
  ...operations.createTicket,
  inputs: [{ name: 'managedIdentifier', in: 'query', type: 'string' }],
  body: { kind: 'json', schema: ticket, required: true },
};

export const patchTicket: Operation = {
  ...operations.patchTicket,
  body: { kind: 'json', schema: { type: 'array', items: { $ref: 'PatchOperation' } }, required: true },
  success: { ...operations.patchTicket.success, schema: ticket },
};

export const upload: Operation = {
  ...operations.uploadDocument,
  body: { kind: 'multipart', schema: { $ref: 'Form' }, required: true },
};

export const plantTree: Operation = {
  ...operations.createTicket,
  body: { kind: 'json', schema: { $ref: 'Tree' }, required: true },
};

export const findingsOf = (
  operation: Operation,
  call: { readonly inputs?: Record<string, unknown>; readonly request?: unknown },
): readonly Finding[] =>
  preflight(operation, { inputs: {}, request: undefined, ...call }, (name) => schemas[name]);

/** As `error wrong_type request.id`: short enough for a table. */
export const inShort = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ severity, reason, path }) => `${severity} ${reason} ${path}`);
