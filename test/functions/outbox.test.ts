import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutbox } from '../../functions/outbox.ts';
import type { Queue } from '../../lib/clients/queue.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function observedQueue(sendAll: Queue['sendAll']) {
  const sent: (readonly string[])[] = [];
  const queue: Queue = {
    sendAll: (messages) => {
      sent.push(messages);
      return sendAll(messages);
    },
    send: async () => {},
    bury: async () => undefined,
    rest: async () => {},
  };
  return { queue, sent };
}
const sleep = (waitMs: number) => new Promise<void>((resolve) => setTimeout(resolve, waitMs));
const takes: Queue['sendAll'] = async (messages) => messages.map(() => undefined);

describe('an outbox', () => {
  test('sends what comes together in one call', async () => {
    const { queue, sent } = observedQueue(takes);
    const outbox = createOutbox(queue, 40, sleep);
    const all = Promise.all([outbox.send('a'), outbox.send('b')]);
    outbox.flush();
    expect(await all).toEqual([undefined, undefined]);
    expect(sent).toEqual([['a', 'b']]);
  });

  test('lets no result wait for a slow neighbour', async () => {
    const { queue, sent } = observedQueue(takes);
    const outbox = createOutbox(queue, 40, sleep);
    const first = outbox.send('a');
    await vi.advanceTimersByTimeAsync(40);
    await first;
    expect(sent).toEqual([['a']]);
    const second = outbox.send('b');
    outbox.flush();
    await second;
    expect(sent).toEqual([['a'], ['b']]);
  });

  test('sends ten at once without waiting', async () => {
    const { queue, sent } = observedQueue(takes);
    const outbox = createOutbox(queue, 40, sleep);
    await Promise.all(Array.from({ length: 10 }, (_, place) => outbox.send(String(place))));
    expect(sent).toHaveLength(1);
  });

  test('tells each result what became of it', async () => {
    const { queue } = observedQueue(async () => [undefined, 'InternalError']);
    const outbox = createOutbox(queue, 40, sleep);
    const all = Promise.all([outbox.send('a'), outbox.send('b')]);
    outbox.flush();
    expect(await all).toEqual([undefined, 'InternalError']);
  });

  test('tells all of them where the call itself fails', async () => {
    const { queue } = observedQueue(() => Promise.reject(new RangeError('away')));
    const outbox = createOutbox(queue, 40, sleep);
    const all = Promise.all([outbox.send('a'), outbox.send('b')]);
    outbox.flush();
    expect(await all).toEqual(['RangeError', 'RangeError']);
  });
});
