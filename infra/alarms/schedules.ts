import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Schedule } from '../../pulls/schedule.ts';
import type { AlarmSpec } from '../alarm.ts';
import { usualPeriod } from '../connector-metrics.ts';

export interface Scheduling {
  readonly deadLetters: Queue;
  readonly schedules: readonly Schedule[];
}

/** That what is to run at its times does. Scheduler itself tells no more than how often it tried. */
export function scheduleAlarms(
  { deadLetters, schedules }: Scheduling,
  groupName: string,
): readonly AlarmSpec[] {
  const ofGroup = (metricName: string, period: Duration) =>
    new Metric({
      namespace: 'AWS/Scheduler',
      metricName,
      dimensionsMap: { ScheduleGroup: groupName },
      statistic: 'Sum',
      period,
    });
  const missed: AlarmSpec = {
    id: 'MissedSchedule',
    sentence: 'EventBridge Scheduler could not put a run of a schedule on the queue and gave it up.',
    heading: 'A run of a schedule was missed',
    metric: new MathExpression({
      expression: 'FILL(letters, 0) + FILL(dropped, 0)',
      usingMetrics: {
        letters: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
        dropped: ofGroup('InvocationDroppedCount', usualPeriod),
      },
      label: 'missed',
      period: usualPeriod,
    }),
    bound: { atLeast: 1 },
  };
  const seconds = shortestRateSeconds(schedules);
  if (seconds === undefined) return [missed];
  const period = Duration.seconds(Math.max(usualPeriod.toSeconds(), seconds));
  const silent: AlarmSpec = {
    id: 'NoSchedule',
    sentence: `No schedule has run for twice ${period.toHumanString()}, though one is to run as often as that.`,
    heading: 'No schedule runs',
    metric: ofGroup('InvocationAttemptCount', period),
    bound: { lessThan: 1 },
    periods: [2, 2],
    ringsInSilence: true,
  };
  return [missed, silent];
}

/** An alarm looks back for seven days at the most, and this one for two runs. */
const longestSeconds = 3 * 86_400;

/** Times of cron have no one distance, so that a deployment with them alone is not watched so. */
function shortestRateSeconds(schedules: readonly Schedule[]): number | undefined {
  const rates = schedules.flatMap(({ enabled, everySeconds }) =>
    enabled && everySeconds ? [everySeconds] : [],
  );
  const watchable = rates.filter((seconds) => seconds <= longestSeconds);
  return watchable.length > 0 ? Math.min(...watchable) : undefined;
}
