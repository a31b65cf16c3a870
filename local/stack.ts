import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type EventSource, type EventSourceSettings, startEventSource } from './event-source.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type HttpFront, startHttpFront } from './http-front.ts';
import { createLambda, type Lambda } from './lambda-host.ts';
import type { Queue } from './queue.ts';
import { queueArn } from './queues.ts';
import { accessKey, region } from './region.ts';
import { functionArn } from './resource.ts';
import type { EventSourceResource, FunctionResource } from './resources.ts';
import type { ScheduleResource } from './schedule.ts';
import { type Scheduler, type SchedulerParts, sleep, startScheduler } from './scheduler.ts';
import { queueUrl } from './sqs.ts';
import { createTable, type Tables } from './tables.ts';
import { type LocalTemplate, readTemplate } from './template.ts';

/** Each execution environment is a thread with all of its modules: on AWS there would be many more. */
const defaultConcurrency = 5;

interface LocalStackOptions {
  /** A CloudFormation template, parsed from JSON. */
  readonly template: unknown;
  /** The folder that the functions' `Metadata.entry` is relative to. */
  readonly root: string;
  /** Set in every function's environment, over what the template says. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Is told of each line that a function prints, and of faults. */
  readonly log: (line: string) => void;
  /** Free ports unless told. */
  readonly ports?: { readonly aws?: number; readonly api?: number };
}

export interface LocalStack {
  /** What `AWS_ENDPOINT_URL` is set to. */
  readonly awsEndpoint: string;
  readonly apiUrl: string;
  /** The outputs of the template by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The configuration of an SDK client that talks to this stack. */
  readonly client: ClientConfig;
  /** The same as environment variables, for another process. */
  readonly environment: Readonly<Record<string, string>>;
  /** By how its logical id begins. Throws where no queue, or more than one, does. */
  queueUrl(logicalIdPrefix: string): string;
  bucketName(logicalIdPrefix: string): string;
  /** From now on the template's schedules run, at the times that `timetable` gives. Once, and before `close`. */
  startSchedules(timetable: SchedulerParts['timetable']): void;
  /** The template's schedules, each with its next run once `startSchedules` was called. */
  schedules(): readonly TimedSchedule[];
  /** A queue itself, for who wants to look without taking. */
  queue(logicalIdPrefix: string): Queue;
  /** What was put into the tables since the start. */
  puts: Tables['puts'];
  /** Lets running batches end, then ends everything. */
  close(): Promise<void>;
}

export interface TimedSchedule extends ScheduleResource {
  readonly nextAtMs: number | undefined;
}

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Runs a stack on this machine: queues, buckets, tables, functions, event sources and HTTP API, all of them on 127.0.0.1. */
export async function startStack(options: LocalStackOptions): Promise<LocalStack> {
  const { log, ports } = options;
  const gateway = await startGateway({ port: ports?.aws, now: Date.now, log });
  const front = await startHttpFront({ port: ports?.api, log });
  const closeServers = async () => {
    await Promise.all([gateway.close(), front.close()]);
  };
  try {
    return await deploy(options, gateway, front, closeServers);
  } catch (error) {
    await closeServers();
    throw error;
  }
}

async function deploy(
  options: LocalStackOptions,
  gateway: Gateway,
  front: HttpFront,
  closeServers: () => Promise<void>,
): Promise<LocalStack> {
  const client: ClientConfig = { endpoint: gateway.endpoint, region, credentials: accessKey };
  const template = readTemplate(options.template, {
    queueUrl: (name) => queueUrl(gateway.endpoint, name),
    apiUrl: front.url,
  });
  await createStores(template, gateway);
  const functions = createFunctions(template, client, options);
  front.serve(
    template.routes.map(({ key, functionName, timeoutMs }) => {
      return { key, target: { lambda: functions.find(functionName), timeoutMs } };
    }),
  );
  const sqs = new SQSClient(client);
  const sources = startEventSources(template, functions, sqs, gateway.endpoint, options.log);
  let scheduler: Scheduler | undefined;
  return {
    awsEndpoint: gateway.endpoint,
    apiUrl: front.url,
    outputs: template.outputs,
    client,
    environment: environmentOf(client),
    queueUrl: (prefix) => queueUrl(gateway.endpoint, single(template.queues, prefix).name),
    queue: (prefix) => {
      const { name } = single(template.queues, prefix);
      const queue = gateway.queues.find(name);
      if (!queue) throw new Error(`The queue ${name} was not made.`);
      return queue;
    },
    puts: gateway.tables.puts,
    schedules: () =>
      template.schedules.map((schedule) => ({ ...schedule, nextAtMs: scheduler?.next(schedule.name) })),
    bucketName: (prefix) => single(template.buckets, prefix).name,
    startSchedules: (timetable) => {
      const send: SchedulerParts['send'] = async (message) => {
        await sqs.send(new SendMessageCommand(message));
      };
      scheduler = startScheduler(template.schedules, {
        timetable,
        send,
        now: Date.now,
        sleep,
        log: options.log,
      });
    },
    close: async () => {
      await scheduler?.stop();
      await Promise.all(sources.map((source) => source.stop()));
      await functions.close();
      sqs.destroy();
      await closeServers();
    },
  };
}

async function createStores({ queues, buckets, tables }: LocalTemplate, gateway: Gateway): Promise<void> {
  for (const queue of queues) gateway.queues.create(queue);
  const orphan = queues.find(({ redrive }) => redrive && !gateway.queues.find(redrive.queueName));
  if (orphan) throw new Error(`The dead-letter queue of ${orphan.logicalId} is not in the template.`);
  for (const bucket of buckets) gateway.objects.createBucket(bucket.name);
  for (const table of tables) await createTable(gateway.endpoint, table);
}

interface Functions {
  find(name: string): Lambda;
  close(): Promise<void>;
}

function createFunctions(
  template: LocalTemplate,
  client: ClientConfig,
  options: LocalStackOptions,
): Functions {
  const lambdas = new Map(
    template.functions.map((resource): [string, Lambda] => {
      const definition = {
        functionName: resource.name,
        functionArn: functionArn(resource.name),
        memoryMb: resource.memoryMb,
        fileUrl: pathToFileURL(join(options.root, resource.entry)).href,
        exportName: resource.exportName,
        timeoutMs: resource.timeoutSeconds * 1000,
        environment: {
          ...environmentOf(client),
          ...lambdaEnvironment(resource, options.root),
          ...resource.environment,
          ...options.environment,
        },
      };
      return [
        resource.name,
        createLambda(definition, concurrencyOf(resource.name, template), (line) =>
          options.log(`${resource.logicalId} ${line}`),
        ),
      ];
    }),
  );
  return {
    find: (name) => {
      const lambda = lambdas.get(name);
      if (!lambda) throw new Error(`There is no function ${name} in the template.`);
      return lambda;
    },
    close: async () => {
      await Promise.all([...lambdas.values()].map((lambda) => lambda.close()));
    },
  };
}

/** As many as its event sources may run at once. */
function concurrencyOf(functionName: string, { eventSources }: LocalTemplate): number {
  const own = eventSources.filter((source) => source.functionName === functionName);
  return (
    own.reduce((sum, { maxConcurrency = defaultConcurrency }) => sum + maxConcurrency, 0) ||
    defaultConcurrency
  );
}

/** None of them is started where one of them is wrong. */
function startEventSources(
  template: LocalTemplate,
  functions: Functions,
  sqs: SQSClient,
  endpoint: string,
  log: LocalStackOptions['log'],
): EventSource[] {
  return template.eventSources
    .map((source) => {
      const lambda = functions.find(source.functionName);
      return { lambda, settings: settingsOf(source, template, lambda, endpoint) };
    })
    .map(({ lambda, settings }) => startEventSource(settings, lambda, sqs, log));
}

/** Throws where a message could come back while the function still has it; Lambda refuses such an event source too. */
function settingsOf(
  source: EventSourceResource,
  template: LocalTemplate,
  lambda: Lambda,
  endpoint: string,
): EventSourceSettings {
  const queue = template.queues.find(({ name }) => name === source.queueName);
  if (!queue) throw new Error(`The event source of ${source.functionName} has no queue in the template.`);
  if (queue.visibilitySeconds * 1000 < lambda.timeoutMs) {
    throw new Error(
      `The visibility timeout of ${queue.logicalId} (${queue.visibilitySeconds} s) is shorter than the function's timeout (${lambda.timeoutMs / 1000} s). Make it at least as long.`,
    );
  }
  const { maxConcurrency = defaultConcurrency } = source;
  return {
    ...source,
    maxConcurrency,
    queueUrl: queueUrl(endpoint, queue.name),
    queueArn: queueArn(queue.name),
  };
}

/** What points an SDK client to this machine, without a word in its code. */
function environmentOf({ endpoint, region: AWS_REGION, credentials }: ClientConfig): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** What Lambda itself sets. */
function lambdaEnvironment(
  { name, exportName, memoryMb, logFormat }: FunctionResource,
  root: string,
): Record<string, string> {
  return {
    _HANDLER: `index.${exportName}`,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_FORMAT: logFormat,
    LAMBDA_TASK_ROOT: root,
    TZ: ':UTC',
  };
}

function single<T extends { readonly logicalId: string }>(resources: readonly T[], prefix: string): T {
  const [found, ...others] = resources.filter(({ logicalId }) => logicalId.startsWith(prefix));
  if (found && others.length === 0) return found;
  const all = resources.map(({ logicalId }) => logicalId).join(', ');
  throw new Error(`${prefix} names ${found ? 'more than one' : 'none'} of ${all}.`);
}
