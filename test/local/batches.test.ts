import { afterEach, describe, expect, test } from 'vitest';
import type { SmallFunction } from './small-template.ts';
import { leftIn, sendAll, startWork, take, type Work } from './work.ts';

const started: Work[] = [];
const start = async (small: SmallFunction): Promise<Work> => {
  const work = await startWork(small);
  started.push(work);
  return work;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ stack }) => stack.close()));
});

const many = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind} ${index}`);

describe('event source with functions', () => {
  test('every message is done once or ends as a dead letter', { timeout: 40_000 }, async () => {
    const work = await start({ handler: 'batch', source: { batchSize: 1, maxConcurrency: 4 } });
    const good = [...many('ok', 80), ...many('fail-first', 10)];
    const bad = [...many('poison', 6), ...many('hang', 1), ...many('loop', 1), ...many('exit', 1)];
    await sendAll(work, [...bad, ...good]);

    const dead = await take(work, 'Dead', bad.length, 30_000);
    const done = await take(work, 'Done', good.length, 5_000);

    expect(done.toSorted()).toEqual(good.toSorted());
    expect(dead.toSorted()).toEqual(bad.toSorted());
    expect(await leftIn(work, 'Work')).toBe(0);
    expect(await leftIn(work, 'Done')).toBe(0);
  });

  test('of a batch only what failed comes again', async () => {
    const work = await start({ handler: 'batch', source: { batchSize: 10 } });
    await sendAll(work, [...many('ok', 8), ...many('fail-first', 2)]);
    const done = await take(work, 'Done', 10, 10_000);
    expect(done.toSorted()).toEqual([...many('fail-first', 2), ...many('ok', 8)]);
  });

  test('a visibility that the function changed decides', async () => {
    const work = await start({ handler: 'resting', source: { batchSize: 1 } });
    await sendAll(work, ['rest']);
    const deliveries = (await take(work, 'Done', 2, 10_000)).map((body) => body.split(' ').map(Number));
    const [[, first = 0] = [], [, second = 0] = []] = deliveries;
    expect(deliveries.map(([count]) => count)).toEqual([1, 2]);
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(second - first).toBeLessThan(2_000);
  });
});
