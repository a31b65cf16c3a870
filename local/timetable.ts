import { Cron } from 'croner';
import { type CronFields, parseExpression } from '../pulls/expression.ts';
import type { ScheduleResource } from './schedule.ts';
import type { Timetable } from './scheduler.ts';

/**
 * The times of a schedule. A rate begins at once, as it does on AWS when it is deployed (AWS: "Schedule types in EventBridge Scheduler").
 * In the hour that spring takes away a cron time comes an hour later here, while AWS leaves it out (local.md §5).
 * @throws Error where the expression is none.
 */
export function timetable(schedule: ScheduleResource, startedAtMs: number): Timetable {
  const expression = parseExpression(schedule.expression);
  if ('problem' in expression)
    throw new Error(`The schedule ${schedule.name} has '${schedule.expression}': it ${expression.problem}.`);
  if (expression.kind === 'rate') {
    const { everyMs } = expression;
    return (afterMs) =>
      afterMs < startedAtMs
        ? startedAtMs
        : startedAtMs + (Math.floor((afterMs - startedAtMs) / everyMs) + 1) * everyMs;
  }
  const pattern = cronPattern(expression.fields);
  const cron = new Cron(pattern, { ...asAws, timezone: schedule.timeZone, paused: true });
  return (afterMs) => cron.nextRun(new Date(afterMs))?.getTime();
}

/** The days of a week are counted from 1, and `5/15` is every fifteenth from the fifth on. */
const asAws = { alternativeWeekdays: true, sloppyRanges: true };

/** With seconds before the fields, and two spellings that croner does not have: the last day of the week, and steps of years from 1970. */
function cronPattern({ minutes, hours, dayOfMonth, month, dayOfWeek, year }: CronFields): string {
  const week = dayOfWeek.replaceAll(/(?<![^,])L(?![^,])/g, '7');
  const years = year.replaceAll('*/', '1970-2199/');
  return `0 ${minutes} ${hours} ${dayOfMonth} ${month} ${week} ${years}`;
}
