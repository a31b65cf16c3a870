import { describe, expect, test } from 'vitest';
import { createMemory } from '../../lib/resolution/memory.ts';

/** A memory whose clock is moved by hand, and what it was asked. */
function observedMemory(maxEntries = 10) {
  const seen = { nowMs: 0, asked: 0 };
  const memory = createMemory<string>({ now: () => seen.nowMs, maxAgeMs: 1_000, maxEntries });
  const find = (key: string, answer = 'found', sufficient = true) =>
    memory.find(
      key,
      async () => {
        seen.asked += 1;
        return answer;
      },
      () => sufficient,
    );
  return { seen, find };
}

describe('an answer', () => {
  test('is remembered until it is too old', async () => {
    const { seen, find } = observedMemory();
    await find('a', 'first');
    seen.nowMs = 999;
    expect(await find('a', 'second')).toBe('first');
    seen.nowMs = 1_000;
    expect(await find('a', 'third')).toBe('third');
    expect(seen.asked).toBe(2);
  });

  test('is given but not remembered where it is not sufficient', async () => {
    const { find } = observedMemory();
    expect(await find('a', 'nothing', false)).toBe('nothing');
    expect(await find('a', 'something')).toBe('something');
  });

  test('that is remembered, but not sufficient for another question, is asked for again', async () => {
    const { find } = observedMemory();
    await find('a', 'old');
    expect(await find('a', 'new', false)).toBe('new');
  });

  test('is shared by all who ask at the same moment', async () => {
    const { seen, find } = observedMemory();
    const answers = await Promise.all([find('a', 'one'), find('a', 'two'), find('b', 'three')]);
    expect(answers).toEqual(['one', 'one', 'three']);
    expect(seen.asked).toBe(2);
  });

  test('that makes too many drives out the oldest', async () => {
    const { seen, find } = observedMemory(2);
    for (const key of ['a', 'b', 'c']) await find(key);
    await find('b');
    await find('c');
    expect(seen.asked).toBe(3);
    await find('a');
    expect(seen.asked).toBe(4);
  });
});

test('what a question throws reaches everybody, and the next one asks again', async () => {
  const memory = createMemory<string>({ now: () => 0, maxAgeMs: 1_000, maxEntries: 10 });
  const fail = () => Promise.reject(new Error('cut'));
  const both = [memory.find('a', fail, () => true), memory.find('a', fail, () => true)];
  expect(await Promise.allSettled(both)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  expect(
    await memory.find(
      'a',
      async () => 'found',
      () => true,
    ),
  ).toBe('found');
});
