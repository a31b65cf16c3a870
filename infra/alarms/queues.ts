import type { AlarmSpec } from '../alarm.ts';
import { usualPeriod } from '../connector-metrics.ts';
import type { Deployment } from '../deployment.ts';
import type { QueueWithDeadLetters } from '../queue-with-dead-letters.ts';

/** What comes in and goes out: that it moves, and that nothing is left behind. */
export function queueAlarms(
  invocations: QueueWithDeadLetters,
  results: QueueWithDeadLetters,
  { alarms }: Deployment,
): readonly AlarmSpec[] {
  const { oldestMessageMinutes } = alarms;
  const letters = ({ deadLetters }: QueueWithDeadLetters) =>
    deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: usualPeriod });
  const age = ({ queue }: QueueWithDeadLetters) =>
    queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: usualPeriod });
  return [
    {
      id: 'DeadLetters',
      sentence: 'An invocation came back ten times without a result and is a dead letter.',
      heading: 'An invocation is a dead letter',
      metric: letters(invocations),
      bound: { atLeast: 1 },
    },
    {
      id: 'ResultDeadLetters',
      sentence: 'A result was delivered as often as it may be and nobody deleted it: it is a dead letter.',
      heading: 'A result is a dead letter',
      metric: letters(results),
      bound: { atLeast: 1 },
    },
    {
      id: 'OldInvocations',
      sentence: `The oldest invocation has waited for more than ${oldestMessageMinutes} minutes.`,
      heading: 'Invocations wait too long',
      metric: age(invocations),
      bound: { atLeast: 60 * oldestMessageMinutes },
      // A deployment, or one block of a connection, holds a queue up for a few minutes.
      periods: [3, 3],
    },
    {
      id: 'OldResults',
      sentence: 'The oldest result has waited for a day: nobody takes results, and SQS drops them after 14.',
      heading: 'Nobody takes the results',
      metric: age(results),
      // A reader may run once a night. After a day, thirteen are left.
      bound: { atLeast: 86_400 },
    },
  ];
}
