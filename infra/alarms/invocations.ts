import { Duration } from 'aws-cdk-lib';
import type { AlarmSpec } from '../alarm.ts';
import type { ConnectorMetrics } from '../connector-metrics.ts';
import type { Deployment } from '../deployment.ts';

/** How invocations end. */
export function invocationAlarms(metrics: ConnectorMetrics, { alarms }: Deployment): readonly AlarmSpec[] {
  const { checkpointAgeHours } = alarms;
  return [
    {
      id: 'FailureShare',
      sentence:
        'At least 5 % of the invocations of a quarter of an hour failed by no mistake of their callers.',
      heading: 'Too many invocations fail',
      // Of fewer than twenty, one alone would be more than that.
      metric: metrics.math(
        'IF(FILL(invocations, 0) >= 20, 100 * (FILL(connectionFailures, 0) + FILL(connectWiseFailures, 0) + FILL(ownFailures, 0)) / FILL(invocations, 1), 0)',
        ['Invocations', 'ConnectionFailures', 'ConnectWiseFailures', 'OwnFailures'],
        'failed, %',
        quarterHour,
      ),
      bound: { atLeast: 5 },
    },
    {
      id: 'FailingConnection',
      sentence: 'A connection failed at least five times in a row, and never succeeded in between.',
      heading: 'A connection fails again and again',
      // A share over all connections does not show one of many.
      metric: metrics.sum('FailuresInARow'),
      bound: { atLeast: 1 },
    },
    {
      id: 'UnknownOutcomes',
      sentence: 'A write was sent, and nothing can tell whether it took effect.',
      heading: 'The outcome of a write is unknown',
      // Each has to be looked at by a person.
      metric: metrics.sum('UnknownOutcomes'),
      bound: { atLeast: 1 },
    },
    {
      id: 'Crashes',
      sentence: 'An invocation crashed: a fault of the connector itself.',
      heading: 'An invocation crashes',
      // The functions catch it, so that neighbours go on: Lambda counts no error.
      metric: metrics.sum('Crashes'),
      bound: { atLeast: 1 },
    },
    {
      id: 'OldCheckpoint',
      sentence: `A pull took a checkpoint that had not moved for more than ${checkpointAgeHours} hours.`,
      heading: 'A checkpoint is too old',
      metric: metrics.of('CheckpointAge', 'Maximum', Duration.hours(1)),
      bound: { atLeast: 3_600 * checkpointAgeHours },
    },
  ];
}

/** How calls of ConnectWise end. */
export function callAlarms(metrics: ConnectorMetrics): readonly AlarmSpec[] {
  return [
    {
      id: 'ThrottledShare',
      sentence: 'ConnectWise answered at least 5 % of the calls of a quarter of an hour with 429.',
      heading: 'ConnectWise throttles too many calls',
      // The governor keeps it below 1 %; a few calls after a block would be many of few.
      metric: metrics.math(
        'IF(FILL(calls, 0) >= 50, 100 * FILL(limitedCalls, 0) / FILL(calls, 1), 0)',
        ['Calls', 'LimitedCalls'],
        'answered with 429, %',
        quarterHour,
      ),
      bound: { atLeast: 5 },
    },
    {
      id: 'GovernorStuck',
      sentence:
        'For a quarter of an hour a connection was at the lowest rate there is, or messages were put to rest and no call went out.',
      heading: 'A connection stands still',
      metric: metrics.math(
        'IF(FILL(stuckGovernors, 0) > 0 OR (FILL(rests, 0) > 0 AND FILL(calls, 0) < 1), 1, 0)',
        ['StuckGovernors', 'Rests', 'Calls'],
        'stuck',
      ),
      bound: { atLeast: 1 },
      // A block lasts half a minute, and messages rest for ten minutes at the most.
      periods: [3, 3],
    },
    {
      id: 'RefusedKeys',
      sentence: 'ConnectWise refused the key of a connection, also after its secret was read again.',
      heading: 'ConnectWise refuses a key',
      // Every further try may lock the member out.
      metric: metrics.sum('RefusedKeys'),
      bound: { atLeast: 1 },
    },
  ];
}

/** Shorter than that, a share is one of few. */
const quarterHour = Duration.minutes(15);
