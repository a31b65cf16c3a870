import { describe, expect, test } from 'vitest';
import type { Start } from '../../lib/callback/registry.ts';
import { type Started, type StartingParts, startPull } from '../../lib/callback/starting.ts';
import { createMemoryStore, type Mishap } from '../memory-store.ts';

const start: Start = {
  pull: 'tickets-hourly',
  afterSeconds: 30,
  invocation: {
    version: 1,
    connection: 'acme',
    operationId: 'getServiceTickets',
    pages: 'all',
    incremental: { checkpoint: 'tickets' },
  },
};

/** A store, a queue that fails where a test wants it to, and a clock that stands still. */
function stage(mishaps: Mishap[] = [], refusals: string[] = []) {
  const { store } = createMemoryStore<Started>(mishaps);
  const queued: { readonly text: string; readonly delaySeconds: number }[] = [];
  const clock = { nowMs: 1_700_000_000_000 };
  const parts: StartingParts = {
    started: store,
    queue: async (text, _connection, delaySeconds) => {
      const refusal = refusals.shift();
      if (refusal !== undefined) throw new Error(refusal);
      queued.push({ text, delaySeconds });
    },
    now: () => clock.nowMs,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  };
  return { parts, queued, clock };
}

describe('a pull that callbacks start', () => {
  test('is one for a storm of them, and none is told before it is on the queue', async () => {
    const { parts, queued } = stage();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => startPull(start, parts)));
    expect(outcomes.filter((it) => it === 'started')).toHaveLength(1);
    expect(outcomes.filter((it) => it === 'coalesced')).toHaveLength(49);
    expect(queued).toHaveLength(1);
  });

  test('bears an id of its own time, and begins later than what is coalesced', async () => {
    const { parts, queued, clock } = stage();
    await startPull(start, parts);
    clock.nowMs += 30_000;
    expect(await startPull(start, parts)).toBe('started');
    expect(queued.map(({ delaySeconds }) => delaySeconds)).toEqual([35, 35]);
    expect(queued.map(({ text }) => JSON.parse(text).id)).toEqual([
      'callback:tickets-hourly:2023-11-14T22:13:55.000Z',
      'callback:tickets-hourly:2023-11-14T22:14:25.000Z',
    ]);
    clock.nowMs += 29_999;
    expect(await startPull(start, parts)).toBe('coalesced');
  });

  test('is started by the next one where it could not be queued', async () => {
    const { parts, queued } = stage([], ['queue away']);
    await expect(startPull(start, parts)).rejects.toThrow('queue away');
    expect(await startPull(start, parts)).toBe('started');
    expect(queued).toHaveLength(1);
  });

  test('whose starter died is told of as busy, until it is clear that nobody is at it', async () => {
    const { parts, queued, clock } = stage([], ['queue away']);
    const { started } = parts;
    const dying = { ...parts, started: { ...started, write: dyingAfter(1, started) } };
    await expect(startPull(start, dying)).rejects.toThrow('queue away');
    expect(await startPull(start, parts)).toBe('busy');
    clock.nowMs += 5_000;
    expect(await startPull(start, parts)).toBe('started');
    expect(queued).toHaveLength(1);
  });

  test('is started once more rather than never where the table forgets that it is queued', async () => {
    const { parts, queued, clock } = stage([undefined, undefined, 'lost']);
    expect(await startPull(start, parts)).toBe('started');
    clock.nowMs += 5_000;
    expect(await startPull(start, parts)).toBe('started');
    expect(queued).toHaveLength(2);
  });
});

/** A store whose writer is gone after so many writes. */
function dyingAfter(writes: number, { write }: StartingParts['started']): StartingParts['started']['write'] {
  let left = writes;
  return async (...given) => {
    left -= 1;
    return left >= 0 ? write(...given) : Promise.reject(new Error('gone'));
  };
}
