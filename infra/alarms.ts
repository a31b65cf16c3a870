import type { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmSpec } from './alarm.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { functionAlarms } from './alarms/functions.ts';
import { callAlarms, invocationAlarms } from './alarms/invocations.ts';
import { queueAlarms } from './alarms/queues.ts';
import { type Scheduling, scheduleAlarms } from './alarms/schedules.ts';
import { metricsOf } from './connector-metrics.ts';
import type { Deployment } from './deployment.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** What is watched. */
export interface Watched {
  readonly invocations: QueueWithDeadLetters;
  readonly results: QueueWithDeadLetters;
  readonly queueFunction: NodejsFunction;
  readonly apiFunction: NodejsFunction;
  /** Absent where the deployment has none. */
  readonly ofConsole: NodejsFunction | undefined;
  readonly ofCallbacks: NodejsFunction | undefined;
  /** Absent where nothing is scheduled. */
  readonly scheduling: Scheduling | undefined;
}

export interface Alarms {
  readonly topic: Topic;
  readonly all: readonly Alarm[];
}

/** All alarms of a deployment. Each says what is wrong, and where docs/runbook.md tells what to do. */
export function createAlarms(stack: Stack, watched: Watched, deployment: Deployment): Alarms {
  const scope = new Construct(stack, 'Alarms');
  const topic = createAlarmTopic(scope, deployment);
  const action = new SnsAction(topic);
  const metrics = metricsOf(stack.stackName);
  const specs = [
    ...queueAlarms(watched.invocations, watched.results, deployment),
    ...invocationAlarms(metrics, deployment),
    ...callAlarms(metrics),
    ...functionAlarms('Queue', watched.queueFunction),
    ...functionAlarms('Api', watched.apiFunction),
    ...(watched.ofConsole ? functionAlarms('Console', watched.ofConsole) : []),
    ...(watched.ofCallbacks ? functionAlarms('Callback', watched.ofCallbacks) : []),
    ...(watched.scheduling ? scheduleAlarms(watched.scheduling, stack.stackName) : []),
  ];
  const all = specs.map((spec) => createAlarm(scope, spec, stack.stackName));
  for (const alarm of all) {
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
  return { topic, all };
}

function createAlarm(scope: Construct, spec: AlarmSpec, stackName: string): Alarm {
  const { bound, periods: [bad, of] = [1, 1] } = spec;
  return new Alarm(scope, spec.id, {
    alarmName: `${stackName}-${kebabCase(spec.id)}`,
    alarmDescription: `${spec.sentence} What to do: docs/runbook.md#${anchorOf(spec.heading)}`,
    metric: spec.metric,
    ...('atLeast' in bound
      ? {
          threshold: bound.atLeast,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        }
      : { threshold: bound.lessThan, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD }),
    datapointsToAlarm: bad,
    evaluationPeriods: of,
    treatMissingData: spec.ringsInSilence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}

const kebabCase = (id: string) => id.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** As GitHub makes one of a heading of letters, commas and apostrophes. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z\s-]/g, '')
    .replaceAll(/\s/g, '-');
