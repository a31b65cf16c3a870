import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { AlarmSpec } from '../alarm.ts';
import { usualPeriod } from '../connector-metrics.ts';

/** So much of its time may a function use: it keeps some back for itself, and where that is nearly gone, calls are cut off. */
const timeShare = 0.96;

/** What Lambda itself says of a function. */
export function functionAlarms(
  name: 'Queue' | 'Api' | 'Console' | 'Callback',
  lambda: NodejsFunction,
): readonly AlarmSpec[] {
  const called = `${name === 'Api' ? 'API' : name.toLowerCase()} function`;
  const seconds = lambda.timeout?.toSeconds() ?? 0;
  return [
    {
      id: `${name}FunctionErrors`,
      sentence: `The ${called} ended in an error in two of three periods of five minutes.`,
      heading: 'A function fails',
      metric: lambda.metricErrors({ period: usualPeriod }),
      bound: { atLeast: 1 },
      // A worker that is killed once is made good by the next delivery.
      periods: [2, 3],
    },
    {
      id: `${name}FunctionDuration`,
      sentence: `The ${called} ran for nearly all of its ${seconds} seconds, three times within an hour.`,
      heading: 'A function runs near its limit',
      metric: lambda.metricDuration({ statistic: 'Maximum', period: usualPeriod }),
      bound: { atLeast: Math.round(1_000 * timeShare * seconds) },
      periods: [3, 12],
    },
    {
      id: `${name}FunctionThrottles`,
      sentence: `Lambda refused to run the ${called} in two of three periods of five minutes.`,
      heading: 'A function is throttled',
      metric: lambda.metricThrottles({ period: usualPeriod }),
      bound: { atLeast: 1 },
      periods: [2, 3],
    },
  ];
}
