import * as z from 'zod/mini';

const queueCounts = z.strictObject({
  waiting: z.number(),
  /** Received, and neither deleted nor back: being worked on, or waiting for a slot of the governor. */
  inFlight: z.number(),
  delayed: z.number(),
});

/** A connection's own messages. */
const connectionCounts = z.strictObject({
  /** Empty: of messages that name none. */
  connection: z.string(),
  /** In the invocation queue, the delayed ones too. */
  waiting: z.number(),
  inFlight: z.number(),
  dead: z.number(),
});

const deadLetter = z.strictObject({
  messageId: z.string(),
  /** The invocation's, where its message says one. */
  id: z.optional(z.string()),
  connection: z.string(),
  operationId: z.optional(z.string()),
  why: z.string(),
  sentAtMs: z.number(),
  body: z.string(),
  /** The body is longer than what is shown of it. */
  isCut: z.boolean(),
  /** Somebody looks at it just now, so it can't be moved. */
  isTaken: z.boolean(),
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

const pull = z.strictObject({
  /** The connection, a slash, and the invocation's id. */
  key: z.string(),
  /** Resting: it goes on with its next delivery. */
  state: z.enum(['running', 'resting', 'ended']),
  rows: z.number(),
  pages: z.number(),
  /** How many rows ConnectWise counted before the first page, where it was asked. */
  expectedRows: z.optional(z.number()),
  startedAtMs: z.number(),
  /** Whether it ended with a certificate of completeness; absent while it goes on. */
  isComplete: z.optional(z.boolean()),
  /** What its end says. */
  says: z.optional(z.string()),
});

const checkpoint = z.strictObject({
  connection: z.string(),
  name: z.string(),
  operationId: z.string(),
  /** What is asked for by it, as JSON. */
  asked: z.string(),
  /** Absent where records are compared by their content. */
  watermark: z.optional(z.string()),
  movedAtMs: z.optional(z.number()),
  /** How many pulls have moved it. */
  pulls: z.number(),
  /** Of the pull that moved it last, as long as that is known. */
  lastRows: z.optional(z.number()),
  /** The pull that has the turn. */
  lock: z.optional(z.strictObject({ pull: z.string(), untilMs: z.number() })),
});

const schedule = z.strictObject({
  name: z.string(),
  connection: z.string(),
  expression: z.string(),
  timeZone: z.string(),
  isPaused: z.boolean(),
  /** Absent while it is paused, or has no run any more. */
  nextAtMs: z.optional(z.number()),
});

const recentResult = z.strictObject({
  number: z.number(),
  atMs: z.number(),
  value: z.unknown(),
  /** Its response was too long to be kept. */
  isCut: z.boolean(),
});

const listOf = <T extends z.ZodMiniType>(item: T) => z.readonly(z.array(item));

/** What the queue view shows, as `GET /local/overview` answers it. */
export const overviewSchema = z.strictObject({
  atMs: z.number(),
  places: z.strictObject({
    apiUrl: z.string(),
    queueUrl: z.string(),
    environment: z.record(z.string(), z.string()),
  }),
  connections: listOf(z.string()),
  queues: z.strictObject({ invocations: queueCounts, deadLetters: queueCounts, results: queueCounts }),
  byConnection: listOf(connectionCounts),
  /** The newest first, as many as a person looks through. */
  deadLetters: listOf(deadLetter),
  governors: listOf(governed),
  checkpoints: listOf(checkpoint),
  /** The one that last went on is the first. */
  pulls: listOf(pull),
  schedules: listOf(schedule),
  results: z.strictObject({ total: z.number(), recent: listOf(recentResult) }),
});

export type Overview = z.infer<typeof overviewSchema>;
export type QueueCounts = z.infer<typeof queueCounts>;
export type ConnectionCounts = z.infer<typeof connectionCounts>;
export type DeadLetter = z.infer<typeof deadLetter>;
export type Governed = z.infer<typeof governed>;
export type PullProgress = z.infer<typeof pull>;
export type CheckpointState = z.infer<typeof checkpoint>;
export type ScheduleState = z.infer<typeof schedule>;
export type RecentResult = z.infer<typeof recentResult>;
