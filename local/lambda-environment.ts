import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import {
  type InvocationMessage,
  type LambdaError,
  lambdaError,
  type WorkerDefinition,
  type WorkerMessage,
} from './lambda-messages.ts';

/** Lambda allows 10 s, but its modules are bundled; a slow machine strips the types of hundreds of files. */
const loadTimeoutMs = 30_000;
/**
 * V8 gives a thread 16 MB over its limit to end in, and ends the whole process when they do not do: so what a collection
 * can add at once is kept below. One allocation of more than that at the limit still ends the process.
 */
const maxYoungGenerationSizeMb = 16;

export interface LambdaDefinition extends WorkerDefinition {
  readonly timeoutMs: number;
  /** All of `process.env` that the function sees. */
  readonly environment: Readonly<Record<string, string>>;
}

export type LambdaAnswer =
  | { readonly succeeded: true; readonly text: string }
  | { readonly succeeded: false; readonly error: LambdaError };

/** An execution environment: a thread that holds a loaded function and runs one event at a time. */
export interface LambdaEnvironment {
  /** Never rejects. What ends the thread, such as process.exit or the timeout, is the answer to the running invocation. */
  run(requestId: string, eventText: string): Promise<LambdaAnswer>;
  /** Its thread has ended, so it runs nothing any more. */
  readonly ended: boolean;
  stop(): Promise<void>;
}

/** @param log is told of each line that the function prints. */
export function startEnvironment(
  definition: LambdaDefinition,
  log: (line: string) => void,
): LambdaEnvironment {
  const worker = startWorker(definition);
  for (const stream of [worker.stdout, worker.stderr]) forwardLines(stream, log);
  let ended = false;
  let settle: (answer: LambdaAnswer) => void = () => undefined;
  const end = (error: LambdaError) => {
    ended = true;
    settle({ succeeded: false, error });
  };
  worker.on('message', (message: WorkerMessage) => settle(answerOf(message)));
  worker.on('error', (error) => end(crash(error)));
  worker.on('exit', (code) => end(runtimeError('Runtime.ExitError', `Runtime exited with status ${code}`)));

  /** Waits for the thread's next word, but not longer than the limit: then the thread is ended, whatever it does. */
  const nextAnswer = (limitMs: number): Promise<LambdaAnswer> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        const seconds = (limitMs / 1000).toFixed(2);
        end(runtimeError('Sandbox.Timedout', `Task timed out after ${seconds} seconds`));
        void worker.terminate();
      }, limitMs);
      settle = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
    });
  const loaded = nextAnswer(loadTimeoutMs);

  return {
    run: async (requestId, eventText) => {
      const load = await loaded;
      if (!load.succeeded) {
        await worker.terminate();
        return load;
      }
      if (ended)
        return {
          succeeded: false,
          error: runtimeError('Runtime.ExitError', 'Runtime exited between invocations'),
        };
      const message: InvocationMessage = {
        requestId,
        eventText,
        deadlineMs: Date.now() + definition.timeoutMs,
      };
      worker.postMessage(message);
      return nextAnswer(definition.timeoutMs);
    },
    get ended() {
      return ended;
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

function startWorker(definition: LambdaDefinition): Worker {
  const { environment, timeoutMs: _, ...workerData } = definition;
  return new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    workerData,
    env: environment,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb, maxYoungGenerationSizeMb },
  });
}

function forwardLines(stream: Readable, log: (line: string) => void): void {
  createInterface({ input: stream }).on('line', log);
}

function answerOf(message: WorkerMessage): LambdaAnswer {
  if (message.kind === 'failed') return { succeeded: false, error: message.error };
  return { succeeded: true, text: message.kind === 'ready' ? 'null' : message.text };
}

/** An error that nobody caught ends the thread. */
function crash(error: unknown): LambdaError {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return runtimeError('Runtime.OutOfMemory', 'Runtime ran out of memory');
  return { ...lambdaError(error), errorType: 'Runtime.UnhandledError' };
}

const runtimeError = (errorType: string, errorMessage: string): LambdaError => ({
  errorType,
  errorMessage,
  trace: [],
});
