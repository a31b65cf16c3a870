import { describe, expect, test } from 'vitest';
import type { CountedStore } from '../../lib/counted-store.ts';
import type { Admission } from '../../lib/governor/desk.ts';
import type { GovernorState } from '../../lib/governor/state.ts';
import { governorStateSchema, newState, noSums } from '../../lib/governor/state.ts';
import type { Governor } from '../../lib/governor.ts';
import { bulk, createWorkers, interactive } from './workers.ts';

const limited = { kind: 'limited', latencyMs: 50, retryAfterMs: 30_000 } as const;

const waitOf = (admission: Admission) => (admission.admitted ? 0 : admission.waitMs);

describe('the governor', () => {
  test('the first batch after a quiet time goes at once, and the next ones are spaced', async () => {
    const { clock, worker, run } = createWorkers();
    const governor = worker();
    const startMs = clock.now();
    const times = await run(
      Promise.all(
        Array.from({ length: 50 }, async () => {
          const { admitted } = await governor.admit('acme', bulk);
          return admitted ? clock.now() - startMs : Number.POSITIVE_INFINITY;
        }),
      ),
    );
    // 480 a minute for 4 s.
    expect(times.filter((waitedMs) => waitedMs < 50).length).toBeGreaterThanOrEqual(24);
    expect(times.filter((waitedMs) => waitedMs < 50).length).toBeLessThanOrEqual(33);
    expect(times.filter((waitedMs) => waitedMs < 1_050).length).toBeLessThanOrEqual(42);
  });

  test.each([bulk, interactive])(
    'lets $lane without time to wait through where slots are free, though asking takes time',
    async (wish) => {
      const { clock, worker, run } = createWorkers();
      const governor = worker();
      const startMs = clock.now();
      expect(await run(governor.admit('acme', { ...wish, patienceMs: 0 }))).toEqual({ admitted: true });
      expect(clock.now()).toBeGreaterThan(startMs);
    },
  );

  test('what a worker takes ahead of its messages holds no other up for more than half a second', async () => {
    const { clock, worker, run } = createWorkers();
    const [first, second] = [worker({ ceilingOf: () => 240 }), worker({ ceilingOf: () => 240 })];
    const waits = await run(
      (async () => {
        const waitedMs: number[] = [];
        for (let message = 0; message < 60; message += 1) {
          await first.admit('acme', bulk);
          const sinceMs = clock.now();
          await second.admit('acme', bulk);
          waitedMs.push(clock.now() - sinceMs);
          await clock.sleep(1_000);
        }
        return waitedMs;
      })(),
    );
    // The half second, the slot of its own, and the exchange.
    expect(Math.max(...waits)).toBeLessThan(900);
  });

  test('workers that ask at the same moment get slots of their own, spaced over all of them', async () => {
    const { clock, table, worker, run } = createWorkers();
    const workers = Array.from({ length: 3 }, () => worker({ ceilingOf: () => 400 }));
    const times: number[] = [];
    const ask = async (governor: Governor) => {
      if ((await governor.admit('acme', bulk)).admitted) times.push(clock.now());
    };
    await run(Promise.all(workers.flatMap((governor) => Array.from({ length: 10 }, () => ask(governor)))));
    expect(times).toHaveLength(30);
    expect(table.peek('acme')?.counts['slots']).toBe(30);
    // 400 a minute is one in 150 ms; the first is late by what its exchange takes.
    for (const [index, time] of times.entries())
      if (index > 1) expect(time - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(149);
  });

  test('after a 429 the siblings step aside without a call, and other connections go on', async () => {
    const { worker, run } = createWorkers();
    const [first, second] = [worker(), worker()];
    const [blocked, other] = await run(
      (async () => {
        await first.admit('acme', bulk);
        await first.observe('acme', limited);
        return [await second.admit('acme', bulk), await second.admit('globex', bulk)] as const;
      })(),
    );
    expect(waitOf(blocked)).toBeGreaterThan(29_000);
    expect(other).toEqual({ admitted: true });
  });

  test('ten refused calls of ten workers are one decrease', async () => {
    const { table, worker, run } = createWorkers();
    const workers = Array.from({ length: 10 }, () => worker());
    await run(
      (async () => {
        await Promise.all(workers.map((governor) => governor.admit('acme', interactive)));
        await Promise.all(workers.map((governor) => governor.observe('acme', limited)));
      })(),
    );
    expect(table.peek('acme')?.value?.limit.falls).toBe(1);
  });

  test('a worker that dies with its lease costs the others only the time of that lease', async () => {
    const { clock, worker, run } = createWorkers();
    const ceilingOf = () => 240;
    const [dying, living] = [
      worker({ ceilingOf, sleep: () => new Promise(() => {}) }),
      worker({ ceilingOf }),
    ];
    const waitedMs = await run(
      (async () => {
        const store = worker({ ceilingOf });
        await store.admit('acme', interactive);
        // It sleeps for ever, so that it never sends what it leased.
        void Promise.all(Array.from({ length: 10 }, () => dying.admit('acme', bulk)));
        await clock.sleep(200);
        const cameAtMs = clock.now();
        const { admitted } = await living.admit('acme', bulk);
        return admitted ? clock.now() - cameAtMs : Number.POSITIVE_INFINITY;
      })(),
    );
    expect(waitedMs).toBeGreaterThan(2_000);
    expect(waitedMs).toBeLessThan(3_500);
  });

  test('interactive callers pass a row of bulk calls', async () => {
    const { clock, worker, run } = createWorkers();
    const [queue, api] = [worker(), worker()];
    const waitedMs = await run(
      (async () => {
        const row = Array.from({ length: 50 }, () => queue.admit('acme', bulk));
        await clock.sleep(100);
        const cameAtMs = clock.now();
        const { admitted } = await api.admit('acme', interactive);
        const waited = clock.now() - cameAtMs;
        await Promise.all(row);
        return admitted ? waited : Number.POSITIVE_INFINITY;
      })(),
    );
    expect(waitedMs).toBeLessThan(50);
  });

  test('messages that cannot go are spread over the time that all of them take', async () => {
    const { clock, worker, run } = createWorkers();
    const workers = Array.from({ length: 10 }, () => worker({ ceilingOf: () => 240 }));
    const handleTenBatches = async (governor: Governor) => {
      const waits: number[] = [];
      for (let batch = 0; batch < 10; batch += 1) {
        const admissions = await Promise.all(Array.from({ length: 10 }, () => governor.admit('acme', bulk)));
        waits.push(...admissions.map(waitOf));
        await clock.sleep(10);
      }
      return waits;
    };
    const waits = (await run(Promise.all(workers.map(handleTenBatches))))
      .flat()
      .filter((waitMs) => waitMs > 0);
    expect(waits.length).toBeGreaterThan(500);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(new Set(waits.map((waitMs) => Math.round(waitMs / 5_000))).size).toBeGreaterThan(8);
  });

  test.each([
    ['new messages rest where others rested before them', 0, 0],
    ['new messages go with those of their batch that rested before', 1, 10],
  ])('%s', async (_, rested, expected) => {
    const { clock, table, worker, run } = createWorkers();
    const governor = worker();
    const state = newState(clock.now(), noSums);
    const pace = { slot: 0, atMs: clock.now() + 2_000, perMinute: state.limit.perMinute };
    const busy = { ...state, pace, resting: 10_000 };
    const admissions = await run(
      (async () => {
        await table.update('acme', { add: { slots: 0 }, write: { value: busy, expected: undefined } });
        // It looks at the schedule, so that it knows of the others.
        await governor.admit('acme', interactive);
        return Promise.all(
          Array.from({ length: 10 }, (_none, index) =>
            governor.admit('acme', { ...bulk, rests: index < 10 - rested ? 0 : 1 }),
          ),
        );
      })(),
    );
    expect(admissions.filter(({ admitted }) => admitted)).toHaveLength(expected);
  });

  test('the ceiling of the user holds from the first call', async () => {
    const { clock, worker, run } = createWorkers();
    const governor = worker({ ceilingOf: () => 60 });
    const times = await run(
      Promise.all(
        Array.from({ length: 3 }, async () => {
          await governor.admit('acme', bulk);
          return clock.now();
        }),
      ),
    );
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_980);
  });

  test('without the table calls go on at a careful rate, and a 429 still stops them', async () => {
    const { worker, run } = createWorkers();
    const failing: CountedStore<GovernorState> = {
      look: () => Promise.reject(new Error('The table is not there.')),
      update: () => Promise.reject(new Error('The table is not there.')),
    };
    const governor = worker({ store: failing });
    const [admissions, blocked] = await run(
      (async () => {
        const all = await Promise.all(Array.from({ length: 5 }, () => governor.admit('acme', bulk)));
        await governor.observe('acme', limited);
        return [all, await governor.admit('acme', bulk)] as const;
      })(),
    );
    // At six a minute, two fit into fifteen seconds.
    expect(admissions.filter(({ admitted }) => admitted)).toHaveLength(2);
    expect(waitOf(blocked)).toBeGreaterThanOrEqual(30_000);
  });

  test('a state is plain JSON that its schema reads', async () => {
    const { table, worker, run } = createWorkers();
    const governor = worker();
    await run(
      (async () => {
        await governor.admit('acme', bulk);
        await governor.observe('acme', { kind: 'answered', latencyMs: 300 });
        await governor.observe('acme', limited);
      })(),
    );
    const state = table.peek('acme')?.value;
    expect(governorStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(state?.limit.answered.counts[0]).toBe(1);
  });
});
