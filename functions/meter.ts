import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * What is counted and measured, each over all connections: a metric costs by the month for each value of a dimension, so what
 * belongs to a connection stands in the lines of the log alone (docs/decisions/0018-metrics-in-sum.md).
 */
const units = {
  /** Invocations that ended with a result, and calls of the API that were answered. */
  Invocations: MetricUnit.Count,
  /** Of these: what the caller got wrong, or ConnectWise does not allow. */
  Refusals: MetricUnit.Count,
  /** Of these: the secret, the key or its rights are wrong. */
  ConnectionFailures: MetricUnit.Count,
  /** Of these: ConnectWise refused the key itself. */
  RefusedKeys: MetricUnit.Count,
  ConnectWiseFailures: MetricUnit.Count,
  OwnFailures: MetricUnit.Count,
  /** Of all failures but refusals: those by which a connection failed the fifth time in a row, or a further time, in one worker. */
  FailuresInARow: MetricUnit.Count,
  UnknownOutcomes: MetricUnit.Count,
  /** Attempts that ended in a fault of ours; those of the queue come back. */
  Crashes: MetricUnit.Count,
  /** Attempts that did not come to an end because of the rate limit. */
  Rests: MetricUnit.Count,
  /** Requests to ConnectWise, whatever came of them. */
  Calls: MetricUnit.Count,
  /** Of these: answered with 429. */
  LimitedCalls: MetricUnit.Count,
  CallLatency: MetricUnit.Milliseconds,
  PulledPages: MetricUnit.Count,
  PulledRows: MetricUnit.Count,
  IncompletePulls: MetricUnit.Count,
  /** How long ago a checkpoint was moved when a pull takes it. */
  CheckpointAge: MetricUnit.Seconds,
  /** Calls a minute that the governor lets through, each time that a worker tells the others. */
  GovernorRate: MetricUnit.Count,
  /** How often that was the least that it can be. */
  StuckGovernors: MetricUnit.Count,
} as const;

export type MetricName = keyof typeof units;

export interface Meter {
  count(name: MetricName, by?: number): void;
  measure(name: MetricName, value: number): void;
  /** Puts out what was counted and measured since the last time, as lines that CloudWatch makes metrics of. */
  flush(): void;
}

/** Under which names CloudWatch keeps the metrics. */
export interface MeterSettings {
  readonly namespace: string;
  /** Tells one deployment from another: the one dimension. */
  readonly service: string;
}

/** @param settings undefined: nothing is counted. */
export function createMeter(settings: MeterSettings | undefined): Meter {
  if (!settings) return { count: () => undefined, measure: () => undefined, flush: () => undefined };
  const metrics = new Metrics({ namespace: settings.namespace, serviceName: settings.service });
  const sums = new Map<MetricName, number>();
  return {
    // Summed up here: the format takes 100 values of a metric in a line, and a long pull counts thousands.
    count: (name, by = 1) => {
      sums.set(name, (sums.get(name) ?? 0) + by);
    },
    measure: (name, value) => {
      metrics.addMetric(name, units[name], value);
    },
    flush: () => {
      for (const [name, sum] of sums) metrics.addMetric(name, units[name], sum);
      sums.clear();
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
