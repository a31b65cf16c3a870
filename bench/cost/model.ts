import { price, wholeProcessorMb } from './prices.ts';
import type { Usage } from './usage.ts';

/** A line of a bill. */
export interface Line {
  readonly service: Service;
  /** A month. */
  readonly dollars: number;
}

export interface Bill {
  /** In the order of `services`. */
  readonly lines: readonly Line[];
  readonly dollars: number;
}

/** What there is, whatever is done. */
export interface Standing {
  readonly connections: number;
  readonly memoryMb: number;
}

export const services = [
  'Lambda, time',
  'Lambda, requests',
  'SQS',
  'DynamoDB, requests',
  'DynamoDB, storage',
  'Secrets Manager, reads',
  'Secrets Manager, secrets',
  'S3',
  'CloudWatch Logs',
  'API Gateway',
  'EventBridge Scheduler',
  'transfer out',
] as const;
export type Service = (typeof services)[number];

const gb = 2 ** 30;

/** What a month costs at list prices. @param usage of the whole month. */
export function billOf(usage: Usage, { connections, memoryMb }: Standing): Bill {
  const requests = usage.receives + usage.deletes + usage.sends + usage.rests;
  const of: Readonly<Record<Service, number>> = {
    'Lambda, time': gbSeconds(usage, memoryMb) * price.lambdaGbSecond,
    'Lambda, requests': usage.invokes * price.lambdaRequest,
    SQS: requests * price.sqsRequest,
    'DynamoDB, requests': usage.tableWrites * price.tableWrite + usage.tableReads * price.tableRead,
    'DynamoDB, storage': (usage.tableByteMonths / gb) * price.tableGbMonth,
    'Secrets Manager, reads': usage.secretReads * price.secretRead,
    'Secrets Manager, secrets': connections * price.secretMonth,
    S3:
      usage.objectPuts * price.objectPut +
      usage.objectGets * price.objectGet +
      (usage.objectByteMonths / gb) * price.objectGbMonth,
    'CloudWatch Logs': (usage.logBytes / gb) * price.logGb,
    'API Gateway': usage.apiRequests * price.apiRequest,
    'EventBridge Scheduler': usage.schedules * price.schedule,
    'transfer out': (usage.sentBytes / gb) * price.sentGb,
  };
  const lines = services.map((service) => ({ service, dollars: of[service] }));
  return { lines, dollars: lines.reduce((sum, it) => sum + it.dollars, 0) };
}

/** Waiting takes as long in any function, and the CPU's work the longer the smaller its share of a processor is. */
function gbSeconds({ waitedMs, cpuMs }: Usage, memoryMb: number): number {
  const share = Math.min(1, memoryMb / wholeProcessorMb);
  return ((waitedMs + cpuMs / share) / 1_000) * (memoryMb / 1_024);
}

/** @returns how many messages a second so many workers take at the most, ten at once each, where nothing limits them but themselves. */
export function mostASecond(workers: number, answerMs: number, batchCpuMs: number, memoryMb: number): number {
  const batchMs = answerMs + batchCpuMs / Math.min(1, memoryMb / wholeProcessorMb);
  return (workers * 10 * 1_000) / batchMs;
}

/** The largest lines, until they are four fifths of the bill. */
export function dominant({ lines, dollars }: Bill): readonly Line[] {
  const sorted = lines.toSorted((one, other) => other.dollars - one.dollars);
  const found: Line[] = [];
  for (const line of sorted) {
    if (found.reduce((sum, it) => sum + it.dollars, 0) >= 0.8 * dollars) break;
    found.push(line);
  }
  return found;
}
