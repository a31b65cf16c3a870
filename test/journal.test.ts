import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJournal, digestOf, type Entry, type Opening, type Subject } from '../lib/journal.ts';
import type { Result } from '../lib/result.ts';
import type { VersionedStore } from '../lib/versioned-store.ts';
import { createMemoryStore, type Mishap } from './memory-store.ts';
import { operations } from './small-catalogue.ts';

const subject: Subject = { key: 'acme/erp-42', digest: 'd1', delivery: 'message-1' };
const again: Subject = { ...subject, delivery: 'message-2' };
const good: Result = { version: 1, id: 'erp-42', succeeded: true, responseCode: '201', response: { id: 7 } };
const bad: Result = {
  version: 1,
  id: 'erp-42',
  succeeded: false,
  failure: { reason: 'unknown_connection', message: 'None.', retried: 0 },
};

/** A journal over a store in memory, whose clock moves by hand. */
function openJournal(mishaps: Mishap[] = [], store?: VersionedStore<Entry>) {
  const memory = createMemoryStore<Entry>(mishaps);
  const clock = { nowMs: 1_000 };
  const troubles: string[] = [];
  let pages = 0;
  const journal = createJournal({
    store: store ?? memory.store,
    now: () => clock.nowMs,
    sleep: async (waitMs) => {
      clock.nowMs += waitMs;
    },
    newId: () => `worker-${++pages}`,
    trouble: (event) => troubles.push(event),
  });
  return { journal, memory, clock, troubles };
}

describe('a page', () => {
  test('is opened and finished by two calls of the store', async () => {
    const { journal, memory } = openJournal();
    const page = journal.page(subject);
    expect(await page.open(9_000)).toEqual({ kind: 'granted' });
    expect(await page.finish(good, true)).toEqual(good);
    expect(memory.seen).toEqual({ reads: 0, writes: 2 });
  });

  test('gives a duplicate the first result', async () => {
    const { journal } = openJournal();
    const page = journal.page(subject);
    await page.open(9_000);
    await page.finish(good, true);
    expect(await journal.page(again).open(9_000)).toEqual({ kind: 'done', result: good });
  });

  test('is busy while its lease runs, and in doubt after it', async () => {
    const { journal, clock } = openJournal();
    await journal.page(subject).open(9_000);
    expect(await journal.page(again).open(9_000)).toEqual({ kind: 'busy', untilMs: 9_000 });
    clock.nowMs = 9_001;
    expect(await journal.page(again).open(20_000)).toEqual({ kind: 'doubtful', dispatchedAtMs: 1_000 });
    expect(await journal.page(again).open(20_000)).toEqual({ kind: 'busy', untilMs: 20_000 });
  });

  test('keeps the time of the first dispatch, however often it is taken over', async () => {
    const { journal, clock } = openJournal();
    await journal.page(subject).open(2_000);
    for (const nowMs of [3_000, 5_000]) {
      clock.nowMs = nowMs;
      const page = journal.page(again);
      expect(await page.open(nowMs + 60_000)).toEqual({ kind: 'doubtful', dispatchedAtMs: 1_000 });
      await page.leave();
    }
  });

  test('can be opened again after what was sent was surely not executed', async () => {
    const { journal } = openJournal();
    const page = journal.page(subject);
    await page.open(9_000);
    await page.release();
    expect(await journal.page(again).open(9_000)).toEqual({ kind: 'granted' });
  });

  test('refuses another body under the same id, whatever became of the first', async () => {
    const { journal } = openJournal();
    const other = journal.page({ ...again, digest: 'd2' });
    const page = journal.page(subject);
    await page.open(9_000);
    expect(await other.open(9_000)).toEqual({ kind: 'reused' });
    await page.finish(good, true);
    expect(await other.open(9_000)).toEqual({ kind: 'reused' });
  });

  test('that ended without being executed answers its own message only', async () => {
    const { journal } = openJournal();
    await journal.page(subject).finish(bad, false);
    expect(await journal.page(subject).open(9_000)).toEqual({ kind: 'done', result: bad });
    expect(await journal.page({ ...again, digest: 'd2' }).open(9_000)).toEqual({ kind: 'granted' });
  });

  test('is never forgotten for a failure that sent nothing', async () => {
    const { journal, clock } = openJournal();
    await journal.page(subject).open(9_000);
    expect(await journal.page(again).finish(bad, false)).toEqual(bad);
    clock.nowMs = 9_001;
    expect(await journal.page(again).look()).toMatchObject({ kind: 'doubtful' });
  });

  test('takes the result of whoever knows it, over somebody who only settles', async () => {
    const { journal, clock } = openJournal();
    const slow = journal.page(subject);
    await slow.open(9_000);
    clock.nowMs = 9_001;
    const settling = journal.page(again);
    await settling.open(20_000);
    expect(await slow.finish(good, true)).toEqual(good);
    expect(await settling.finish({ ...good, response: { id: 8 } }, true)).toEqual(good);
  });
});

describe('a store that fails', () => {
  test('lets nothing out', async () => {
    const { journal } = openJournal(['lost']);
    expect(await journal.page(subject).open(9_000)).toEqual({ kind: 'unavailable' });
  });

  test('after it wrote the dispatch leaves a doubt, and no second grant', async () => {
    const { journal, clock } = openJournal(['unanswered']);
    expect(await journal.page(subject).open(9_000)).toEqual({ kind: 'unavailable' });
    expect(await journal.page(subject).open(9_000)).toMatchObject({ kind: 'busy' });
    clock.nowMs = 9_001;
    expect(await journal.page(subject).open(20_000)).toMatchObject({ kind: 'doubtful' });
  });

  test('and took the dispatch twice, refusing it the second time, has granted it', async () => {
    const { journal } = openJournal(['repeated']);
    expect(await journal.page(subject).open(9_000)).toEqual({ kind: 'granted' });
  });

  test('and took a take-over twice, refusing it the second time, has not granted it', async () => {
    const { journal, clock } = openJournal([undefined, undefined, undefined, 'repeated']);
    await journal.page(subject).open(9_000);
    clock.nowMs = 9_001;
    const doubtful = { kind: 'doubtful', dispatchedAtMs: 1_000 };
    expect(await journal.page(again).open(20_000)).toEqual(doubtful);
  });

  test('is asked again until it has taken a result that is known', async () => {
    const { journal, memory } = openJournal([undefined, 'lost', 'unanswered']);
    const page = journal.page(subject);
    await page.open(9_000);
    expect(await page.finish(good, true)).toEqual(good);
    expect(memory.items.get(subject.key)?.value).toMatchObject({ state: 'done', result: good });
  });

  test('for good does not keep a known result from its caller, and somebody is told', async () => {
    const { journal, troubles } = openJournal([undefined, ...Array<Mishap>(20).fill('lost')]);
    const page = journal.page(subject);
    await page.open(9_000);
    expect(await page.finish(good, true)).toEqual(good);
    expect(troubles).toEqual(['journal_not_kept']);
  });
});

describe('workers in any order, with a store that fails at any moment', () => {
  /** One worker: opens, sends where it may, and finishes, or dies before that. */
  const anyWorker = fc.record({
    delivery: fc.constantFrom('message-1', 'message-2'),
    dies: fc.boolean(),
    unexecuted: fc.boolean(),
    startsAtMs: fc.constantFrom(0, 0, 0, 50_000, 100_000),
  });
  const anyMishaps = fc.array(
    fc.constantFrom<Mishap>(undefined, undefined, undefined, 'lost', 'unanswered', 'repeated'),
    {
      maxLength: 12,
    },
  );

  test('send at most once, and never contradict a known result', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(anyWorker, { minLength: 2, maxLength: 6 }),
        anyMishaps,
        async (scheduler, workers, mishaps) => {
          const memory = createMemoryStore<Entry>(mishaps);
          const store: VersionedStore<Entry> = {
            read: async (key) => {
              await scheduler.schedule(Promise.resolve(), 'read');
              return memory.store.read(key);
            },
            write: async (key, value, expected) => {
              await scheduler.schedule(Promise.resolve(), 'write');
              return memory.store.write(key, value, expected);
            },
          };
          const { journal, clock } = openJournal([], store);
          let executed = 0;
          const results: Result[] = [];
          const work = async ({ delivery, dies, unexecuted, startsAtMs }: (typeof workers)[number]) => {
            await scheduler.schedule(Promise.resolve(), 'start');
            clock.nowMs = Math.max(clock.nowMs, startsAtMs);
            const page = journal.page({ ...subject, delivery });
            const opening: Opening = await page.open(clock.nowMs + 10_000);
            if (opening.kind === 'done') results.push(opening.result);
            if (opening.kind !== 'granted') return;
            if (!unexecuted) executed += 1;
            if (dies) return;
            if (unexecuted) await page.release();
            else results.push(await page.finish({ ...good, response: executed }, true));
          };
          const all = Promise.all(workers.map(work));
          await scheduler.waitFor(all);
          expect(executed).toBeLessThanOrEqual(1);
          expect(new Set(results.map(({ response }) => response)).size).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the digest', () => {
  const invocation = { version: 1, connection: 'acme', operationId: 'x' } as const;
  const of = (request: unknown, inputs: Record<string, unknown> | null = {}) =>
    digestOf(operations.createTicket, { ...invocation, request, inputs });

  test('is the same whatever the order of members', () => {
    expect(of({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(of({ b: [{ d: 3, c: 2 }], a: 1 }));
    expect(of(undefined, null)).toBe(of(null, {}));
  });

  test('tells operations, inputs and requests apart', () => {
    const other = digestOf(operations.replaceTicket, { ...invocation, request: { a: 1 } });
    const all = [of({ a: 1 }), of({ a: '1' }), of([1, 2]), of([2, 1]), of({ a: 1 }, { id: 1 }), other];
    expect(new Set(all).size).toBe(all.length);
  });
});
