import { join } from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { inject } from 'vitest';
import type { ApiAnswer } from '../../functions/problem.ts';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import { queueArn } from '../../local/queues.ts';
import { accessKey, region } from '../../local/region.ts';
import { queueUrl } from '../../local/sqs.ts';
import { createTable } from '../../local/tables.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';

/** What stands around the deployed handlers: emulated AWS, a simulated ConnectWise, and the environment that names them. */
export interface Doors {
  readonly gateway: Gateway;
  readonly simulator: Simulator;
  /** Moves the clock of the emulated AWS, for visibility and expiry. */
  passTime(ms: number): void;
  /** That clock. */
  now(): number;
  /** Stores a connection's secret: the given fields over those that work. */
  connect(name: string, fields?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Stores a connection's secret as text, whatever it is. */
  storeSecret(name: string, text: string): Promise<void>;
  /** Puts messages on the invocation queue. */
  put(...bodies: readonly string[]): void;
  /** Deletes from the invocation queue what was received and is not to come back, as the event source does. */
  settle(event: SQSEvent, returned: readonly string[]): void;
  /** Puts messages on the invocation queue and receives them as the event that Lambda would hand over. */
  receive(...bodies: readonly string[]): SQSEvent;
  /** What is on the result queue, taken off it. */
  takeResults(): Record<string, unknown>[];
  /** The bodies of the dead letters with why they are, taken off their queue. */
  takeDeadLetters(): { readonly body: string; readonly why: string | undefined }[];
  close(): Promise<void>;
}

const prefix = 'test/connections/';
/** The table of the journal and the governor, as infra/state-table.ts declares it. */
export const stateTable = {
  logicalId: 'State',
  name: 'state',
  keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
};
const settings = { visibilitySeconds: 720, delaySeconds: 0, retentionSeconds: 1_209_600, redrive: undefined };

/** @param rows how many records each collection of the simulator has, where not its default. */
export async function openDoors({ rows }: { readonly rows?: number } = {}): Promise<Doors> {
  let aheadMs = 0;
  const simulator = await createSimulator({
    catalogue: loadCatalogue(join(inject('taskRoot'), '.catalogue')),
    ...(rows !== undefined && { rows }),
  });
  const gateway = await startGateway({ now: () => Date.now() + aheadMs, log: console.error });
  const invocations = gateway.queues.create({ ...settings, name: 'invocations' });
  const results = gateway.queues.create({ ...settings, name: 'results' });
  const deadLetters = gateway.queues.create({ ...settings, name: 'dead-letters' });
  gateway.objects.createBucket('claims');
  await createTable(gateway.endpoint, stateTable);
  Object.assign(process.env, environment(gateway, simulator));
  const secrets = new SecretsManagerClient({ endpoint: gateway.endpoint, region, credentials: accessKey });

  const put = (...bodies: readonly string[]) => {
    for (const body of bodies)
      invocations.send({ body, attributes: {}, group: undefined, delaySeconds: undefined });
  };
  const storeSecret = async (name: string, SecretString: string) => {
    const SecretId = `${prefix}${name}`;
    await secrets
      .send(new CreateSecretCommand({ Name: SecretId, SecretString }))
      .catch(() => secrets.send(new PutSecretValueCommand({ SecretId, SecretString })));
  };
  return {
    gateway,
    simulator,
    passTime: (ms) => {
      aheadMs += ms;
    },
    now: () => Date.now() + aheadMs,
    storeSecret,
    connect: (name, fields = {}) =>
      storeSecret(name, JSON.stringify({ siteUrl: simulator.url, ...simulator.credentials, ...fields })),
    put,
    settle: ({ Records }, returned) => {
      for (const { messageId, receiptHandle } of Records)
        if (!returned.includes(messageId)) invocations.remove(receiptHandle);
    },
    receive: (...bodies) => {
      put(...bodies);
      return { Records: invocations.receive(10).map(recordOf) };
    },
    takeResults: () => {
      const taken = results.receive(1000);
      for (const { receiptHandle } of taken) results.remove(receiptHandle);
      return taken.map(({ body }): Record<string, unknown> => JSON.parse(body));
    },
    takeDeadLetters: () =>
      deadLetters.receive(1000).map(({ body, attributes, receiptHandle }) => {
        deadLetters.remove(receiptHandle);
        return { body, why: attributes['why']?.StringValue };
      }),
    close: async () => {
      secrets.destroy();
      await Promise.all([simulator.close(), gateway.close()]);
    },
  };
}

function environment(gateway: Gateway, simulator: Simulator) {
  return {
    AWS_ENDPOINT_URL: gateway.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey,
    LAMBDA_TASK_ROOT: inject('taskRoot'),
    INVOCATION_QUEUE_URL: queueUrl(gateway.endpoint, 'invocations'),
    RESULT_QUEUE_URL: queueUrl(gateway.endpoint, 'results'),
    DEAD_LETTER_QUEUE_URL: queueUrl(gateway.endpoint, 'dead-letters'),
    CLAIMS_BUCKET: 'claims',
    STATE_TABLE: stateTable.name,
    CONNECTION_PREFIX: prefix,
    ALLOWED_HOSTS: simulator.url,
  };
}

type QueuedMessage = ReturnType<ReturnType<Gateway['queues']['create']>['receive']>[number];

function recordOf({
  id,
  receiptHandle,
  body,
  receiveCount,
  attributes,
}: QueuedMessage): SQSEvent['Records'][number] {
  return {
    messageId: id,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: 'TEST',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
        name,
        { dataType: DataType, ...(StringValue !== undefined && { stringValue: StringValue }) },
      ]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn('invocations'),
    awsRegion: region,
  };
}

/** A Lambda context with so much time left. */
export function contextOf(remainingMs = 60_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'test',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
    memoryLimitInMB: '512',
    awsRequestId: 'request-of-lambda',
    logGroupName: 'log',
    logStreamName: 'log',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** What a call looks like when API Gateway hands it over (payload 2.0). */
export function apiEvent(
  routeKey: string,
  parts: Partial<
    Pick<
      APIGatewayProxyEventV2,
      'body' | 'isBase64Encoded' | 'headers' | 'pathParameters' | 'queryStringParameters'
    >
  > = {},
): APIGatewayProxyEventV2 {
  const [method = '', path = ''] = routeKey.split(' ');
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: 'test',
      domainPrefix: 'test',
      http,
      requestId: 'request',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...parts,
  };
}

export const bodyOf = (answer: ApiAnswer): Record<string, unknown> => JSON.parse(answer.body ?? 'null');

/** The message ids that a batch gives back to the queue. */
export const returned = (response: SQSBatchResponse): string[] =>
  response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
