import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';

/** Fixed names of queues are made of it, and SQS takes 80 characters (see queue-with-dead-letters.ts). */
const stackName = text(
  /^[A-Za-z][A-Za-z0-9-]{0,49}$/,
  'must be 1 to 50 letters, digits or hyphens, a letter first',
);

/** It goes into a policy as a prefix, so it may hold nothing that a policy reads as a wildcard. */
const connectionPrefix = text(
  /^[A-Za-z0-9/_+=.@-]+\/$/,
  'must be a secret name prefix that ends with a slash',
);

/** A scheme is refused: credentials go to these hosts, and they go by https only. */
const host = text(
  /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?$/,
  'must be a host in lower case such as cw.example.com, *.example.com or cw.example.com:8443, without https://',
);

const jwt = z.strictObject(
  {
    issuer: text(/^https:\/\/[^\s?#]+$/, 'must be the https URL of the token issuer'),
    audience: z
      .array(text(/\S/, 'must be an audience of the tokens'), 'must be a list')
      .check(z.minLength(1, 'must not be empty')),
    connections: z.optional(
      z.strictObject(
        {
          claim: text(/^\S{1,100}$/, 'must be the name of a claim, such as connections or scope'),
          prefix: z._default(
            text(/^[^\s,"[\]]*$/, 'must be what stands before each name, such as connection:'),
            '',
          ),
        },
        'must be an object with claim, and prefix where each name has one',
      ),
    ),
  },
  'must be an object with issuer and audience',
);

const resultQueue = z.strictObject(
  {
    visibilityTimeoutSeconds: z._default(integer(0, 43_200), 300),
    maxReceiveCount: z._default(integer(1, 1_000), 10),
  },
  'must be an object',
);

const retention = z
  .enum(RetentionDays, 'must be a number of days that CloudWatch Logs knows, such as 7, 30, 90 or 365')
  .check(z.refine((days) => days !== RetentionDays.INFINITE, 'must end: logs are not kept for ever'));

const sampling = z
  .number('must be a number from 0 to 1')
  .check(z.gte(0, 'must be a number from 0 to 1'), z.lte(1, 'must be a number from 0 to 1'));

const alarms = z.strictObject(
  {
    email: z.optional(text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address')),
    oldestMessageMinutes: z._default(integer(5, 20_160), 60),
    checkpointAgeHours: z._default(integer(1, 2_160), 26),
  },
  'must be an object',
);

/** It is imported, so it must be a file of this repository. */
const pulls = text(
  /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_./-]*\.ts$/,
  'must be a .ts file, named from the root of the repository, such as pulls.config.ts',
);

const schema = z.strictObject(
  {
    stackName: z._default(stackName, 'ManageConnector'),
    connectionPrefix: z._default(connectionPrefix, 'manage-connector/connections/'),
    allowedHosts: z._default(z.array(host, 'must be a list of hosts'), []),
    jwt: z.optional(jwt),
    console: z._default(z.boolean('must be true or false'), false),
    callbacks: z._default(z.boolean('must be true or false'), false),
    connectionPathsOnly: z._default(z.boolean('must be true or false'), false),
    fifo: z._default(z.boolean('must be true or false'), false),
    maxConcurrency: z._default(integer(2, 1_000), 5),
    maxCallsPerMinute: z.optional(integer(1, 100_000)),
    exportRetentionDays: z._default(integer(1, 3_650), 30),
    logRetentionDays: z._default(retention, RetentionDays.ONE_MONTH),
    logLevel: z._default(z.enum(['info', 'warn', 'error'], 'must be info, warn or error'), 'info'),
    logSampling: z._default(sampling, 1),
    alarms: z.prefault(alarms, {}),
    resultQueue: z.prefault(resultQueue, {}),
    pulls: z._default(pulls, 'pulls.config.ts'),
  },
  'must be an object',
);

const checkedSchema = schema.check(
  z.refine(({ console, jwt }) => !console || jwt !== undefined, {
    path: ['console'],
    message:
      'needs connector.jwt: a browser cannot sign for IAM, and a proxy that signs whatever reaches it would let any page of the web run invocations',
  }),
);

/** How one deployment differs from another, complete: what the context left out has its default. */
export type Deployment = Readonly<z.infer<typeof schema>>;

/**
 * Reads the context key `connector`: an object in cdk.json, or the same as JSON text behind `-c connector=`.
 * Throws a sentence for each setting that is unknown or wrong.
 */
export function parseDeployment(context: unknown): Deployment {
  const parsed = checkedSchema.safeParse(typeof context === 'string' ? parseJson(context) : (context ?? {}));
  if (parsed.success) return parsed.data;
  throw new Error(
    `The deployment's settings are not valid. ${parsed.error.issues.map(sentence).join(' ')} See docs/deploying.md.`,
  );
}

function sentence(issue: z.core.$ZodIssue): string {
  const setting = ['connector', ...issue.path].join('.');
  if (issue.code !== 'unrecognized_keys') return `The setting ${setting} ${issue.message}.`;
  return issue.keys.map((key) => `There is no setting ${setting}.${key}.`).join(' ');
}

function parseJson(context: string): unknown {
  try {
    return JSON.parse(context);
  } catch {
    throw new Error(
      `The context connector is not JSON. Pass it as -c connector='{"allowedHosts":["cw.example.com"]}'.`,
    );
  }
}

function text(pattern: RegExp, rule: string) {
  return z.string(rule).check(z.regex(pattern, rule));
}

function integer(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.int(rule).check(z.gte(least, rule), z.lte(most, rule));
}
