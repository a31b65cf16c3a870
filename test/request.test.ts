import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../lib/catalogue/operation.ts';
import type { Invocation } from '../lib/invocation.ts';
import { buildRequest, type ManageRequest, writes } from '../lib/request.ts';
import { operations, smallCatalogue } from './small-catalogue.ts';

type Given = Pick<Invocation, 'inputs' | 'request' | 'preflight'>;

const build = (operation: Operation, given: Given = {}) =>
  buildRequest(
    operation,
    { version: 1, connection: 'acme', operationId: operation.operationId, ...given },
    smallCatalogue,
  );

function requestOf(operation: Operation, given?: Given): Partial<ManageRequest> {
  const built = build(operation, given);
  return built.valid ? built.request : { path: built.failure.message };
}

function failureOf(operation: Operation, given?: Given): string {
  const built = build(operation, given);
  return built.valid ? 'none' : `${built.failure.reason}: ${built.failure.message}`;
}

describe('inputs', () => {
  test('go into the query, encoded', () => {
    const inputs = { conditions: "summary = 'a&b' and id > 1", pageSize: 1000 };
    expect(requestOf(operations.listTickets, { inputs })).toEqual({
      method: 'GET',
      path: '/service/tickets',
      query: "conditions=summary%20%3D%20'a%26b'%20and%20id%20%3E%201&pageSize=1000",
      body: { kind: 'none' },
      version: '2022.1',
      wantsBytes: false,
      isPage: true,
      writes: false,
    });
  });

  test.each([
    ['a hundred rows', 'listTickets', { pageSize: '100' }, true],
    ['few rows', 'listTickets', { pageSize: 99 }, undefined],
    ['rows without a number', 'listTickets', {}, undefined],
    ['a record', 'getTicket', { id: 42 }, undefined],
  ] as const)('tell whether %s are asked for as a page', (_, name, inputs, isPage) => {
    expect(requestOf(operations[name], { inputs }).isPage).toBe(isPage);
  });

  test('go into the path', () => {
    expect(requestOf(operations.getTicket, { inputs: { id: 42 } })).toMatchObject({
      path: '/service/tickets/42',
      query: '',
    });
  });

  test('are left out where they are null', () => {
    const inputs = { conditions: null, orderBy: 'id' };
    expect(requestOf(operations.listTickets, { inputs }).query).toBe('orderBy=id');
  });

  test('that are objects become dotted names', () => {
    const inputs = { id: 1, managedInformation: { type: 'a b', id: 5, active: true } };
    expect(requestOf(operations.patchConfiguration, { inputs, request: [] }).query).toBe(
      'managedInformation.type=a%20b&managedInformation.id=5&managedInformation.active=true',
    );
  });

  test.each([
    ['id', '42', 'path', '/company/configurations/42'],
    ['id', -1, 'path', '/company/configurations/-1'],
    ['force', true, 'query', 'force=true'],
    ['force', 'False', 'query', 'force=false'],
    ['rate', 1.5, 'query', 'rate=1.5'],
    ['rate', '-2', 'query', 'rate=-2'],
  ] as const)('%s takes %j', (name, value, place, text) => {
    const inputs = { id: 1, [name]: value };
    expect(requestOf(operations.patchConfiguration, { inputs, request: [] })[place]).toBe(text);
  });

  test.each([
    ['id', 1.5, 'a whole number'],
    ['id', 'abc', 'a whole number'],
    ['id', true, 'a whole number'],
    ['id', 1e21, 'a whole number'],
    ['id', [1], 'a whole number'],
    ['force', 1, 'true or false'],
    ['rate', '1,5', 'a number'],
    ['managedInformation', 'x', 'an object of strings, numbers and booleans'],
    ['managedInformation', ['x'], 'an object of strings, numbers and booleans'],
    ['managedInformation', { a: { b: 1 } }, 'an object of strings, numbers and booleans'],
    ['managedInformation', { a: '\ud800' }, 'an object of strings, numbers and booleans'],
    ['managedInformation', { '\udc00': 1 }, 'an object of strings, numbers and booleans'],
  ])('%s refuses %j', (name, value, expected) => {
    const inputs = { id: 1, [name]: value };
    expect(failureOf(operations.patchConfiguration, { inputs, request: [] })).toBe(
      `invalid_inputs: patchCompanyConfigurationsById was not sent. Input '${name}' must be ${expected}.`,
    );
  });

  test('are refused all at once', () => {
    const message = failureOf(operations.getTicket, { inputs: { field: 'id', return: 'text' } });
    expect(message).toBe(
      "invalid_inputs: getServiceTicketsById was not sent. There is no input 'field' (did you mean 'fields'?). " +
        `Input 'return' takes "binary" only. Input 'id' (integer, in the path) is missing.`,
    );
  });

  test('cannot climb out of the path', () => {
    const inputs = { memberIdentifier: '../../company/companies/1' };
    expect(failureOf(operations.getMember, { inputs })).toContain("Input 'memberIdentifier' does not fit");
  });

  test('may ask for bytes', () => {
    const request = requestOf(operations.getTicket, { inputs: { id: 1, return: 'binary' } });
    expect(request).toMatchObject({ wantsBytes: true, query: '' });
  });

  test('that are unknown make a short message, however many they are', () => {
    const inputs = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`x${index}y`.repeat(99), 1]),
    );
    expect(failureOf(operations.listTickets, { inputs }).length).toBeLessThan(3_000);
  });

  test('of any kind never throw, and come back from the query', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything()),
        fc.string({ unit: 'binary' }),
        (others, conditions) => {
          build(operations.patchConfiguration, { inputs: { ...others, managedInformation: others } });
          const built = build(operations.listTickets, { inputs: { conditions }, preflight: 'warn' });
          expect(built.valid).toBe(conditions.isWellFormed());
          if (built.valid)
            expect(new URLSearchParams(built.request.query).get('conditions')).toBe(conditions);
        },
      ),
    );
  });
});

describe('the body', () => {
  test('is the request as JSON', () => {
    const request = [{ op: 'replace', path: 'summary', value: 'x' }];
    expect(requestOf(operations.patchTicket, { inputs: { id: 1 }, request }).body).toEqual({
      kind: 'json',
      text: JSON.stringify(request),
    });
  });

  test.each([undefined, null])('is missed where it is %j', (request) => {
    expect(failureOf(operations.createTicket, { request })).toBe(
      "invalid_request: postServiceTickets was not sent. 'request' is missing: POST /service/tickets needs a body.",
    );
  });

  test.each([operations.listTickets, operations.countTickets])(
    'does not belong to $operationId',
    (operation) => {
      expect(failureOf(operation, { request: {} })).toContain("'request' does not belong here");
    },
  );

  test('may be absent where none is declared', () => {
    expect(requestOf(operations.approveSheet, { inputs: { id: 1 } }).body).toEqual({ kind: 'none' });
  });

  test('may be present where none is declared', () => {
    const body = requestOf(operations.approveSheet, { inputs: { id: 1 }, request: { note: 'ok' } }).body;
    expect(body).toEqual({ kind: 'json', text: '{"note":"ok"}' });
  });

  test('is a form where an undeclared one holds a file', () => {
    const request = { file: { fileName: 'a.png', base64: 'aGk=' } };
    expect(requestOf(operations.approveSheet, { inputs: { id: 1 }, request }).body).toMatchObject({
      kind: 'form',
    });
  });

  test('is a form where the operation uploads', () => {
    const request = { recordType: 'Ticket', recordId: 1, file: { fileName: 'a.png', base64: 'aGk=' } };
    expect(requestOf(operations.uploadDocument, { request }).body).toMatchObject({ kind: 'form' });
  });

  test('is refused where its form cannot be read', () => {
    expect(failureOf(operations.uploadDocument, { request: { file: 'aGk=' } })).toContain(
      "invalid_request: postSystemDocuments was not sent. 'request.file' must be",
    );
  });
});

test.each([
  operations.createTicket,
  operations.replaceTicket,
  operations.patchTicket,
  operations.deleteTicket,
  operations.approveSheet,
  {
    ...operations.deleteTicket,
    operationId: 'a delete that ends like a search',
    path: '/service/tickets/search',
  },
])('$operationId writes', (operation) => {
  expect(writes(operation)).toBe(true);
});

test.each([operations.listTickets, operations.countTickets, operations.searchTickets, operations.getTicket])(
  '$operationId reads',
  (operation) => {
    expect(writes(operation)).toBe(false);
  },
);
