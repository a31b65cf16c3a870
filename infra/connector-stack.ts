import { type App, CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Schedule } from '../pulls/schedule.ts';
import {
  keepSnapshots,
  keepState,
  putAndGetResults,
  putExports,
  putResults,
  readConnections,
  receiveFrom,
  sendTo,
} from './access.ts';
import { createAlarms } from './alarms.ts';
import { createCallbackFunction } from './callback-function.ts';
import { createClaimsBucket } from './claims-bucket.ts';
import { apiTimeout, createConnectorApi } from './connector-api.ts';
import { createConnectorFunction } from './connector-function.ts';
import { metricsNamespace } from './connector-metrics.ts';
import { createDashboard } from './dashboard.ts';
import type { Deployment } from './deployment.ts';
import { urlOf } from './domain.ts';
import { createInvocationQueue } from './invocation-queue.ts';
import { limitsFileOf } from './limits.ts';
import { createResultQueue } from './result-queue.ts';
import { createSchedules } from './schedules.ts';
import { createStateTable } from './state-table.ts';

const queueTimeout = Duration.seconds(120);

/** What both functions work with. */
interface Stores {
  readonly invocations: Queue;
  readonly deadLetters: Queue;
  readonly results: Queue;
  readonly claims: Bucket;
  readonly state: Table;
}

/** The connector as one stack, for any account and region. */
export function createConnectorStack(
  app: App,
  deployment: Deployment,
  schedules: readonly Schedule[],
): Stack {
  const stack = new Stack(app, deployment.stackName, {
    description: 'Manage Connector: runs operations of ConnectWise Manage, by queue and by API.',
    terminationProtection: deployment.terminationProtection,
    ...placeOf(deployment),
  });
  const invocations = createInvocationQueue(stack, queueTimeout, deployment);
  const results = createResultQueue(stack, deployment);
  const stores = {
    invocations: invocations.queue,
    deadLetters: invocations.deadLetters,
    results: results.queue,
    claims: createClaimsBucket(stack, deployment),
    state: createStateTable(stack),
  };
  const queueFunction = createQueueFunction(stack, stores, deployment);
  const apiFunction = createApiFunction(stack, stores, deployment);
  const ofConsole = deployment.console ? createConsoleFunction(stack, deployment) : undefined;
  const ofCallbacks = deployment.callbacks ? createCallbackFunction(stack, stores, deployment) : undefined;
  const api = createConnectorApi(stack, apiFunction, deployment, {
    console: ofConsole,
    callbacks: ofCallbacks,
  });
  nameOutputs(stack, {
    ApiUrl: urlOf(api, deployment),
    InvocationQueueUrl: stores.invocations.queueUrl,
    DeadLetterQueueUrl: stores.deadLetters.queueUrl,
    ResultQueueUrl: stores.results.queueUrl,
    ClaimsBucketName: stores.claims.bucketName,
    StateTableName: stores.state.tableName,
    ConnectionPrefix: deployment.connectionPrefix,
    ...(deployment.callbacks && { CallbackUrl: urlOf(api, deployment) }),
    ...(deployment.console && { ConsoleUrl: `${urlOf(api, deployment)}/console/index.html` }),
  });
  const scheduling =
    schedules.length > 0
      ? { schedules, deadLetters: createSchedules(stack, invocations.queue, schedules) }
      : undefined;
  const watched = { invocations, results, queueFunction, apiFunction, ofConsole, ofCallbacks, scheduling };
  createDashboard(stack, watched, createAlarms(stack, watched, deployment));
  return stack;
}

/** Nowhere in particular, unless told: then the template has the account and the region of whoever deploys it. */
function placeOf({ account, region }: Deployment) {
  return {
    env: { ...(account !== undefined && { account }), ...(region !== undefined && { region }) },
  };
}

function createQueueFunction(stack: Stack, stores: Stores, deployment: Deployment): NodejsFunction {
  const { invocations, deadLetters, results, claims, state } = stores;
  const lambda = createConnectorFunction(stack, 'QueueFunction', {
    description: 'Runs the invocations of the queue and sends their results.',
    entry: 'functions/queue.ts',
    timeout: queueTimeout,
    environment: {
      ...environment(stores, deployment),
      RESULT_QUEUE_URL: results.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
    },
    access: [
      receiveFrom(invocations),
      sendTo(invocations),
      sendTo(results),
      sendTo(deadLetters),
      putResults(claims),
      putExports(claims),
      keepSnapshots(claims),
      keepState(state),
      readConnections(stack, deployment.connectionPrefix),
    ],
    ...surroundings(deployment),
  });
  lambda.addEventSource(
    new SqsEventSource(invocations, {
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: deployment.maxConcurrency,
    }),
  );
  Validations.of(lambda).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason:
      'The rule means streams: what an SQS event source gives up on goes to the dead letters of its queue.',
  });
  return lambda;
}

function createApiFunction(stack: Stack, stores: Stores, deployment: Deployment): NodejsFunction {
  const { invocations, claims, state } = stores;
  return createConnectorFunction(stack, 'ApiFunction', {
    description: 'Answers the API: runs or queues an invocation, and shows the catalogue.',
    entry: 'functions/api.ts',
    timeout: apiTimeout,
    environment: { ...environment(stores, deployment), ...callers(deployment) },
    access: [
      sendTo(invocations),
      putAndGetResults(claims),
      keepState(state),
      readConnections(stack, deployment.connectionPrefix),
    ],
    ...surroundings(deployment),
  });
}

/** What the two functions that call ConnectWise's operations have around them. */
const surroundings = (deployment: Deployment) => ({
  logRetention: deployment.logRetentionDays,
  limitsFile: limitsFileOf(deployment),
  vpc: deployment.vpc,
});

/** Serves files and nothing else: it may write its own log, and that is all. */
function createConsoleFunction(stack: Stack, deployment: Deployment): NodejsFunction {
  return createConnectorFunction(stack, 'ConsoleFunction', {
    description: 'Serves the files of the console.',
    entry: 'functions/console.ts',
    timeout: Duration.seconds(10),
    environment: {},
    access: [],
    logRetention: deployment.logRetentionDays,
    beside: 'console',
  });
}

/** Read by functions/settings.ts under these names. */
function environment({ invocations, claims, state }: Stores, deployment: Deployment): Record<string, string> {
  const limitsFile = limitsFileOf(deployment);
  return {
    INVOCATION_QUEUE_URL: invocations.queueUrl,
    CLAIMS_BUCKET: claims.bucketName,
    STATE_TABLE: state.tableName,
    CONNECTION_PREFIX: deployment.connectionPrefix,
    ALLOWED_HOSTS: deployment.allowedHosts.join(','),
    LOG_LEVEL: deployment.logLevel,
    LOG_SAMPLING: String(deployment.logSampling),
    METRICS_NAMESPACE: metricsNamespace,
    METRICS_SERVICE: deployment.stackName,
    ...(deployment.maxCallsPerMinute !== undefined && {
      MAX_CALLS_PER_MINUTE: String(deployment.maxCallsPerMinute),
    }),
    ...(limitsFile !== undefined && { CONNECTION_LIMITS: limitsFile }),
  };
}

/** Which connections a caller of the API may use; read by functions/settings.ts under these names. */
function callers({ jwt, connectionPathsOnly }: Deployment): Record<string, string> {
  const { connections } = jwt ?? {};
  return {
    ...(connections && { CONNECTION_CLAIM: connections.claim }),
    ...(connections?.prefix && { CONNECTION_CLAIM_PREFIX: connections.prefix }),
    ...(connectionPathsOnly && { CONNECTION_PATHS_ONLY: 'true' }),
  };
}

function nameOutputs(stack: Stack, outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
}
