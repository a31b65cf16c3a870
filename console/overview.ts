import * as z from 'zod/mini';

const queueCounts = z.strictObject({
  waiting: z.number(),
  /** Received, and neither deleted nor back: being worked on, or waiting for a slot of the governor. */
  inFlight: z.number(),
  delayed: z.number(),
});

const governed = z.strictObject({
  connection: z.string(),
  /** What calls are paced at, in calls a minute, as are the next three. */
  perMinute: z.number(),
  /** The highest rate that was held; 0 while none is known. */
  safePerMinute: z.number(),
  /** The lowest rate that was punished; 0 where none is known. */
  wallPerMinute: z.number(),
  answeredPerMinute: z.number(),
  /** 0 while it is not known. */
  usualLatencyMs: z.number(),
  /** No call goes out before this. */
  blockedUntilMs: z.number(),
  /** Messages that wait for a slot. */
  resting: z.number(),
});

const recentResult = z.strictObject({
  number: z.number(),
  atMs: z.number(),
  value: z.unknown(),
  /** Its response was too long to be kept. */
  isCut: z.boolean(),
});

/** What the queue view shows, as `GET /local/overview` answers it. */
export const overviewSchema = z.strictObject({
  atMs: z.number(),
  places: z.strictObject({
    apiUrl: z.string(),
    queueUrl: z.string(),
    environment: z.record(z.string(), z.string()),
  }),
  connections: z.readonly(z.array(z.string())),
  queues: z.strictObject({ invocations: queueCounts, deadLetters: queueCounts, results: queueCounts }),
  governors: z.readonly(z.array(governed)),
  results: z.strictObject({ total: z.number(), recent: z.readonly(z.array(recentResult)) }),
});

export type Overview = z.infer<typeof overviewSchema>;
export type QueueCounts = z.infer<typeof queueCounts>;
export type Governed = z.infer<typeof governed>;
export type RecentResult = z.infer<typeof recentResult>;
