import type { Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Alarms, Watched } from './alarms.ts';
import { type ConnectorMetrics, metricsOf } from './connector-metrics.ts';

const wide = 24;
const half = 12;
const third = 8;

/** One page that answers: is it well, which connection is not, and why. */
export function createDashboard(stack: Stack, watched: Watched, { all }: Alarms): void {
  const metrics = metricsOf(stack.stackName);
  const title = (markdown: string) => new TextWidget({ markdown, width: wide, height: 1 });
  new Dashboard(stack, 'Dashboard', {
    dashboardName: stack.stackName,
    widgets: [
      [title('## Is it well?')],
      [
        new AlarmStatusWidget({
          title: 'Alarms (docs/runbook.md)',
          alarms: [...all],
          width: wide,
          height: 4,
        }),
      ],
      figures(watched, metrics),
      [title('## Which connection is not?')],
      connections(watched),
      [title('## Why?')],
      ...graphs(watched, metrics),
    ],
  });
}

function figures({ invocations, results }: Watched, metrics: ConnectorMetrics): IWidget[] {
  const visible = ({ queue }: Watched['results']) =>
    queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' });
  const letters = ({ deadLetters }: Watched['results'], label: string) =>
    deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', label });
  return [
    new SingleValueWidget({
      title: 'Over the time that is shown',
      metrics: [
        metrics.sum('Invocations'),
        metrics.sum('Refusals'),
        metrics.sum('ConnectionFailures'),
        metrics.sum('ConnectWiseFailures'),
        metrics.sum('OwnFailures'),
        metrics.sum('UnknownOutcomes'),
      ],
      setPeriodToTimeRange: true,
      width: half,
    }),
    new SingleValueWidget({
      title: 'Now',
      metrics: [
        visible(invocations).with({ label: 'invocations waiting' }),
        visible(results).with({ label: 'results waiting' }),
        letters(invocations, 'dead invocations'),
        letters(results, 'dead results'),
      ],
      width: half,
    }),
  ];
}

/** What belongs to one connection stands in the log alone: failures are all there, whatever the sampling. */
function connections({ queueFunction, apiFunction }: Watched): IWidget[] {
  const logGroupNames = [queueFunction, apiFunction].map((it) => it.logGroup.logGroupName);
  const table = (title: string, queryLines: string[]) =>
    new LogQueryWidget({
      title,
      logGroupNames,
      queryLines,
      view: LogQueryVisualizationType.TABLE,
      width: third,
      height: 8,
    });
  return [
    table('Failures', [
      'filter message.event = "result" and ispresent(message.reason)',
      'stats count(*) as failures, latest(message.operationId) as last by message.connection, message.reason',
      'sort failures desc',
      'limit 20',
    ]),
    table('Waiting for the rate limit', [
      'filter message.reason = "rate_limited"',
      'stats count(*) as rests, sum(message.limited) as answered429, min(message.perMinute) as leastPerMinute by message.connection',
      'sort rests desc',
      'limit 20',
    ]),
    table('Slow', [
      'filter message.calls > 0',
      'stats pct(message.connectWiseMs / message.calls, 95) as p95Ms, sum(message.calls) as calls by message.connection',
      'sort p95Ms desc',
      'limit 20',
    ]),
  ];
}

function graphs(watched: Watched, metrics: ConnectorMetrics): IWidget[][] {
  const { invocations, results, queueFunction, apiFunction } = watched;
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, width: third });
  const age = ({ queue }: Watched['results'], label: string) =>
    queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', label });
  const ofFunctions = (pick: (it: NodejsFunction) => IMetric[]) => [queueFunction, apiFunction].flatMap(pick);
  return [
    [
      graph('How invocations end', [
        metrics.sum('Invocations'),
        metrics.sum('Refusals'),
        metrics.sum('ConnectionFailures'),
        metrics.sum('ConnectWiseFailures'),
        metrics.sum('OwnFailures'),
        metrics.sum('UnknownOutcomes'),
      ]),
      graph(
        'Age of the oldest message, s',
        [age(invocations, 'invocations'), age(results, 'results')],
        [metrics.sum('Rests')],
      ),
      graph(
        'Calls of ConnectWise',
        [metrics.sum('Calls'), metrics.sum('LimitedCalls')],
        [metrics.of('GovernorRate', 'Minimum').with({ label: 'least rate, a minute' })],
      ),
    ],
    [
      graph(
        'ConnectWise answers in, ms',
        ['p50', 'p95', 'p99'].map((it) => metrics.of('CallLatency', it).with({ label: it })),
      ),
      graph(
        'Pulls',
        [metrics.sum('PulledRows')],
        [metrics.sum('PulledPages'), metrics.sum('IncompletePulls')],
      ),
      graph('Age of checkpoints when they are taken, s', [metrics.of('CheckpointAge', 'Maximum')]),
    ],
    [
      graph(
        'The functions run for, ms',
        ofFunctions((it) => [
          it.metricDuration({ statistic: 'p95' }),
          it.metricDuration({ statistic: 'Maximum' }),
        ]),
      ),
      graph('Errors and throttles', [
        ...ofFunctions((it) => [it.metricErrors(), it.metricThrottles()]),
        metrics.sum('Crashes'),
      ]),
      graph(
        'At once',
        ofFunctions((it) => [it.metric('ConcurrentExecutions', { statistic: 'Maximum' })]),
      ),
    ],
  ];
}
