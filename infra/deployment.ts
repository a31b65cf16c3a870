import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';
import { suggestion } from '../lib/explanation.ts';
import type { Pull } from '../pulls/definition.ts';

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
    /** Such as `https://login.example.com/`, exactly as tokens have it in `iss`. */
    issuer: text(/^https:\/\/[^\s?#]+$/, 'must be the https URL of the token issuer'),
    /** One of them has to be in `aud`. */
    audience: z
      .array(text(/\S/, 'must be an audience of the tokens'), 'must be a list')
      .check(z.minLength(1, 'must not be empty')),
    /** Absent: a token may use every connection. */
    connections: z.optional(
      z.strictObject(
        {
          /** The claim that lists the connections of the bearer. */
          claim: text(/^\S{1,100}$/, 'must be the name of a claim, such as connections or scope'),
          /** What stands before each name there. */
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
    /** At least six times the timeout of a Lambda reader. */
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
    /** Who is told of alarms. SNS asks the address once whether it wants that. */
    email: z.optional(text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address')),
    /** How long the oldest invocation may wait. */
    oldestMessageMinutes: z._default(integer(5, 20_160), 60),
    /** How old a checkpoint may be when a pull takes it: more than the time between two pulls. */
    checkpointAgeHours: z._default(integer(1, 2_160), 26),
  },
  'must be an object',
);

const pullsRule =
  'must be a .ts file, named from the root of the repository, such as pulls.config.ts, or what definePulls gives';

/** A file is imported, so it must be one of this repository. What else it may be is checked with the catalogue (pulls/). */
const pulls = z.union(
  [text(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_./-]*\.ts$/, pullsRule), z.record(z.string(), z.unknown())],
  pullsRule,
);

const callsPerMinute = integer(1, 100_000);

/** As lib/invocation.ts has it: a test holds them together. */
const connections = z.record(
  z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)),
  z.strictObject(
    {
      /** The most calls that go to ConnectWise in a minute, in place of the deployment's `maxCallsPerMinute`. */
      maxCallsPerMinute: z.optional(callsPerMinute),
    },
    'must be an object, such as {} or { maxCallsPerMinute: 120 }',
  ),
  'must be an object of connections by name: 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first',
);

const domain = z.strictObject(
  {
    /** Such as `connector.example.com`. Its DNS record is yours to make: the output `DomainTarget` says where it leads. */
    name: text(
      /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
      'must be a host name in lower case, such as connector.example.com',
    ),
    /** Of a certificate in ACM for this name, in the region of the deployment. */
    certificateArn: text(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/,
      'must be the ARN of a certificate in ACM',
    ),
  },
  'must be an object with name and certificateArn',
);

const vpc = z.strictObject(
  {
    /** Private subnets with a way to ConnectWise and to AWS. One in each of two availability zones, better three. */
    subnetIds: idsOf('subnet'),
    securityGroupIds: idsOf('sg'),
  },
  'must be an object with subnetIds and securityGroupIds',
);

const schema = z.strictObject(
  {
    /** Names the stack and its queues. */
    stackName: z._default(stackName, 'ManageConnector'),
    /** Where it may be deployed, and nowhere else: by itself, wherever the credentials of the shell lead. */
    account: z.optional(text(/^\d{12}$/, 'must be an account id of twelve digits, in quotes')),
    /** As `account`, such as `eu-central-1`. */
    region: z.optional(text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')),
    /** The functions can read the secrets below it, and no others. It ends with a slash. */
    connectionPrefix: z._default(connectionPrefix, 'manage-connector/connections/'),
    /** The connections by name, all of them or none: a schedule may only name one of these. Each still needs its secret. */
    connections: z._default(connections, {}),
    /** Hosts of your own ConnectWise servers: `cw.example.com`, `*.example.com`, `cw.example.com:8443`. */
    allowedHosts: z._default(z.array(host, 'must be a list of hosts'), []),
    /** The API takes tokens of this issuer in place of IAM signatures. */
    jwt: z.optional(jwt),
    /** Serves the console behind the same authoriser as the API. Needs `jwt`. */
    console: z._default(z.boolean('must be true or false'), false),
    /** ConnectWise can call back, by a route that has no authoriser and takes only what ConnectWise signed. */
    callbacks: z._default(z.boolean('must be true or false'), false),
    /** The API serves only paths that name the connection, so that IAM can tell callers apart by it. */
    connectionPathsOnly: z._default(z.boolean('must be true or false'), false),
    /** A name of your own for the API. */
    domain: z.optional(domain),
    /** The functions run in your network, so that they have its addresses and reach its servers. */
    vpc: z.optional(vpc),
    /** The invocation queue keeps the order within a message group. Changing it makes another queue: drain the old one first. */
    fifo: z._default(z.boolean('must be true or false'), false),
    /** How many batches of ten messages run at once, 2 to 1000. */
    maxConcurrency: z._default(integer(2, 1_000), 5),
    /** A ceiling of your own for the calls of each connection. */
    maxCallsPerMinute: z.optional(callsPerMinute),
    /** How long the files of pulls are kept. */
    exportRetentionDays: z._default(integer(1, 3_650), 30),
    /** How long logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 180, 365 and so on. */
    logRetentionDays: z._default(retention, RetentionDays.ONE_MONTH),
    /** Which lines are written. `warn`: of invocations that failed, and of faults; `error`: only of faults. */
    logLevel: z._default(z.enum(['info', 'warn', 'error'], 'must be info, warn or error'), 'info'),
    /** The share of invocations whose lines of level info are written. Failures always are. */
    logSampling: z._default(sampling, 1),
    /** When alarms ring, and who is told. */
    alarms: z.prefault(alarms, {}),
    /** How long a reader may take for a result, and how often it is delivered before it is a dead letter. */
    resultQueue: z.prefault(resultQueue, {}),
    /** What runs on a schedule: a file, or what definePulls gives. */
    pulls: z._default(pulls, 'pulls.config.ts'),
    /** CloudFormation refuses to delete the stack until this is taken back. */
    terminationProtection: z._default(z.boolean('must be true or false'), false),
  },
  'must be an object',
);

const checkedSchema = schema.check(
  z.refine(({ domain, region }) => !(domain && region) || domain.certificateArn.split(':')[3] === region, {
    path: ['domain', 'certificateArn'],
    message: 'must be of a certificate in the region of the deployment',
  }),
  z.refine(({ console, jwt }) => !console || jwt !== undefined, {
    path: ['console'],
    message:
      'needs jwt: a browser cannot sign for IAM, and a proxy that signs whatever reaches it would let any page of the web run invocations',
  }),
);

/** How one deployment differs from another, complete: what was left out has its default. */
export type Deployment = Readonly<z.infer<typeof schema>>;

/** The same as connector.config.ts writes it, below the name of its stack. */
export interface DeploymentSettings extends Omit<z.input<typeof schema>, 'stackName' | 'pulls'> {
  /** What runs on a schedule: a file of the repository such as `pulls.config.ts`, or what `definePulls` gives. */
  readonly pulls?: string | Readonly<Record<string, Pull>>;
}

/**
 * Reads the settings of one deployment: an object, or the same as JSON text behind `-c connector=`.
 * Throws a sentence for each setting that is unknown or wrong.
 * @param name what the settings stand below, for these sentences.
 */
export function parseDeployment(settings: unknown, name = 'connector'): Deployment {
  const parsed = checkedSchema.safeParse(
    typeof settings === 'string' ? parseJson(settings) : (settings ?? {}),
  );
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => sentence(issue, name));
  throw new Error(`The deployment's settings are not valid. ${sentences.join(' ')} See docs/deploying.md.`);
}

function sentence(issue: z.core.$ZodIssue, name: string): string {
  const setting = [name, ...issue.path].join('.');
  if (issue.code !== 'unrecognized_keys') return `The setting ${setting} ${issue.message}.`;
  const known = membersAt(schema, issue.path);
  return issue.keys.map((key) => `There is no setting ${setting}.${key}${suggestion(key, known)}.`).join(' ');
}

/** The names that an object of the settings may have. */
function membersAt(part: z.core.$ZodType, [name, ...rest]: readonly PropertyKey[]): readonly string[] {
  if (
    part instanceof z.ZodMiniDefault ||
    part instanceof z.ZodMiniPrefault ||
    part instanceof z.ZodMiniOptional
  )
    return membersAt(part.def.innerType, name === undefined ? [] : [name, ...rest]);
  if (part instanceof z.ZodMiniRecord && name !== undefined) return membersAt(part.def.valueType, rest);
  if (!(part instanceof z.ZodMiniObject)) return [];
  const members = new Map<PropertyKey, z.core.$ZodType>(Object.entries(part.def.shape));
  if (name === undefined) return Object.keys(part.def.shape);
  const member = members.get(name);
  return member ? membersAt(member, rest) : [];
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

/** Ids as EC2 gives them, such as `subnet-0123456789abcdef0`. */
function idsOf(kind: 'subnet' | 'sg') {
  const rule = `must be ids such as ${kind}-0123456789abcdef0`;
  return z
    .array(text(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), rule), `must be a list of ${rule.slice(8)}`)
    .check(z.minLength(1, 'must not be empty'));
}

function integer(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  return z.int(rule).check(z.gte(least, rule), z.lte(most, rule));
}
