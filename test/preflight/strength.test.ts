import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Invocation } from '../../lib/invocation.ts';
import { buildRequest } from '../../lib/request.ts';
import { sentBack } from '../answers.ts';
import { runScript as run } from '../observed-engine.ts';
import { operations, smallCatalogue } from '../small-catalogue.ts';

const ok = sentBack(200, [{ id: 1 }]);
const path = { operationId: 'getServiceTicketsById', inputs: { id: 1 } };
/** An error that could be sent all the same. */
const unknown = { operationId: 'getServiceTickets', inputs: { colour: 'red' } };
/** A warning: the input is given in the request of an operation that declares none. */
const misplaced = { operationId: 'postTimeSheetsByIdApprove', inputs: { id: 1 }, request: { id: 1 } };

describe('what stops a call', () => {
  test.each([
    ['an error', unknown, undefined, false],
    ['an error', unknown, 'strict', false],
    ['an error', unknown, 'only', false],
    ['an error', unknown, 'warn', true],
    ['a warning', misplaced, undefined, true],
    ['a warning', misplaced, 'strict', false],
    ['a warning', misplaced, 'warn', true],
  ] as const)('%s: %j with preflight %s is sent: %s', async (_, invocation, preflight, isSent) => {
    const { seen, result } = await run({ sent: [ok] }, { ...invocation, ...(preflight && { preflight }) });
    expect(seen.exchanges).toHaveLength(isSent ? 1 : 0);
    expect(result.succeeded).toBe(isSent);
    const findings = isSent ? result.warnings : result.failure?.findings;
    expect(findings).toHaveLength(1);
    if (isSent) expect(findings).toMatchObject([{ severity: 'warning' }]);
  });

  test('is all in the failure, errors and warnings', async () => {
    const { result } = await run({ sent: [ok] }, { ...misplaced, inputs: {} });
    expect(result.failure).toMatchObject({
      reason: 'invalid_inputs',
      findings: [
        { severity: 'error', reason: 'missing_input', path: 'inputs.id' },
        { severity: 'warning', reason: 'misplaced_member', path: 'request.id' },
      ],
    });
    expect(result.failure?.message).not.toContain('is an input of the operation');
  });

  test('is what cannot be built, even with warn', async () => {
    for (const invocation of [
      { operationId: 'getServiceTicketsById', inputs: {} },
      { operationId: 'getServiceTickets', inputs: { colour: ['red'] } },
      { operationId: 'getServiceTickets', request: {} },
      { operationId: 'postSystemDocuments', request: { file: 'aGk=' } },
    ]) {
      const { result, seen } = await run({ sent: [ok] }, { ...invocation, preflight: 'warn' });
      expect(seen.exchanges).toEqual([]);
      expect(result.failure?.findings, JSON.stringify(invocation)).toHaveLength(1);
      expect(result.failure?.message).toContain('was not sent. ');
    }
  });

  test('sends what warn lets through as it was given', async () => {
    const { seen } = await run({ sent: [ok] }, { ...unknown, preflight: 'warn' });
    expect(seen.exchanges).toMatchObject([{ request: { query: 'colour=red' } }]);
  });

  test('is always told: an error, or with strict a warning', () => {
    const anyInvocation = fc.record({
      inputs: fc.dictionary(
        fc.constantFrom('id', 'memberIdentifier', 'fields', 'force', 'managedInformation', '\ud800'),
        fc.anything(),
      ),
      request: fc.oneof(fc.constant(undefined), fc.jsonValue()),
      preflight: fc.constantFrom('warn', 'only', 'strict'),
    });
    const stopped = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(operations)), anyInvocation, (operation, given) => {
        const { operationId } = operation;
        const invocation: Invocation = { version: 1, connection: 'acme', operationId, ...given };
        const built = buildRequest(operation, invocation, smallCatalogue);
        if (built.valid) return;
        stopped.add(given.preflight);
        const strength = given.preflight === 'strict' ? /error|warning/ : /error/;
        expect(built.failure.findings.some(({ severity }) => strength.test(severity))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(stopped).toEqual(new Set(['warn', 'only', 'strict']));
  });
});

describe('a dry run', () => {
  test('answers the request as it would be sent', async () => {
    const request = [{ op: 'replace', path: 'summary', value: 'x' }];
    const { result, seen } = await run(
      { sent: [ok] },
      { operationId: 'patchServiceTicketsById', inputs: { id: 42 }, request, preflight: 'only' },
    );
    expect(seen.exchanges).toEqual([]);
    expect(result).toEqual({
      version: 1,
      id: 'id-1',
      connection: 'acme',
      operationId: 'patchServiceTicketsById',
      description: 'About patchServiceTicketsById',
      succeeded: true,
      response: {
        method: 'PATCH',
        path: '/service/tickets/42',
        query: '',
        headers: {
          accept: 'application/vnd.connectwise.com+json; version=2022.1, application/json',
          'content-type': 'application/json',
        },
        body: request,
      },
    });
  });

  test('needs no connection', async () => {
    const failure = { reason: 'unknown_connection', message: 'There is no connection.' };
    const connections = [{ found: false, failure, passing: false }] as const;
    const { result } = await run({ connections }, { ...path, preflight: 'only' });
    expect(result).toMatchObject({ succeeded: true, response: { path: '/service/tickets/1' } });
  });

  test('tells the size of a file, not its bytes', async () => {
    const request = { title: 'a', file: { fileName: 'a.txt', contentType: 'text/plain', base64: 'aGk=' } };
    const { result } = await run({}, { operationId: 'postSystemDocuments', request, preflight: 'only' });
    expect(result.response).toMatchObject({
      body: [
        { name: 'title', value: 'a' },
        { name: 'file', fileName: 'a.txt', contentType: 'text/plain', bytes: 2 },
      ],
    });
  });

  test('carries the warnings', async () => {
    const { result } = await run({}, { ...misplaced, preflight: 'only' });
    expect(result).toMatchObject({ succeeded: true, warnings: [{ reason: 'misplaced_member' }] });
  });
});
