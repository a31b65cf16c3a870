import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../functions/meter.ts';

/** Where the functions' own metrics are kept; they read it from their environment. */
export const metricsNamespace = 'ManageConnector';

/** The functions' own metrics of one deployment, over all connections. */
export interface ConnectorMetrics {
  of(name: MetricName, statistic: string, period?: Duration): Metric;
  sum(name: MetricName, period?: Duration): Metric;
  /**
   * A figure made of sums, such as `FILL(Rests, 0) > 0`. The names are those of the metrics in lower case at the beginning.
   * @param names of the metrics that the expression uses.
   */
  math(expression: string, names: readonly MetricName[], label: string, period?: Duration): MathExpression;
}

export const usualPeriod = Duration.minutes(5);

export function metricsOf(deploymentName: string): ConnectorMetrics {
  const of = (metricName: MetricName, statistic: string, period = usualPeriod) =>
    new Metric({
      namespace: metricsNamespace,
      metricName,
      dimensionsMap: { service: deploymentName },
      statistic,
      period,
    });
  const sum = (name: MetricName, period?: Duration) => of(name, 'Sum', period);
  return {
    of,
    sum,
    math: (expression, names, label, period = usualPeriod) => {
      const usingMetrics = Object.fromEntries(
        names.map((name): [string, IMetric] => [variableOf(name), sum(name, period)]),
      );
      return new MathExpression({ expression, usingMetrics, label, period });
    },
  };
}

/** CloudWatch wants variables that begin with a small letter. */
const variableOf = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
