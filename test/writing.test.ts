import { describe, expect, test } from 'vitest';
import type { Sent } from '../lib/response.ts';
import { sentBack, tooMany, unauthorized } from './answers.ts';
import { acme } from './observed-engine.ts';
import { begin, create, created, digestFor, found, minutes } from './observed-writes.ts';

describe('a write', () => {
  test('is written down as dispatched before it leaves, and with its result after', async () => {
    const { execute, seen, memory } = begin({ sent: [created] });
    await execute(create);
    expect(seen.exchanges.map(({ entry }) => entry)).toEqual(['dispatched']);
    expect(memory.items.get('acme/id-1')?.value).toMatchObject({ state: 'done', executed: true });
    expect(memory.seen).toEqual({ reads: 0, writes: 2 });
  });

  test('that comes again gets its first result and is not sent', async () => {
    const { execute, seen } = begin({ sent: [created, sentBack(201, { id: 8 })] });
    const first = await execute(create);
    expect(await execute(create)).toEqual(first);
    expect(await execute(create, { delivery: 'message-2' })).toEqual(first);
    expect(seen.exchanges).toHaveLength(1);
  });

  test('of another body under the same id is refused', async () => {
    const { execute, seen } = begin({ sent: [created] });
    await execute(create);
    const { result } = await execute({ ...create, request: { summary: 'y' } });
    expect(result).toMatchObject({ succeeded: false, failure: { reason: 'id_reused' } });
    expect(seen.exchanges).toHaveLength(1);
  });

  test('that was throttled waits and is sent then', async () => {
    const { execute, seen, memory } = begin({ sent: [sentBack(429, tooMany), created] });
    expect(await execute(create)).toMatchObject({ kind: 'wait' });
    expect(memory.items.get('acme/id-1')?.value).toMatchObject({ state: 'waiting' });
    expect(await execute(create)).toMatchObject({ kind: 'result', result: { succeeded: true } });
    expect(seen.exchanges).toHaveLength(2);
  });

  test('leaves no doubt behind while it waits for its next try', async () => {
    const refused: Sent = { kind: 'refused', code: 'ECONNREFUSED' };
    const { execute, seen, memory } = begin({ sent: [refused, created] });
    await execute(create);
    expect(seen.exchanges.map(({ entry }) => entry)).toEqual(['dispatched', 'dispatched']);
    // dispatched, released, dispatched, done
    expect(memory.seen.writes).toBe(4);
  });

  test('that nobody could sign in for can be sent again under the same id', async () => {
    const { execute } = begin({ sent: [sentBack(401, unauthorized), created] });
    const first = await execute(create);
    expect(first.result).toMatchObject({ failure: { reason: 'unauthorized' } });
    expect(await execute(create)).toEqual(first);
    expect((await execute(create, { delivery: 'message-2' })).result).toMatchObject({ succeeded: true });
  });

  test('is not sent where the journal cannot be asked', async () => {
    const { execute, seen } = begin({ sent: [created], mishaps: ['lost'] });
    expect(await execute(create)).toMatchObject({
      kind: 'wait',
      waitMs: 30_000,
      result: { failure: { reason: 'journal_unavailable' } },
    });
    expect(seen.exchanges).toEqual([]);
  });

  test('that is at work elsewhere waits for its result', async () => {
    const { execute, seen, memory } = begin({ sent: [created] });
    const entry = {
      state: 'dispatched',
      owner: 'other',
      dispatchedAtMs: minutes(60),
      leaseUntilMs: minutes(61),
    } as const;
    const digest = await digestFor(create);
    memory.items.set('acme/id-1', { value: { ...entry, digest }, version: 1 });
    expect(await execute(create)).toMatchObject({
      kind: 'wait',
      waitMs: 30_000,
      result: { failure: { reason: 'in_progress' } },
    });
    expect(seen.exchanges).toEqual([]);
  });
});

describe('a connection that is missing', () => {
  const failure = { reason: 'unknown_connection', message: 'None.' };
  const none = { found: false, failure, passing: false } as const;

  test('answers the message for good, and a new message once it is there', async () => {
    const connections = [none, none, { found: true, connection: acme } as const];
    const { execute } = begin({ sent: [created], connections });
    const first = await execute(create);
    expect(await execute(create)).toEqual(first);
    const second = await execute(create, { delivery: 'message-2' });
    expect(second.result.succeeded).toBe(true);
  });

  test('does not hide that the write was sent', async () => {
    const connections = [{ found: true, connection: acme } as const, none];
    const { execute } = begin({ sent: [created], connections });
    const first = await execute(create);
    expect(await execute(create, { delivery: 'message-2' })).toEqual(first);
  });
});

describe('a read', () => {
  test('costs the journal nothing', async () => {
    const { execute, memory } = begin({ sent: [found({ id: 1 })] });
    await execute({ operationId: 'getServiceTickets' });
    expect(memory.seen).toEqual({ reads: 0, writes: 0 });
  });

  test('that somebody will look for is kept, and answered once', async () => {
    const { engine, seen } = begin({ sent: [found({ id: 1 }), found({ id: 2 })] });
    const invocation = { version: 1, connection: 'acme', operationId: 'getServiceTickets' } as const;
    const timing = { deadlineMs: seen.nowMs + 60_000, turn: { lane: 'bulk' } } as const;
    const terms = { ...timing, delivery: 'm', canWait: true, tracked: true };
    await engine.take('id-1', invocation, 'call-1');
    const first = await engine.execute('id-1', invocation, terms);
    expect(await engine.execute('id-1', invocation, terms)).toEqual(first);
    expect(seen.exchanges).toHaveLength(1);
  });
});
