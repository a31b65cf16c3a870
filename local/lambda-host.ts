import { randomUUID } from 'node:crypto';
import {
  type LambdaAnswer,
  type LambdaDefinition,
  type LambdaEnvironment,
  startEnvironment,
} from './lambda-environment.ts';
import type { LambdaError } from './lambda-messages.ts';

/** What an event or an answer may have in JSON (aws.md §3). */
export const maxPayloadBytes = 6_291_556;

export interface Lambda {
  readonly timeoutMs: number;
  /** Runs an event when an execution environment is free. Never rejects: what the function throws is the answer. */
  invoke(event: unknown): Promise<LambdaAnswer>;
  /** Ends all threads; what still runs is answered as failed. */
  close(): Promise<void>;
}

/**
 * A function with its execution environments, started as they are needed and kept warm.
 * @param maxConcurrency how many may run at once. AWS answers those over it with an error; here they wait for their turn.
 */
export function createLambda(
  definition: LambdaDefinition,
  maxConcurrency: number,
  log: (line: string) => void,
): Lambda {
  const environments = new Set<LambdaEnvironment>();
  const idle: LambdaEnvironment[] = [];
  const waiting: ((environment: LambdaEnvironment) => void)[] = [];
  let closed = false;

  const start = (): LambdaEnvironment => {
    const environment = startEnvironment(definition, log);
    environments.add(environment);
    return environment;
  };
  const acquire = async (): Promise<LambdaEnvironment> => {
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      if (!warm.ended) return warm;
      environments.delete(warm);
    }
    if (environments.size < maxConcurrency) return start();
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (environment: LambdaEnvironment) => {
    if (environment.ended) environments.delete(environment);
    const next = waiting.shift();
    if (next) next(environment.ended && !closed ? start() : environment);
    else if (!environment.ended) idle.push(environment);
  };

  return {
    timeoutMs: definition.timeoutMs,
    invoke: async (event) => {
      if (closed)
        return {
          succeeded: false,
          error: { errorType: 'Closed', errorMessage: 'The local stack is closed.', trace: [] },
        };
      const environment = await acquire();
      const answer = await environment.run(randomUUID(), JSON.stringify(event));
      release(environment);
      if (!answer.succeeded) logError(answer.error, log);
      return bounded(answer);
    },
    close: async () => {
      closed = true;
      await Promise.all([...environments].map((environment) => environment.stop()));
    },
  };
}

/** The function's own stack where there is one, since the error's line alone says little of where it was. */
function logError({ errorType, errorMessage, trace }: LambdaError, log: (line: string) => void): void {
  for (const line of trace.length > 0 ? trace : [`${errorType}: ${errorMessage}`]) log(line);
}

function bounded(answer: LambdaAnswer): LambdaAnswer {
  if (!answer.succeeded || Buffer.byteLength(answer.text) <= maxPayloadBytes) return answer;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`;
  return { succeeded: false, error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage, trace: [] } };
}
