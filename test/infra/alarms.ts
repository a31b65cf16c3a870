import * as z from 'zod/mini';
import { resourcesOf, type Template } from './synthesised.ts';

const dimensionsSchema = z._default(z.array(z.object({ Name: z.string(), Value: z.unknown() })), []);
const alarmSchema = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()),
  OKActions: z.array(z.unknown()),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  TreatMissingData: z.string(),
  Namespace: z.optional(z.string()),
  MetricName: z.optional(z.string()),
  Period: z.optional(z.number()),
  Dimensions: dimensionsSchema,
  Metrics: z._default(
    z.array(
      z.object({
        Id: z.string(),
        Expression: z.optional(z.string()),
        MetricStat: z.optional(
          z.object({
            Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema }),
            Period: z.number(),
          }),
        ),
      }),
    ),
    [],
  ),
});

/** The alarms of a template, each with the metrics that it reads, whether by itself or by an expression. */
export const alarmsOf = (template: Template) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
    const { Namespace, MetricName, Period, Dimensions, Metrics, ...alarm } = alarmSchema.parse(Properties);
    const own = [{ Metric: { Namespace, MetricName, Dimensions }, Period }];
    const metrics = Metrics.length > 0 ? Metrics.flatMap(({ MetricStat }) => MetricStat ?? []) : own;
    return {
      ...alarm,
      /** What is compared with the threshold, where that is not the metric itself; its variables are named as here. */
      expression: Metrics.find(({ Expression }) => Expression !== undefined)?.Expression,
      variables: Object.fromEntries(
        Metrics.flatMap(({ Id, MetricStat }) => (MetricStat ? [[MetricStat.Metric.MetricName, Id]] : [])),
      ),
      metrics: metrics.map(({ Metric, Period: periodSeconds = 0 }) => ({
        namespace: Metric.Namespace ?? '',
        name: Metric.MetricName ?? '',
        dimensions: Object.fromEntries(Metric.Dimensions.map((it) => [it.Name, it.Value])),
        periodSeconds,
      })),
    };
  });
