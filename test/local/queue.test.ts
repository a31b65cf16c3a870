import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createQueues } from '../../local/queues.ts';

const settings = { visibilitySeconds: 30, delaySeconds: 0, retentionSeconds: 100_000 };
const message = (body: string) => ({ body, attributes: {}, group: body.slice(-1), delaySeconds: undefined });

function workWithDeadLetters(maxReceiveCount: number) {
  const clock = { nowMs: 0 };
  const queues = createQueues(() => clock.nowMs);
  const dead = queues.create({ ...settings, name: 'dead', redrive: undefined });
  const work = queues.create({ ...settings, name: 'work', redrive: { queueName: 'dead', maxReceiveCount } });
  return { clock, work, dead };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const) }),
  fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: fc.constant('remove' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('hide' as const), which: fc.nat(20), seconds: fc.nat(60) }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(40) }),
);

describe('queue', () => {
  test('every message is hidden, deleted or delivered, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { clock, work, dead } = workWithDeadLetters(3);
        const hiddenUntilMs = new Map<string, number>();
        const receipts: { readonly id: string; readonly handle: string }[] = [];
        const deleted = new Set<string>();
        const sent: string[] = [];
        for (const now of steps) {
          const receipt = 'which' in now ? receipts[now.which % Math.max(1, receipts.length)] : undefined;
          if (now.kind === 'send') sent.push(work.send(message(`${sent.length}`)).id);
          if (now.kind === 'pass') clock.nowMs += now.seconds * 1000;
          if (now.kind === 'remove' && receipt && work.remove(receipt.handle)) deleted.add(receipt.id);
          if (now.kind === 'hide' && receipt && work.hide(receipt.handle, now.seconds)) {
            hiddenUntilMs.set(receipt.id, clock.nowMs + now.seconds * 1000);
          }
          for (const { id, receiptHandle, receiveCount } of now.kind === 'receive'
            ? work.receive(now.max)
            : []) {
            expect(hiddenUntilMs.get(id) ?? 0).toBeLessThanOrEqual(clock.nowMs);
            expect(deleted).not.toContain(id);
            expect(receiveCount).toBeLessThanOrEqual(3);
            hiddenUntilMs.set(id, clock.nowMs + 30_000);
            receipts.push({ id, handle: receiptHandle });
          }
        }
        const { visible, inFlight } = work.count();
        const givenUp = dead.receive(10_000).filter(({ id }) => !deleted.has(id)).length;
        expect(visible + inFlight + givenUp + deleted.size).toBe(sent.length);
      }),
      { numRuns: 300 },
    );
  });

  test('a message that is kept too long vanishes', () => {
    const { clock, work } = workWithDeadLetters(3);
    work.send(message('old'));
    clock.nowMs = 100_000_000;
    expect(work.receive(1)).toEqual([]);
    expect(work.count()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('a hundred thousand messages are taken in a moment', () => {
    const { work } = workWithDeadLetters(3);
    for (let sent = 0; sent < 100_000; sent += 1) work.send(message(`${sent}`));
    const startedAtMs = performance.now();
    let taken = 0;
    for (let batch = work.receive(10); batch.length > 0; batch = work.receive(10)) {
      taken += batch.length;
      for (const { receiptHandle } of batch) work.remove(receiptHandle);
    }
    expect(taken).toBe(100_000);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  test('a handle of another queue deletes nothing', () => {
    const { work, dead } = workWithDeadLetters(3);
    work.send(message('a'));
    const [received] = work.receive(1);
    expect(dead.remove(received?.receiptHandle ?? '')).toBe(false);
    expect(work.remove('nonsense')).toBe(false);
    expect(work.count().inFlight).toBe(1);
  });
});
