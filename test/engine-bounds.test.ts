import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Sent } from '../lib/response.ts';
import { cannotRoute, noEndpoint, notFound, sentBack, tooMany } from './answers.ts';
import { acme, runScript as run, siteOf } from './observed-engine.ts';

const ok = sentBack(200, [{ id: 1 }]);
const timedOut: Sent = { kind: 'timed_out', afterMs: 20_000 };
const read = { operationId: 'getServiceTickets' };
const write = { operationId: 'postServiceTickets', request: { summary: 'x' } };

/** Of a write's time 4 s are kept back, for a look at what became of it. */
describe('time', () => {
  test('a retry is not begun with a second or less', async () => {
    const { result, seen } = await run({ sent: [5_000, sentBack(503), ok] }, read, 6_500);
    expect(result).toMatchObject({ responseCode: '503', failure: { retried: 0 } });
    expect(seen.exchanges).toHaveLength(1);
  });

  test('a retry is begun with more than a second', async () => {
    const { result, seen } = await run({ sent: [5_000, sentBack(503), ok] }, read, 6_501);
    expect(result.succeeded).toBe(true);
    expect(seen.exchanges).toMatchObject([{ budgetMs: 6_501 }, { budgetMs: 1_001 }]);
  });

  test.each([read, write])('not even a first try is begun: $operationId', async (invocation) => {
    const { outcome, seen } = await run({ sent: [ok] }, invocation, 1_000);
    expect(outcome).toMatchObject({
      kind: 'wait',
      waitMs: 1_000,
      result: { failure: { reason: 'timed_out' } },
    });
    expect(outcome.result.failure?.message).toMatch(/^No time was left for .*, so it was not sent\.$/);
    expect(seen).toMatchObject({ exchanges: [], siteBudgets: [] });
  });

  test('that the discovery takes is not taken from a write', async () => {
    const { outcome, seen } = await run({ sent: [ok], sites: [5_000, siteOf('v2026_1')] }, write, 9_900);
    expect(outcome).toMatchObject({ kind: 'wait', result: { failure: { reason: 'timed_out' } } });
    expect(seen).toMatchObject({ exchanges: [], siteBudgets: [5_900] });
  });

  test('that a rediscovery takes is not taken from a write', async () => {
    const sites = [siteOf('v2026_1'), 5_000, siteOf('v2026_2')];
    const { outcome, seen } = await run({ sent: [sentBack(404, noEndpoint), ok], sites }, write, 9_900);
    expect(outcome).toMatchObject({ kind: 'wait', result: { failure: { reason: 'timed_out', retried: 1 } } });
    expect(seen.exchanges).toHaveLength(1);
  });
});

describe('a discovery that fails', () => {
  const notAsked = (sent: Sent) => ({ found: false, sent }) as const;

  test('is tried again, for a write as for a read', async () => {
    const sites = [notAsked(sentBack(503)), notAsked(timedOut), siteOf('v2026_1')];
    const { result, seen } = await run({ sent: [ok], sites }, write);
    expect(result.succeeded).toBe(true);
    expect(seen.sleeps).toEqual([500, 1_000]);
  });

  test('is never the HTTP failure of the operation', async () => {
    const invocation = { ...write, returnHttpFailureResponses: true };
    const { result, seen } = await run({ sent: [ok], sites: [notAsked(sentBack(503))] }, invocation);
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'server_error', retried: 3 } });
    expect(result).not.toHaveProperty('responseCode');
    expect(result.failure?.message).toContain('POST /service/tickets was not sent.');
    expect(seen.exchanges).toEqual([]);
  });

  test('with 429 waits', async () => {
    const { outcome } = await run({ sent: [ok], sites: [notAsked(sentBack(429, tooMany))] });
    expect(outcome).toMatchObject({
      kind: 'wait',
      waitMs: 36_000,
      result: { failure: { reason: 'rate_limited' } },
    });
  });

  test('for good is answered', async () => {
    const failure = { reason: 'unknown_company', message: 'No such company.' };
    const { outcome } = await run({ sent: [ok], sites: [{ found: false, failure }] });
    expect(outcome).toMatchObject({ kind: 'result', result: { failure: { ...failure, retried: 0 } } });
  });
});

const anySent: fc.Arbitrary<Sent> = fc.oneof(
  fc.constantFrom<Sent>(
    ok,
    timedOut,
    { kind: 'refused', code: 'ECONNREFUSED' },
    { kind: 'incomplete', code: 'ECONNRESET' },
    { kind: 'incomplete', code: 'ECONNRESET', status: 201 },
    { kind: 'too_large', status: 200, limitBytes: 10 },
    sentBack(400, cannotRoute),
    sentBack(404, noEndpoint),
    sentBack(404, notFound),
  ),
  fc.constantFrom(201, 302, 400, 401, 403, 408, 409, 429, 500, 503).map((status) => sentBack(status)),
);

/** What proves that a request was not executed. */
const isUnexecuted = (sent: Sent | undefined) =>
  sent?.kind === 'refused' || (sent?.kind === 'response' && [400, 401, 404].includes(sent.response.status));

const anyWorld = fc.record({
  sent: fc.array(anySent, { minLength: 1, maxLength: 12 }),
  sites: fc.array(fc.constantFrom('v1', 'v2', 'v3').map(siteOf), { minLength: 1, maxLength: 4 }),
  connections: fc.array(
    fc
      .constantFrom('a', 'b')
      .map((password) => ({ found: true, connection: { ...acme, password } }) as const),
    { minLength: 1, maxLength: 4 },
  ),
});

describe('whatever the world answers', () => {
  test('a write is repeated only after it surely was not executed', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const { seen } = await run(world, write);
        const repeated = seen.exchanges
          .slice(0, -1)
          .map((_, index) => world.sent[index] ?? world.sent.at(-1));
        expect(repeated.every(isUnexecuted)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a call ends after six tries at the most, within its time', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWorld,
        fc.constantFrom(read, write),
        fc.nat(20_000),
        async (world, call, deadlineMs) => {
          const { seen, result } = await run(world, call, deadlineMs);
          expect(seen.exchanges.length).toBeLessThanOrEqual(6);
          expect(seen.exchanges.every(({ budgetMs }) => budgetMs > 1_000)).toBe(true);
          expect(seen.nowMs).toBeLessThanOrEqual(deadlineMs);
          expect(result.succeeded).toBe(result.failure === undefined);
        },
      ),
      { numRuns: 500 },
    );
  });
});
