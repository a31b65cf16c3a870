import { describe, expect, test } from 'vitest';
import { bulk, createWorkers, interactive } from './workers.ts';

describe('what the governor asks of the table', () => {
  test('a batch leases with one exchange, and its calls are spaced', async () => {
    const { clock, table, worker, run } = createWorkers();
    const governor = worker({ ceilingOf: () => 240 });
    const times: number[] = [];
    await run(
      Promise.all(
        Array.from({ length: 5 }, async () => {
          const { admitted } = await governor.admit('acme', bulk);
          if (admitted) times.push(clock.now());
        }),
      ),
    );
    expect(times).toHaveLength(5);
    // 240 a minute is one in 250 ms; the first is late by what the exchange took.
    for (const [index, time] of times.entries())
      if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(230);
    expect(table.calls()).toBe(2);
  });

  test('messages that come one by one while slots pass unused share an exchange', async () => {
    const { clock, table, worker, run } = createWorkers();
    const governor = worker({ ceilingOf: () => 1_200 });
    const count = 200;
    await run(
      (async () => {
        for (let message = 0; message < count; message += 1) {
          await governor.admit('acme', bulk);
          await clock.sleep(100);
        }
      })(),
    );
    expect(table.calls() / count).toBeLessThan(0.4);
  });

  test.each([bulk, interactive])('a worker that is alone asks no more than once for $lane', async (wish) => {
    const { clock, table, worker, run } = createWorkers();
    const governor = worker();
    await run(
      (async () => {
        for (let call = 0; call < 4; call += 1) {
          await governor.admit('acme', wish);
          await clock.sleep(20_000);
        }
      })(),
    );
    // Two looks before it knows that it is alone, and four writes.
    expect(table.calls()).toBe(6);
  });

  test.each([
    ['asks once for an API caller', interactive, 1],
    ['looks first for a message of the queue', bulk, 2],
  ])('a worker that saw the slots long ago %s', async (_, wish, calls) => {
    const { table, worker, run } = createWorkers();
    const ceilingOf = () => 240;
    const [seldom, busy] = [worker({ ceilingOf }), worker({ ceilingOf })];
    const made = await run(
      (async () => {
        await seldom.admit('acme', wish);
        // All slots are used, so that the pace of then still holds.
        for (let call = 0; call < 240; call += 1) await busy.admit('acme', bulk);
        const before = table.calls();
        expect(await seldom.admit('acme', wish)).toEqual({ admitted: true });
        return table.calls() - before;
      })(),
    );
    expect(made).toBe(calls);
  });
});
