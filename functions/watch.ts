import { createHash } from 'node:crypto';
import type { Outcome } from '../lib/outcome.ts';
import type { Result } from '../lib/result.ts';
import { classOf, type FailureClass } from './failure-class.ts';
import { crashOf, type LogEntry, logError, logInfo, logWarning, traceOf } from './log.ts';
import type { Meter } from './meter.ts';
import { noting } from './noting.ts';
import { createStreaks, type Streaks } from './streaks.ts';

/** One delivery of an invocation, and by which door. */
export interface Attempt {
  readonly door: 'queue' | 'api' | 'mcp';
  /** The message or the call that brought it. */
  readonly delivery: string;
  /** From 1: a message that rests comes back as the next attempt. */
  readonly attempt: number;
  /** X-Ray's id of the trace that it belongs to. */
  readonly traceId?: string | undefined;
  /** Nothing was to be sent. */
  readonly dry?: boolean;
}

/** What is written down of attempts, and what of it is left out. */
export interface LogSettings {
  /** `warn`: only what failed, and faults of ours; `error`: only these. */
  readonly level: 'info' | 'warn' | 'error';
  /** The share of invocations whose lines of level info are written, 0 to 1. */
  readonly sampling: number;
}

/** Sees what becomes of invocations. It changes nothing in that. */
export interface Watch {
  /** Executes an attempt, writes its line, and counts it. @throws what `execute` throws */
  attempt(attempt: Attempt, execute: () => Promise<Outcome>): Promise<Outcome>;
  /** Writes down and counts a fault of ours, without the error's message, which may quote a request. */
  crashed(where: Omit<LogEntry, 'event'>, error: unknown): void;
  /** Looks at a result as it leaves: whether its response could be stored shows only then. */
  leaving(attempt: Attempt, result: Result): void;
  /** Puts out the metrics. At the end of each call of the function: Lambda may stop the worker at any moment after. */
  flush(): void;
}

interface WatchParts {
  readonly meter: Meter;
  readonly log: LogSettings;
  readonly now: () => number;
}

export function createWatch({ meter, log, now }: WatchParts): Watch {
  const streaks = createStreaks();
  return {
    attempt: async (attempt, execute) => {
      const startedAtMs = now();
      const { value: outcome, noted } = await noting(execute);
      const { result } = outcome;
      write(log, {
        event: outcome.kind,
        ...attempt,
        ...traceOf(result, now() - startedAtMs),
        ...(outcome.kind === 'wait' && { waitMs: outcome.waitMs }),
        ...noted,
        requestId: result.requestId ?? noted.requestId,
      });
      tally(meter, streaks, attempt, outcome);
      return outcome;
    },
    crashed: (where, error) => {
      logError({ event: 'crashed', ...where, ...crashOf(error) });
      meter.count('Crashes');
    },
    leaving: (attempt, { id, connection, failure }) => {
      if (failure?.reason !== 'response_not_stored') return;
      logError({ event: 'response_not_stored', ...attempt, id, connection });
      meter.count('OwnFailures');
    },
    flush: meter.flush,
  };
}

function write({ level, sampling }: LogSettings, entry: LogEntry): void {
  const isFailure = entry.event === 'result' && entry['reason'] !== undefined;
  if (level === 'error') return;
  if (isFailure) logWarning(entry);
  else if (level === 'info' && isSampled(String(entry['id']), sampling)) logInfo(entry);
}

/** Goes by the id, so that all attempts at an invocation are there or none. */
function isSampled(id: string, share: number): boolean {
  return share >= 1 || createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32 < share;
}

/** Whoever called the API has an answer in any case; a message that waits has none yet. */
function tally(meter: Meter, streaks: Streaks, { door }: Attempt, { kind, result }: Outcome): void {
  const { failure } = result;
  const failureClass = failure && classOf(failure.reason);
  if (kind !== 'result' && door === 'queue') {
    if (failureClass === 'Rests') meter.count('Rests');
    return;
  }
  meter.count('Invocations');
  if (failureClass) meter.count(failureClass);
  if (failure?.reason === 'unauthorized') meter.count('RefusedKeys');
  if (isFault(failureClass)) {
    if (streaks.failed(result.connection ?? '') >= manyInARow) meter.count('FailuresInARow');
  } else streaks.ended(result.connection ?? '');
  tallyPull(meter, result);
}

/** In a sum over a thousand connections, one that always fails is lost; that it never succeeds is not. */
const manyInARow = 5;

/** What ConnectWise refuses by its rules, it has answered: the connection is well. */
const isFault = (failureClass: FailureClass | undefined): boolean =>
  failureClass === 'ConnectionFailures' ||
  failureClass === 'ConnectWiseFailures' ||
  failureClass === 'OwnFailures';

function tallyPull(meter: Meter, { certificate }: Result): void {
  if (!certificate) return;
  meter.count('PulledPages', certificate.pages);
  meter.count('PulledRows', certificate.rows);
  if (!certificate.complete) meter.count('IncompletePulls');
}
