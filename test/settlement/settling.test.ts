import { describe, expect, test } from 'vitest';
import type { FoundSite } from '../../lib/site.ts';
import { notFound, sentBack } from '../answers.ts';
import { siteOf } from '../observed-engine.ts';
import {
  begin,
  create,
  created,
  cut,
  digestFor,
  failed,
  found,
  keyed,
  minutes,
  patch,
  remove,
  replace,
  ticket,
  timedOut,
} from '../observed-writes.ts';

describe('a create that was not answered', () => {
  test('is unknown where nothing tells it, and never sent again', async () => {
    const { execute, methods } = begin({ sent: [cut] });
    const first = await execute(create);
    expect(first.result).toMatchObject({
      succeeded: false,
      failure: {
        reason: 'outcome_unknown',
        doubt: { method: 'POST', path: '/service/tickets', sentAt: '1970-01-01T01:00:00.000Z' },
      },
    });
    expect(await execute(create, { delivery: 'message-2' })).toEqual(first);
    expect(methods()).toEqual(['POST']);
  });

  test('is found by its natural key, among records that were entered since', async () => {
    const old = ticket({ id: 3 }, minutes(2));
    const mine = ticket({ id: 9 }, minutes(60));
    const { execute, seen } = begin({ sent: [timedOut, found(mine, old)] });
    const { result } = await execute(keyed);
    expect(result).toMatchObject({
      succeeded: true,
      response: { id: 9 },
      settled: { operationId: 'getServiceTickets', sentAt: '1970-01-01T01:00:00.000Z' },
    });
    const query = new URLSearchParams(seen.exchanges[1]?.request.query);
    expect(query.get('conditions')).toBe('externalXRef = "erp-42"');
    expect(query.get('orderBy')).toBe('id desc');
  });

  test('is found by the look-up that the message brings', async () => {
    const confirm = {
      operationId: 'getServiceTickets',
      inputs: { conditions: 'summary = "x"' },
      unique: true,
    };
    const { execute } = begin({ sent: [cut, found({ id: 9 })] });
    const { result } = await execute({ ...create, confirm });
    expect(result).toMatchObject({ succeeded: true, response: { id: 9 } });
  });

  test('leaves a doubt where two records may be the one', async () => {
    const { execute } = begin({
      sent: [cut, found(ticket({ id: 9 }, minutes(60)), ticket({ id: 8 }, minutes(60)))],
    });
    const { result } = await execute(keyed);
    expect(result.failure).toMatchObject({
      reason: 'outcome_unknown',
      doubt: { lookUp: { operationId: 'getServiceTickets' } },
    });
  });

  test('is looked for again on the queue until it surely did not happen', async () => {
    const { execute, seen, advance, methods } = begin({ sent: [cut, found()] });
    expect(await execute(keyed)).toMatchObject({ kind: 'wait', waitMs: 60_000 });
    advance(minutes(5));
    expect(await execute(keyed)).toMatchObject({ kind: 'wait' });
    advance(minutes(5));
    const { result } = await execute(keyed);
    expect(result.failure).toMatchObject({
      reason: 'not_applied',
      doubt: { sentAt: '1970-01-01T01:00:00.000Z' },
    });
    expect(methods()).toEqual(['POST', 'GET', 'GET', 'GET']);
    expect(seen.exchanges.map(({ entry }) => entry)).toEqual(Array(4).fill('dispatched'));
  });

  test('is unknown at once for a door that cannot wait', async () => {
    const { execute } = begin({ sent: [cut, found()] });
    const outcome = await execute(keyed, { canWait: false });
    expect(outcome).toMatchObject({ kind: 'result', result: { failure: { reason: 'outcome_unknown' } } });
  });

  test('stays in doubt while ConnectWise does not even say where its API is', async () => {
    const nowhere = { found: false, sent: { kind: 'refused', code: 'ECONNREFUSED' } } as const;
    const sites = [...Array<FoundSite>(8).fill(nowhere), siteOf('v2026_1')];
    const applied = found(ticket({ externalXRef: 'erp-42' }, minutes(60)));
    const { execute, memory, methods, advance } = begin({ sent: [applied], sites });
    const times = { dispatchedAtMs: minutes(60), leaseUntilMs: minutes(60) };
    const value = { state: 'dispatched', owner: 'dead', digest: await digestFor(keyed), ...times } as const;
    memory.items.set('acme/id-1', { value, version: 1 });
    advance(1_000);
    expect(await execute(keyed)).toMatchObject({
      kind: 'wait',
      result: { failure: { reason: 'outcome_unknown' } },
    });
    expect(await execute(keyed)).toMatchObject({ kind: 'result', result: { succeeded: true } });
    expect(methods()).toEqual(['GET']);
  });

  test('did not happen where ConnectWise itself said that it failed, and the record shows nothing of it', async () => {
    const { execute } = begin({ sent: [failed, sentBack(200, ticket({ summary: 'old' }, minutes(59)))] });
    const { result } = await execute(patch);
    expect(result).toMatchObject({ responseCode: '500', failure: { reason: 'not_applied' } });
  });

  test.each([
    ['create', keyed, found()],
    ['delete', remove, sentBack(200, ticket({}, minutes(59)))],
  ])(
    'stays in doubt where a %s failed, since what is read may lag behind it',
    async (_, invocation, read) => {
      const { execute, advance } = begin({ sent: [failed, read] });
      expect(await execute(invocation)).toMatchObject({ kind: 'wait' });
      advance(minutes(10));
      expect((await execute(invocation)).result.failure).toMatchObject({ reason: 'not_applied' });
    },
  );

  test('is the result as it is where the caller wants HTTP failures as results', async () => {
    const { execute, methods } = begin({ sent: [failed] });
    const { result } = await execute({ ...keyed, returnHttpFailureResponses: true });
    expect(result).toMatchObject({ succeeded: true, responseCode: '500' });
    expect(methods()).toEqual(['POST']);
  });

  test('stays in doubt while the look-up fails, and for an hour at the most', async () => {
    const { execute, advance } = begin({ sent: [cut, sentBack(403, { code: 'Security', message: 'No.' })] });
    expect(await execute(keyed)).toMatchObject({ kind: 'wait' });
    advance(minutes(60));
    expect((await execute(keyed)).result.failure).toMatchObject({ reason: 'outcome_unknown' });
  });
});

describe('a confirm that cannot be asked', () => {
  test.each([
    [{ operationId: 'nothing', inputs: {} }, 'must name a GET operation'],
    [{ operationId: 'getServiceTicketsById', inputs: { id: 1 } }, 'must name a GET operation'],
    [{ operationId: 'getServiceTickets', inputs: { colour: 'red' } }, "There is no input 'colour'"],
  ])('%j is refused before anything is sent', async (confirm, sentence) => {
    const { execute, seen } = begin({ sent: [created] });
    const { result } = await execute({ ...create, confirm });
    expect(result.failure).toMatchObject({ reason: 'invalid_confirm' });
    expect(result.failure?.message).toContain(sentence);
    expect(seen.exchanges).toEqual([]);
  });
});

describe('a change that was not answered', () => {
  const after = minutes(60);
  const before = minutes(10);
  test.each([
    ['a patch whose read-back is no record', patch, found(ticket({}, 0)), undefined],
    ['a patch that the record shows', patch, sentBack(200, ticket({ summary: 'new' }, after)), 'applied'],
    [
      'a patch that the record held before',
      patch,
      sentBack(200, ticket({ summary: 'new' }, before)),
      'applied',
    ],
    [
      'a patch to a record that is untouched',
      patch,
      sentBack(200, ticket({ summary: 'old' }, before)),
      'waits',
    ],
    [
      'a patch to a record that somebody else changed',
      patch,
      sentBack(200, ticket({ summary: 'other' }, after)),
      'unknown',
    ],
    [
      'a replacement that the record shows',
      replace,
      sentBack(200, ticket({ summary: 'new' }, after)),
      'applied',
    ],
    ['a deletion whose record is gone', remove, sentBack(404, notFound), 'applied'],
    ['a deletion that only marks', remove, sentBack(200, { id: 42, deletedFlag: true }), 'applied'],
    ['a deletion whose record is there', remove, sentBack(200, ticket({}, before)), 'waits'],
    ['a patch whose record is gone', patch, sentBack(404, notFound), 'unknown'],
  ] as const)('%s: %j', async (_, write, reading, fate) => {
    const { execute, methods } = begin({ sent: [cut, reading] });
    const outcome = await execute(write);
    expect(methods()[1]).toBe('GET');
    const reached =
      outcome.kind === 'wait'
        ? 'waits'
        : outcome.result.succeeded
          ? 'applied'
          : { outcome_unknown: 'unknown' }[outcome.result.failure?.reason ?? ''];
    expect(reached).toBe(fate ?? 'unknown');
  });

  test('is unknown where a patch adds, since reading cannot tell', async () => {
    const request = [{ op: 'add', path: 'summary', value: 'x' }];
    const { execute, methods } = begin({ sent: [cut] });
    expect((await execute({ ...patch, request })).result.failure).toMatchObject({
      reason: 'outcome_unknown',
    });
    expect(methods()).toEqual(['PATCH']);
  });

  test('is settled by the next worker where its own died', async () => {
    const { execute, memory, advance, methods } = begin({
      sent: [
        cut,
        sentBack(200, ticket({ summary: 'old' }, before)),
        sentBack(200, ticket({ summary: 'new' }, after)),
      ],
    });
    await execute(patch);
    const entry = memory.items.get('acme/id-1');
    if (entry?.value.state !== 'dispatched') throw new Error('The patch is not in doubt.');
    const dead = { ...entry.value, owner: 'dead', leaseUntilMs: minutes(62) };
    memory.items.set('acme/id-1', { value: dead, version: 9 });
    expect(await execute(patch)).toMatchObject({
      kind: 'wait',
      result: { failure: { reason: 'in_progress' } },
    });
    advance(minutes(3));
    expect((await execute(patch)).result).toMatchObject({ succeeded: true, response: { summary: 'new' } });
    expect(methods().filter((method) => method === 'PATCH')).toHaveLength(1);
  });
});
