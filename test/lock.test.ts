import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { executeLocked, type Lock, turnMs } from '../lib/lock.ts';
import { ended, type Outcome, waiting } from '../lib/outcome.ts';
import { failed, type Heading, succeeded } from '../lib/result.ts';
import { sentBack, tooMany } from './answers.ts';
import { createMemoryStore, type Mishap } from './memory-store.ts';
import { observedEngine } from './observed-engine.ts';

const limitMs = 60_000;
const headOf = (id: string): Heading => ({
  version: 1,
  id,
  connection: 'acme',
  operationId: 'getServiceTickets',
});
const rest = (id: string) =>
  waiting(failed(headOf(id), { reason: 'rate_limited', message: 'Later.' }), 1_000);
const done = (id: string) => ended(succeeded(headOf(id), { responseCode: '200', response: id }));

/** Runs of one lock, on a clock that goes on by itself only where a test says so. */
function start(mishaps: Mishap[] = []) {
  const clock = { nowMs: 0 };
  const { store, items } = createMemoryStore<Lock>(mishaps);
  const executed: string[] = [];
  const deliver = (id: string, end: (id: string) => Outcome = done, canWait = true) =>
    executeLocked(
      { locks: store, now: () => clock.nowMs },
      {
        head: headOf(id),
        subject: { key: `acme/${id}`, digest: 'digest', delivery: id },
        connection: 'acme',
        lock: 'hourly',
        deadlineMs: clock.nowMs + limitMs,
        canWait,
      },
      async () => {
        executed.push(id);
        return end(id);
      },
    );
  return { clock, items, executed, deliver };
}

const aside = { kind: 'result', result: { succeeded: false, failure: { reason: 'stepped_aside' } } };

describe('a run of a lock', () => {
  test('steps aside while another is going on, though that only rests, and says which', async () => {
    const { deliver, executed } = start();
    await deliver('first', rest);
    const outcome = await deliver('second');
    expect(outcome).toMatchObject(aside);
    expect(outcome.result.failure?.message).toContain("'first' of the same lock 'hourly'");
    expect(executed).toEqual(['first']);
  });

  test('goes when the one before has its result', async () => {
    const { deliver } = start();
    await deliver('first', rest);
    await deliver('first');
    expect(await deliver('second')).toEqual(done('second'));
  });

  test('that stepped aside does so again where its message comes again, for that was its answer', async () => {
    const { deliver } = start();
    await deliver('first', rest);
    await deliver('second');
    await deliver('first');
    expect(await deliver('second')).toMatchObject(aside);
    expect(await deliver('third')).toEqual(done('third'));
  });

  test('whose message comes again after its end keeps nobody away, nor is it kept away', async () => {
    const { deliver, executed } = start();
    await deliver('first');
    await deliver('second', rest);
    expect(await deliver('first')).toEqual(done('first'));
    expect(await deliver('third')).toMatchObject(aside);
    expect(executed).toEqual(['first', 'second', 'first']);
  });

  test('whose message does not come any more is not waited for for ever', async () => {
    const { deliver, clock } = start();
    await deliver('first', rest);
    clock.nowMs += limitMs + turnMs - 1;
    expect(await deliver('second')).toMatchObject(aside);
    clock.nowMs += 1;
    expect(await deliver('third')).toEqual(done('third'));
  });

  test('by a door that cannot wait is over with its answer', async () => {
    const { deliver } = start();
    await deliver('first', rest, false);
    expect(await deliver('second')).toEqual(done('second'));
  });

  test('that cannot be written down as over comes again, for the same result', async () => {
    const { deliver, clock } = start([undefined, undefined, undefined, 'lost']);
    expect(await deliver('first')).toMatchObject({ kind: 'wait' });
    clock.nowMs += 30_000;
    expect(await deliver('first')).toEqual(done('first'));
    expect(await deliver('second')).toEqual(done('second'));
  });

  test('is executed by one of them, where the table answers a write twice', async () => {
    const { deliver, executed } = start([undefined, 'repeated']);
    expect(await deliver('first', rest)).toEqual(rest('first'));
    expect(await deliver('second')).toMatchObject(aside);
    expect(executed).toEqual(['first']);
  });
});

test('no two runs are going on at once, in whatever order their messages come and fail', async () => {
  const step = fc.record({
    run: fc.integer({ min: 0, max: 3 }),
    isResult: fc.boolean(),
    mishap: fc.constantFrom<Mishap>(undefined, undefined, undefined, 'lost', 'unanswered', 'repeated'),
    passMs: fc.constantFrom(0, 1_000, 600_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const mishaps: Mishap[] = [];
      const { deliver, clock } = start(mishaps);
      const going = new Map<string, number>();
      const over = new Set<string>();
      for (const { run, isResult, mishap, passMs } of steps) {
        const id = `run-${run}`;
        mishaps.splice(0, mishaps.length, undefined, mishap);
        await deliver(id, () => {
          const others = [...going].filter(([other, untilMs]) => other !== id && untilMs > clock.nowMs);
          if (!over.has(id)) expect(others).toEqual([]);
          if (isResult) over.add(id);
          if (isResult) going.delete(id);
          else if (!over.has(id)) going.set(id, clock.nowMs + limitMs + turnMs);
          return isResult ? done(id) : rest(id);
        });
        clock.nowMs += passMs;
      }
    }),
  );
});

test('an invocation that names a lock is not sent while another one rests, but for a dry run', async () => {
  const { execute, seen } = observedEngine({ sent: [sentBack(429, tooMany)] });
  const named = (id: string) => ({ id, lock: 'hourly' });
  expect(await execute(named('first'))).toMatchObject({ kind: 'wait' });
  expect(await execute(named('second'))).toMatchObject(aside);
  expect(await execute({ ...named('dry'), preflight: 'only' })).toMatchObject({
    result: { succeeded: true },
  });
  expect(seen.exchanges).toHaveLength(1);
  expect(await execute({ id: 'without' })).toMatchObject({ kind: 'wait' });
});
