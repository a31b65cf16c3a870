/** A scheduled invocation that was checked, as plain data: what the stack needs of it. */
export interface Schedule {
  /** Lower case letters, digits and hyphens; no two differ by hyphens alone. */
  readonly name: string;
  /** As EventBridge Scheduler takes it. */
  readonly expression: string;
  /** How often it runs, where that is always the same: by a rate, and not by cron. */
  readonly everySeconds?: number;
  readonly timeZone: string;
  /** 0: a run begins at its time. */
  readonly flexibleMinutes: number;
  readonly enabled: boolean;
  readonly connection: string;
  /** The id of each run, with `scheduledTime` in it. */
  readonly id: string;
  /** The text of the invocation, with `scheduledTime` in its id. */
  readonly message: string;
  /** How long a run that could not be put on the queue is tried again. */
  readonly maxAgeSeconds: number;
}

/**
 * Scheduler puts the time of the run in its place, such as 2026-03-22T18:59:00Z. A run that is tried again or delivered twice keeps
 * its time, so its id names the run; `<aws.scheduler.execution-id>` would be another with every attempt.
 */
export const scheduledTime = '<aws.scheduler.scheduled-time>';
