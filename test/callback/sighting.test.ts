import { expect, test } from 'vitest';
import { type Sighting, takeOnce } from '../../lib/callback/sighting.ts';
import { StoreUnavailable } from '../../lib/versioned-store.ts';
import { createMemoryStore, type Mishap } from '../memory-store.ts';

const bytes = Buffer.from('{"MessageId":"1"}');

function stage(mishaps: Mishap[] = []) {
  const { store } = createMemoryStore<Sighting>(mishaps);
  const clock = { nowMs: 1_700_000_000_000 };
  const parts = { sightings: store, now: () => clock.nowMs };
  const delivered: string[] = [];
  const deliver = async () => {
    delivered.push('once');
  };
  return { clock, delivered, take: (act = deliver, of = bytes) => takeOnce('acme', of, act, parts), parts };
}

test('the same bytes are delivered once for a connection, others each for themselves', async () => {
  const { take, delivered, parts } = stage();
  expect([await take(), await take(), await take(undefined, Buffer.from('{}'))]).toEqual([
    'taken',
    'seen',
    'taken',
  ]);
  expect(await takeOnce('globex', bytes, async () => {}, parts)).toBe('taken');
  expect(delivered).toHaveLength(2);
});

test('a callback whose worker died is taken by the next one, once it is clear that nobody is at it', async () => {
  const { take, clock, delivered } = stage();
  void take(() => new Promise(() => {}));
  await new Promise((resolve) => setImmediate(resolve));
  expect(await take()).toBe('busy');
  clock.nowMs += 5_000;
  expect(await take()).toBe('taken');
  expect(delivered).toHaveLength(1);
});

test('nothing is delivered where the table cannot be asked first', async () => {
  for (const mishaps of [['lost'], [undefined, 'lost'], [undefined, 'unanswered']] satisfies Mishap[][]) {
    const { take, delivered } = stage(mishaps);
    await expect(take()).rejects.toThrow(StoreUnavailable);
    expect(delivered).toEqual([]);
  }
});

test('an event that is out stays out where the table does not take its mark', async () => {
  const { take, delivered } = stage([undefined, undefined, 'lost']);
  expect(await take()).toBe('taken');
  expect(delivered).toHaveLength(1);
});
