import { join } from 'node:path';
import * as z from 'zod/mini';
import { explain } from '../lib/explanation.ts';
import type { GrantingClaim } from './grants.ts';
import type { MeterSettings } from './meter.ts';
import type { LogSettings } from './watch.ts';

const url = z.string().check(z.regex(/^https?:\/\//, 'must be a URL'));

const isShare = (text: string) => /^\d/.test(text) && Number(text) >= 0 && Number(text) <= 1;

const environmentSchema = z.object({
  CLAIMS_BUCKET: z.string().check(z.minLength(3)),
  CONNECTION_PREFIX: z.string(),
  /** Comma-separated hosts of on-premises servers; empty where there are none. */
  ALLOWED_HOSTS: z.optional(z.string()),
  /** A ceiling of the user's own for each connection. */
  MAX_CALLS_PER_MINUTE: z.optional(z.string().check(z.regex(/^[1-9]\d{0,5}$/, 'must be a whole number'))),
  /** The file of the connections that have a ceiling of their own, relative to the code. */
  CONNECTION_LIMITS: z.optional(z.string().check(z.minLength(1))),
  /** The claim of tokens that lists the connections of their bearer, and what stands before each name there. */
  CONNECTION_CLAIM: z.optional(z.string().check(z.minLength(1))),
  CONNECTION_CLAIM_PREFIX: z.optional(z.string()),
  /** The API serves only paths that name the connection. */
  CONNECTION_PATHS_ONLY: z.optional(z.literal('true')),
  /** The table of the journal and the governor. */
  STATE_TABLE: z.string().check(z.minLength(3)),
  INVOCATION_QUEUE_URL: url,
  /** Only the queue function has these two. */
  RESULT_QUEUE_URL: z.optional(url),
  DEAD_LETTER_QUEUE_URL: z.optional(url),
  /** Which lines of the log are written, and where metrics are kept; without the latter there are none. */
  LOG_LEVEL: z.optional(z.enum(['info', 'warn', 'error'])),
  LOG_SAMPLING: z.optional(z.string().check(z.refine(isShare, 'must be a number from 0 to 1'))),
  METRICS_NAMESPACE: z.optional(z.string().check(z.minLength(1))),
  METRICS_SERVICE: z.optional(z.string().check(z.minLength(1))),
  /** Set by Lambda: where the bundle, and the compiled catalogue beside it, were unpacked. */
  LAMBDA_TASK_ROOT: z.string().check(z.minLength(1)),
});

export interface Settings {
  readonly claimsBucket: string;
  readonly connectionPrefix: string;
  readonly stateTable: string;
  readonly allowedHosts: readonly string[];
  readonly maxCallsPerMinute: number | undefined;
  /** Absent: no connection has a limit of its own. */
  readonly limitsFile?: string;
  readonly grantingClaim: GrantingClaim | undefined;
  readonly connectionPathsOnly: boolean;
  readonly invocationQueueUrl: string;
  readonly resultQueueUrl: string | undefined;
  readonly deadLetterQueueUrl: string | undefined;
  readonly catalogueFolder: string;
  /** Absent: every line is written. */
  readonly log?: LogSettings;
  /** Absent: nothing is counted. */
  readonly metrics?: MeterSettings;
}

/** Reads the environment, the only file that does. Throws a sentence that names the variable that is wrong. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const data = parsed(environmentSchema, environment);
  return {
    claimsBucket: data.CLAIMS_BUCKET,
    connectionPrefix: data.CONNECTION_PREFIX,
    stateTable: data.STATE_TABLE,
    allowedHosts: (data.ALLOWED_HOSTS ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    maxCallsPerMinute:
      data.MAX_CALLS_PER_MINUTE === undefined ? undefined : Number(data.MAX_CALLS_PER_MINUTE),
    ...(data.CONNECTION_LIMITS !== undefined && {
      limitsFile: join(data.LAMBDA_TASK_ROOT, data.CONNECTION_LIMITS),
    }),
    grantingClaim:
      data.CONNECTION_CLAIM === undefined
        ? undefined
        : { name: data.CONNECTION_CLAIM, prefix: data.CONNECTION_CLAIM_PREFIX ?? '' },
    connectionPathsOnly: data.CONNECTION_PATHS_ONLY === 'true',
    invocationQueueUrl: data.INVOCATION_QUEUE_URL,
    resultQueueUrl: data.RESULT_QUEUE_URL,
    deadLetterQueueUrl: data.DEAD_LETTER_QUEUE_URL,
    catalogueFolder: join(data.LAMBDA_TASK_ROOT, '.catalogue'),
    log: { level: data.LOG_LEVEL ?? 'info', sampling: Number(data.LOG_SAMPLING ?? 1) },
    ...(data.METRICS_NAMESPACE !== undefined &&
      data.METRICS_SERVICE !== undefined && {
        metrics: { namespace: data.METRICS_NAMESPACE, service: data.METRICS_SERVICE },
      }),
  };
}

const callbackEnvironmentSchema = z.object({
  STATE_TABLE: z.string().check(z.minLength(3)),
  INVOCATION_QUEUE_URL: url,
  RESULT_QUEUE_URL: url,
});

/** All that the function of callbacks is told: it knows no connection's secret. */
export interface CallbackSettings {
  readonly stateTable: string;
  readonly invocationQueueUrl: string;
  readonly resultQueueUrl: string;
}

/** Reads the environment of the function of callbacks. Throws a sentence that names the variable that is wrong. */
export function readCallbackSettings(environment: NodeJS.ProcessEnv = process.env): CallbackSettings {
  const { STATE_TABLE, INVOCATION_QUEUE_URL, RESULT_QUEUE_URL } = parsed(
    callbackEnvironmentSchema,
    environment,
  );
  return {
    stateTable: STATE_TABLE,
    invocationQueueUrl: INVOCATION_QUEUE_URL,
    resultQueueUrl: RESULT_QUEUE_URL,
  };
}

function parsed<T>(schema: z.ZodMiniType<T>, environment: NodeJS.ProcessEnv): T {
  const read = schema.safeParse(environment);
  if (read.success) return read.data;
  throw new Error(
    `The function's environment is not valid: ${explain(read.error, environment, [])} Deploy it again.`,
  );
}

/**
 * X-Ray's id of the trace of the call that is running, which Lambda keeps in the environment.
 * @param header what a message brought along from its sender, such as `Root=1-…;Parent=…;Sampled=1`: then its trace goes on.
 */
export const traceIdOf = (header = process.env['_X_AMZN_TRACE_ID']): string | undefined =>
  /(?:^|;)Root=([^;]+)/.exec(header ?? '')?.[1];

/** Where the console's files lie beside the function that serves them: all that it reads of its environment. */
export const readConsoleFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment['LAMBDA_TASK_ROOT'] ?? '', '.console');
