import { describe, expect, test } from 'vitest';
import type { Sent } from '../lib/response.ts';
import { answer, cannotRoute, noEndpoint, notFound, sentBack, tooMany, unauthorized } from './answers.ts';
import { acme, observedEngine, runScript as run, siteOf } from './observed-engine.ts';

const ok = sentBack(200, [{ id: 1 }]);
const refused: Sent = { kind: 'refused', code: 'ENOTFOUND' };
const timedOut: Sent = { kind: 'timed_out', afterMs: 20_000 };
const cut: Sent = { kind: 'incomplete', code: 'ECONNRESET' };
const read = { operationId: 'getServiceTickets' };
const write = { operationId: 'postServiceTickets', request: { summary: 'x' } };
const secretOf = (password: string) => ({ found: true, connection: { ...acme, password } }) as const;

describe('a call that succeeds', () => {
  test('gives its answer under the id, connection and operation', async () => {
    const { outcome } = await run({ sent: [ok] }, { operationId: 'GET /service/tickets' });
    expect(outcome).toEqual({
      kind: 'result',
      result: {
        version: 1,
        id: 'id-1',
        connection: 'acme',
        operationId: 'getServiceTickets',
        description: 'About getServiceTickets',
        succeeded: true,
        responseCode: '200',
        response: [{ id: 1 }],
      },
    });
  });

  test('is sent once, to the site, within the attempt', async () => {
    const { seen } = await run({ sent: [ok] });
    expect(seen.exchanges).toMatchObject([
      { baseUrl: 'https://api-na.myconnectwise.net/v2026_1/apis/3.0', budgetMs: 20_000 },
    ]);
  });

  test('has no longer than the deadline', async () => {
    const { seen } = await run({ sent: [ok] }, read, 5_000);
    expect(seen.exchanges).toMatchObject([{ budgetMs: 5_000 }]);
  });
});

describe('what is wrong before anything is sent', () => {
  test.each([
    [
      { operationId: 'getTickets' },
      'unknown_operation',
      'The nearest are getServiceTickets, getServiceTicketsById, getServiceTicketsCount.',
    ],
    [{ inputs: { colour: 'red' } }, 'invalid_inputs', "There is no input 'colour'."],
    [{ request: {} }, 'invalid_request', "'request' does not belong here"],
  ])('%j is answered', async (invocation, reason, sentence) => {
    const { outcome, seen } = await run({ sent: [ok] }, invocation);
    expect(outcome).toMatchObject({
      kind: 'result',
      result: { succeeded: false, failure: { reason, retried: 0 } },
    });
    expect(outcome.result.failure?.message).toContain(sentence);
    expect(seen.exchanges).toEqual([]);
  });

  test('is told as well where it is only taken in, without a connection', async () => {
    const { engine } = observedEngine({ sent: [ok] });
    const invocation = { version: 1, connection: 'acme', operationId: 'getServiceTickets' } as const;
    expect(await engine.take('id-1', invocation, 'call-1')).toMatchObject({ kind: 'taken' });
    expect(await engine.take('id-1', { ...invocation, request: {} }, 'call-2')).toMatchObject({
      kind: 'refused',
      result: { failure: { reason: 'invalid_request' } },
    });
  });

  test('an HTTP failure asked for as a result is no other failure', async () => {
    const { result } = await run({ sent: [ok] }, { operationId: 'x', returnHttpFailureResponses: true });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'unknown_operation' } });
  });

  test.each([
    [false, 'result'],
    [true, 'wait'],
  ])('a connection that fails (passing: %s) ends as a %s', async (passing, kind) => {
    const failure = { reason: 'secret_unavailable', message: 'Not now.' };
    const { outcome, seen } = await run({ sent: [ok], connections: [{ found: false, failure, passing }] });
    expect(outcome).toMatchObject({ kind, result: { succeeded: false, failure } });
    expect(seen.exchanges).toEqual([]);
  });
});

describe('a 401', () => {
  const rotated = [secretOf('old'), secretOf('new')];

  test.each([read, write])('re-reads the secret and tries once more: $operationId', async (invocation) => {
    const { result, seen } = await run(
      { sent: [sentBack(401, unauthorized), ok], connections: rotated },
      invocation,
    );
    expect(result.succeeded).toBe(true);
    expect(seen.exchanges.map(({ password }) => password)).toEqual(['old', 'new']);
  });

  test('is answered where the new key is refused as well', async () => {
    const { result, seen } = await run({ sent: [sentBack(401, unauthorized)], connections: rotated });
    expect(result).toMatchObject({ responseCode: '401', failure: { reason: 'unauthorized', retried: 1 } });
    expect(seen).toMatchObject({ renewedSecrets: 1, exchanges: [{}, {}] });
  });

  test('is answered at once where the key is the same', async () => {
    const { result, seen } = await run({ sent: [sentBack(401, unauthorized)] });
    expect(result).toMatchObject({ responseCode: '401', response: unauthorized, failure: { retried: 0 } });
    expect(seen).toMatchObject({ renewedSecrets: 1, exchanges: [{}] });
  });

  test('is answered where the secret cannot be read again', async () => {
    const failure = { reason: 'secret_unavailable', message: 'Not now.' };
    const { result } = await run({
      sent: [sentBack(401)],
      connections: [secretOf('old'), { found: false, failure, passing: true }],
    });
    expect(result).toMatchObject({ responseCode: '401', failure: { reason: 'unauthorized' } });
  });
});

describe('a lost route', () => {
  const rolled = [siteOf('v2026_1'), siteOf('v2026_2')];

  test.each([
    ['404 of a read', read, sentBack(404, noEndpoint)],
    ['400 "Cannot route" of a read', read, sentBack(400, cannotRoute)],
    ['404 of a write', write, sentBack(404, '<html></html>')],
  ])('(%s) asks for the codebase and tries once more', async (_, invocation, lost) => {
    const { result, seen } = await run({ sent: [lost, ok], sites: rolled }, invocation);
    expect(result.succeeded).toBe(true);
    expect(seen.exchanges.map(({ baseUrl }) => baseUrl.split('/')[3])).toEqual(['v2026_1', 'v2026_2']);
  });

  test('is answered where the codebase did not move', async () => {
    const { result, seen } = await run({ sent: [sentBack(404, noEndpoint)] });
    expect(result).toMatchObject({ responseCode: '404', failure: { reason: 'not_found', retried: 0 } });
    expect(seen).toMatchObject({ renewedSites: 1, exchanges: [{}] });
  });

  test('is asked for once only', async () => {
    const { seen } = await run({ sent: [sentBack(404, noEndpoint)], sites: [...rolled, siteOf('v2026_3')] });
    expect(seen).toMatchObject({ renewedSites: 1, exchanges: [{}, {}] });
  });

  test('is not meant by a missing record', async () => {
    const { result, seen } = await run({ sent: [sentBack(404, notFound)] });
    expect(result).toMatchObject({ responseCode: '404', response: notFound });
    expect(seen.renewedSites).toBe(0);
  });
});

describe('a failure of ConnectWise', () => {
  test.each([read, write])('with 429 waits, and is not sent again: $operationId', async (invocation) => {
    const limited = sentBack(429, tooMany, { 'retry-after': '60' });
    const { outcome, seen } = await run(
      { sent: [limited] },
      { ...invocation, returnHttpFailureResponses: true },
    );
    expect(outcome).toMatchObject({ kind: 'wait', waitMs: 72_000 });
    expect(outcome.result).toMatchObject({
      succeeded: false,
      responseCode: '429',
      failure: { reason: 'rate_limited' },
    });
    expect(seen.exchanges).toHaveLength(1);
  });

  test('with 503 is tried again by a read, with growing waits', async () => {
    const { result, seen } = await run({ sent: [sentBack(503), timedOut, cut, ok] });
    expect(result.succeeded).toBe(true);
    expect(seen.sleeps).toEqual([500, 1_000, 2_000]);
  });

  test('with 500 is answered after three retries of a read', async () => {
    const { result, seen } = await run({ sent: [sentBack(500, { message: 'No.' })] });
    expect(result).toMatchObject({ responseCode: '500', failure: { reason: 'server_error', retried: 3 } });
    expect(seen.exchanges).toHaveLength(4);
  });

  test.each([sentBack(500), sentBack(502), sentBack(504), timedOut, cut])(
    'after a write left has an unknown outcome and is sent once: %j',
    async (sent) => {
      const { outcome, seen } = await run({ sent: [sent, ok] }, write);
      expect(outcome).toMatchObject({
        kind: 'result',
        result: { failure: { reason: 'outcome_unknown', retried: 0 } },
      });
      expect(seen.exchanges).toHaveLength(1);
    },
  );

  test('before a write left is tried again', async () => {
    const { result, seen } = await run({ sent: [refused, refused, sentBack(201, { id: 7 })] }, write);
    expect(result).toMatchObject({ succeeded: true, responseCode: '201' });
    expect(seen.exchanges).toHaveLength(3);
  });

  test('keeps its status where only the body was lost', async () => {
    const { result } = await run({ sent: [{ ...cut, status: 201 }] }, write);
    expect(result).toMatchObject({
      succeeded: false,
      responseCode: '201',
      failure: { reason: 'connection_cut' },
    });
    expect(result).not.toHaveProperty('response');
  });
});

describe('returnHttpFailureResponses', () => {
  const missing = { responseCode: '404', response: notFound };

  test.each([
    [undefined, undefined, false],
    [undefined, true, true],
    [undefined, false, false],
    [true, undefined, true],
    [true, false, true],
    [false, true, false],
  ])('of the invocation %s, of the connection %s: success is %s', async (asked, configured, succeeded) => {
    const connection = {
      ...acme,
      ...(configured !== undefined && { returnHttpFailureResponses: configured }),
    };
    const invocation = asked === undefined ? {} : { returnHttpFailureResponses: asked };
    const script = { sent: [sentBack(404, notFound)], connections: [{ found: true, connection }] } as const;
    const { result } = await run(script, invocation);
    expect(result).toMatchObject({ ...missing, succeeded });
    expect(result.failure?.reason).toBe(succeeded ? undefined : 'not_found');
  });

  test('does not turn a timeout into a success', async () => {
    const { result } = await run({ sent: [timedOut] }, { ...write, returnHttpFailureResponses: true });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'outcome_unknown' } });
  });
});

test('an answer of bytes reaches the result as bytes', async () => {
  const sent = [{ kind: 'response', response: answer(200, new Uint8Array([255])) }] as const;
  const { result } = await run(
    { sent },
    { operationId: 'getSystemDocumentsByIdDownload', inputs: { id: 1 } },
  );
  expect(result.response).toEqual({ contentType: 'application/octet-stream', base64: '/w==' });
});
