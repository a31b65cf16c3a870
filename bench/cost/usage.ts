import * as z from 'zod/mini';

/**
 * What AWS bills, in the units that it bills in.
 *
 * - `invokes` of functions; `waitedMs`: what they waited, by the simulated clock, and `cpuMs` of a whole processor.
 * - `receives`, `deletes`, `sends` and `rests` (changes of visibility): requests of SQS, one for each 64 KB.
 * - `tableWrites` and `tableReads`: units of DynamoDB, a write for each KB and a consistent read for each 4 KB; `tableByteMonths`:
 *   bytes in the table, times the months that they are kept.
 * - `logBytes` as CloudWatch Logs counts them; `sentBytes` leave AWS: requests to ConnectWise, answers of the API.
 * - `apiRequests`, one for each 512 KB; `schedules`: invocations by EventBridge Scheduler.
 */
const names = [
  'invokes',
  'waitedMs',
  'cpuMs',
  'receives',
  'deletes',
  'sends',
  'rests',
  'tableWrites',
  'tableReads',
  'tableByteMonths',
  'secretReads',
  'objectPuts',
  'objectGets',
  'objectByteMonths',
  'logBytes',
  'apiRequests',
  'sentBytes',
  'schedules',
] as const;

export const usageSchema = z.record(z.enum(names), z.number().check(z.gte(0)));
export type Usage = z.infer<typeof usageSchema>;

const usageBy = (of: (name: (typeof names)[number]) => number): Usage =>
  usageSchema.parse(Object.fromEntries(names.map((name) => [name, of(name)])));

export const noUsage = (): Usage => usageBy(() => 0);

export const sumOf = (...usages: readonly Usage[]): Usage =>
  usageBy((name) => usages.reduce((sum, usage) => sum + usage[name], 0));

export const times = (usage: Usage, factor: number): Usage => usageBy((name) => usage[name] * factor);

/** What came on top; never below nothing, as where a longer run shares more. */
export const less = (usage: Usage, other: Usage): Usage =>
  usageBy((name) => Math.max(0, usage[name] - other[name]));
