import type { Result } from '../lib/result.ts';

/** Lambda is set to JSON logging, so an object becomes a line that can be queried by its members. */
export interface LogEntry {
  readonly event: string;
  readonly [member: string]: string | number | boolean | undefined;
}

export function logInfo(entry: LogEntry): void {
  console.info(entry);
}

export function logWarning(entry: LogEntry): void {
  console.warn(entry);
}

export function logError(entry: LogEntry): void {
  console.error(entry);
}

/** What a log says of an invocation: who, what, how it ended. Never the request or the response. */
export function traceOf(result: Result, tookMs: number): Omit<LogEntry, 'event'> {
  const { id, connection, operationId, responseCode, requestId, failure } = result;
  return {
    id,
    connection,
    operationId,
    responseCode,
    requestId,
    reason: failure?.reason,
    retried: failure?.retried,
    tookMs,
  };
}

/** An unexpected error without its message or cause, which may quote a request; the stack tells where it was. */
export function crashOf(error: unknown): Omit<LogEntry, 'event'> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6);
  return { error: error.name, stack: frames?.join('\n') };
}
