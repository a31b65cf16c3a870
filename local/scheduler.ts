import { setTimeout } from 'node:timers/promises';
import { messageAt, type ScheduleResource, type SendMessageInput } from './schedule.ts';

/** The times of a schedule: the first after a time, in milliseconds; undefined where there is none any more. */
export type Timetable = (afterMs: number) => number | undefined;

export interface SchedulerParts {
  /** @param startedAtMs what a rate counts from. */
  readonly timetable: (schedule: ScheduleResource, startedAtMs: number) => Timetable;
  readonly send: (message: SendMessageInput) => Promise<void>;
  readonly now: () => number;
  /** Resolves after so long, and throws once the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: (line: string) => void;
}

export const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  await setTimeout(ms, undefined, { signal });
};

/** Timers of Node hold no longer than 24 days; and after this machine was asleep, its clock is looked at anew. */
const longestSleepMs = 60_000;

export interface Scheduler {
  /** When a schedule runs next, in milliseconds; undefined where it does not any more. */
  next(name: string): number | undefined;
  /** Puts no further message on a queue, and resolves when the one that is being sent is. */
  stop(): Promise<void>;
}

/**
 * Sends the messages of enabled schedules at their times, as EventBridge Scheduler does. Runs that this machine slept through are
 * left out. Throws where a schedule has no timetable.
 */
export function startScheduler(schedules: readonly ScheduleResource[], parts: SchedulerParts): Scheduler {
  const stopping = new AbortController();
  const startedAtMs = parts.now();
  const due = new Map<string, number | undefined>();
  const running = schedules
    .filter(({ isEnabled }) => isEnabled)
    .map((schedule) => ({ schedule, next: parts.timetable(schedule, startedAtMs) }))
    .map(({ schedule, next }) => {
      const told: Timetable = (afterMs) => {
        const dueMs = next(afterMs);
        due.set(schedule.name, dueMs);
        return dueMs;
      };
      return run(schedule, told, told(startedAtMs - 1), parts, stopping.signal);
    });
  return {
    next: (name) => due.get(name),
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function run(
  schedule: ScheduleResource,
  next: Timetable,
  firstMs: number | undefined,
  parts: SchedulerParts,
  signal: AbortSignal,
): Promise<void> {
  for (let dueMs = firstMs; dueMs !== undefined; dueMs = next(Math.max(dueMs, parts.now()))) {
    if (!(await waitUntil(dueMs, parts, signal))) return;
    try {
      await parts.send(messageAt(schedule, dueMs));
    } catch (error) {
      parts.log(
        `The schedule ${schedule.name} could not send: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

/** @returns false where it was stopped before. */
async function waitUntil(
  dueMs: number,
  { now, sleep }: SchedulerParts,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    const waitMs = dueMs - now();
    if (waitMs <= 0) return true;
    try {
      await sleep(Math.min(waitMs, longestSleepMs), signal);
    } catch {
      return false;
    }
  }
  return false;
}
