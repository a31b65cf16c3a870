import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ScheduleResource } from '../../local/schedule.ts';
import { type SchedulerParts, startScheduler } from '../../local/scheduler.ts';

const startMs = Date.parse('2026-11-25T16:00:00Z');
const minuteMs = 60_000;

const scheduleOf = (name: string, more: Partial<ScheduleResource> = {}): ScheduleResource => ({
  logicalId: name,
  name,
  expression: 'rate(1 minute)',
  timeZone: 'UTC',
  isEnabled: true,
  input: JSON.stringify({
    QueueUrl: 'http://aws/work',
    MessageBody: JSON.stringify({ id: `${name}:<aws.scheduler.scheduled-time>` }),
    MessageGroupId: 'acme',
  }),
  ...more,
});

/** A scheduler whose time passes by hand, and what it sent. */
function observe(schedules: readonly ScheduleResource[], parts: Partial<SchedulerParts> = {}) {
  let nowMs = startMs;
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const sent: string[] = [];
  const lines: string[] = [];
  const scheduler = startScheduler(schedules, {
    timetable: (_, startedAtMs) => (afterMs) =>
      startedAtMs + (Math.floor((afterMs - startedAtMs) / minuteMs) + 1) * minuteMs,
    send: async ({ MessageBody }) => {
      sent.push(JSON.parse(MessageBody).id);
    },
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.add({ untilMs: nowMs + ms, wake: resolve });
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    log: (line) => lines.push(line),
    ...parts,
  });
  const jump = async (ms: number) => {
    nowMs += ms;
    for (const sleeper of sleepers) {
      if (sleeper.untilMs > nowMs) continue;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
    await setImmediate();
  };
  const pass = async (ms: number) => {
    await setImmediate();
    for (let passed = 0; passed < ms; passed += 10_000) await jump(10_000);
  };
  return { scheduler, sent, lines, pass, jump };
}

describe('scheduler', () => {
  test('sends each message at its times, with the time in it', async () => {
    const { scheduler, sent, pass } = observe([scheduleOf('a')]);
    await pass(3 * minuteMs);
    await scheduler.stop();
    expect(sent).toEqual([
      'a:2026-11-25T16:00:00Z',
      'a:2026-11-25T16:01:00Z',
      'a:2026-11-25T16:02:00Z',
      'a:2026-11-25T16:03:00Z',
    ]);
  });

  test('tells when each schedule runs next, and nothing of what is disabled', async () => {
    const { scheduler, pass } = observe([scheduleOf('a'), scheduleOf('b', { isEnabled: false })]);
    expect(scheduler.next('a')).toBe(startMs);
    await pass(90_000);
    expect(scheduler.next('a')).toBe(startMs + 2 * minuteMs);
    expect(scheduler.next('b')).toBeUndefined();
    await scheduler.stop();
  });

  test('leaves out what is disabled', async () => {
    const { scheduler, sent, pass } = observe([scheduleOf('a', { isEnabled: false }), scheduleOf('b')]);
    await pass(minuteMs);
    await scheduler.stop();
    expect(sent).toEqual(['b:2026-11-25T16:00:00Z', 'b:2026-11-25T16:01:00Z']);
  });

  test('leaves out what this machine slept through', async () => {
    const { scheduler, sent, pass, jump } = observe([scheduleOf('a')]);
    await pass(minuteMs);
    await jump(10 * minuteMs);
    await pass(minuteMs);
    await scheduler.stop();
    expect(sent).toEqual([
      'a:2026-11-25T16:00:00Z',
      'a:2026-11-25T16:01:00Z',
      'a:2026-11-25T16:02:00Z',
      'a:2026-11-25T16:12:00Z',
    ]);
  });

  test('goes on after a message that could not be sent', async () => {
    let calls = 0;
    const send = async () => {
      calls += 1;
      throw new Error('the queue is gone');
    };
    const { scheduler, lines, pass } = observe([scheduleOf('a')], { send });
    await pass(minuteMs);
    await scheduler.stop();
    expect(calls).toBe(2);
    expect(lines).toEqual([
      'The schedule a could not send: the queue is gone',
      'The schedule a could not send: the queue is gone',
    ]);
  });

  test('says which schedule is no message', async () => {
    const { scheduler, sent, lines, pass } = observe([
      scheduleOf('a', { input: '{"QueueUrl":"http://aws/work"}' }),
    ]);
    await pass(10_000);
    await scheduler.stop();
    expect(sent).toEqual([]);
    expect(lines[0]).toContain("The schedule a sends no message: 'MessageBody' is missing.");
  });

  test('does not start with an expression that is none', () => {
    const timetable = () => {
      throw new Error('no expression');
    };
    expect(() => observe([scheduleOf('a')], { timetable })).toThrow('no expression');
  });

  test('ends where there is no further time', async () => {
    const once = { timetable: () => (afterMs: number) => (afterMs < startMs ? startMs : undefined) };
    const { scheduler, sent, pass } = observe([scheduleOf('a')], once);
    await pass(5 * minuteMs);
    await scheduler.stop();
    expect(sent).toHaveLength(1);
  });

  test('sends nothing once it is stopped', async () => {
    const { scheduler, sent, pass } = observe([scheduleOf('a')]);
    await pass(minuteMs);
    await scheduler.stop();
    await pass(5 * minuteMs);
    expect(sent).toHaveLength(2);
  });
});
