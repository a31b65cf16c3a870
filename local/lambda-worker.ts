import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import {
  type InvocationMessage,
  lambdaError,
  type WorkerDefinition,
  type WorkerMessage,
} from './lambda-messages.ts';

/** Runs in a worker thread: one execution environment of Lambda, which loads a function's source and runs one event at a time. */

const definition: WorkerDefinition = workerData;
let requestId = '';

if (process.env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON') logJson();
post(await load());

async function load(): Promise<WorkerMessage> {
  try {
    const loaded: Readonly<Record<string, unknown>> = await import(definition.fileUrl);
    const handler = loaded[definition.exportName];
    if (!isHandler(handler)) return handlerNotFound();
    parentPort?.on('message', async (invocation: InvocationMessage) => post(await run(handler, invocation)));
    return { kind: 'ready' };
  } catch (error) {
    return { kind: 'failed', error: lambdaError(error) };
  }
}

function handlerNotFound(): WorkerMessage {
  const errorMessage = `${definition.exportName} is undefined or not exported by ${definition.fileUrl}`;
  return { kind: 'failed', error: { errorType: 'Runtime.HandlerNotFound', errorMessage, trace: [] } };
}

type Handler = (event: unknown, context: object) => unknown;

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

async function run(handler: Handler, invocation: InvocationMessage): Promise<WorkerMessage> {
  requestId = invocation.requestId;
  try {
    const event: unknown = JSON.parse(invocation.eventText);
    const answer = await handler(event, contextOf(invocation));
    return { kind: 'answered', text: JSON.stringify(answer) ?? 'null' };
  } catch (error) {
    return { kind: 'failed', error: lambdaError(error) };
  }
}

/** What Lambda hands a Node 24 handler; the callbacks of old runtimes are gone there too. */
function contextOf({ deadlineMs }: InvocationMessage): Omit<Context, 'done' | 'fail' | 'succeed'> {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    functionName: definition.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: definition.functionArn,
    memoryLimitInMB: String(definition.memoryMb),
    logGroupName: `/aws/lambda/${definition.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

/** Lambda's JSON logging: each call of the console is a line with a level and the request it belongs to. */
function logJson(): void {
  const levels = { debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
  for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    console[method] = (...given: unknown[]) => {
      const [only] = given;
      const message = given.length === 1 && typeof only === 'object' ? messageOf(only) : format(...given);
      const line = { timestamp: new Date().toISOString(), level: levels[method], requestId, message };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    };
  }
}

function messageOf(value: unknown): unknown {
  return value instanceof Error ? lambdaError(value) : value;
}

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
