import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Result } from '../../lib/result.ts';
import { usageError } from '../ending.ts';
import type { Terminal } from '../terminal.ts';
import { beginPullLog, type Head, openPullLog, readPullLog, removePullLog } from './pull-log.ts';

/** Where the records of a pull go, each page once. */
export interface Records {
  readonly head: Head;
  /** Whether the pull's message is surely on the queue. */
  readonly isSent: boolean;
  markSent(): void;
  has(pageId: string): boolean;
  /** Writes a page down. When this returns, its result may be taken off the queue. */
  add(pageId: string, records: readonly unknown[]): void;
  /** The pull's last result; pages that it certifies may be still to come. */
  end(result: Result): void;
  readonly last: Result | undefined;
  readonly pages: number;
  readonly rows: number;
  /** The pull is over, and the next one begins anew. */
  finish(): void;
  close(): void;
}

const textOf = (records: readonly unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** Records as lines on standard output: a pull that is interrupted is not gone on with. */
export function printedRecords(head: Head, terminal: Terminal): Records {
  const seen = new Set<string>();
  let rows = 0;
  let last: Result | undefined;
  return {
    head,
    isSent: false,
    markSent: () => {},
    has: (pageId) => seen.has(pageId),
    add: (pageId, records) => {
      if (records.length > 0) terminal.print(textOf(records).trimEnd());
      rows += records.length;
      seen.add(pageId);
    },
    end: (result) => {
      last = result;
    },
    get last() {
      return last;
    },
    get pages() {
      return seen.size;
    },
    get rows() {
      return rows;
    },
    finish: () => {},
    close: () => {},
  };
}

/**
 * Records as lines of a file. How far it is stands beside it, in `FILE.pull.jsonl`, until the pull is over: the same command goes
 * on with the same pull. A page is in the file before it is noted, and noted before it is taken off the queue. So a page that was
 * written halfway is cut off and comes again, and one that was noted and comes again is known.
 * @param fresh the pull that begins where none is to be gone on with.
 */
export function fileRecords(file: string, fresh: Head, restart: boolean, terminal: Terminal): Records {
  const logFile = `${file}.pull.jsonl`;
  if (restart) removePullLog(logFile);
  const found = readPullLog(logFile);
  if (found) refuseAnother(file, found.head, fresh);
  const descriptor = openFor(file, found?.bytes);
  if (!found) beginPullLog(logFile, fresh);
  else
    terminal.note(
      `Going on with the pull of ${found.head.startedAt}: ${found.rows} records in ${found.pages.size} pages are in ${file}. --restart begins anew.`,
    );
  const log = openPullLog(logFile);
  const seen = new Set(found?.pages);
  let { rows, bytes, last } = found ?? { rows: 0, bytes: 0, last: undefined };
  return {
    head: found?.head ?? fresh,
    isSent: found?.isSent ?? false,
    markSent: () => log.add({ sent: true }),
    has: (pageId) => seen.has(pageId),
    add: (pageId, records) => {
      bytes += writeSync(descriptor, textOf(records), bytes);
      fsyncSync(descriptor);
      rows += records.length;
      log.add({ page: pageId, rows: records.length, bytes });
      seen.add(pageId);
    },
    end: (result) => {
      log.add({ end: result });
      last = result;
    },
    get last() {
      return last;
    },
    get pages() {
      return seen.size;
    },
    get rows() {
      return rows;
    },
    finish: () => removePullLog(logFile),
    close: () => {
      log.close();
      closeSync(descriptor);
    },
  };
}

function refuseAnother(file: string, found: Head, fresh: Head): void {
  const again = '--restart begins anew, and writes over the file.';
  if (found.message !== fresh.message)
    throw usageError(
      `${file} belongs to another pull, which was begun on ${found.startedAt} and is not over. ${again}`,
    );
  if (found.queueUrl !== fresh.queueUrl)
    throw usageError(`The pull into ${file} was begun on another queue, ${found.queueUrl}. ${again}`);
}

/** Opens a file to be written from byte `knownBytes` on; anew where there is no such number. */
function openFor(file: string, knownBytes: number | undefined): number {
  try {
    const descriptor = openSync(file, knownBytes === undefined ? 'w' : 'r+');
    if (knownBytes === undefined) return descriptor;
    if (fstatSync(descriptor).size < knownBytes)
      throw new Error(`it is shorter than the ${knownBytes} bytes that were written`);
    ftruncateSync(descriptor, knownBytes);
    return descriptor;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`${file} cannot be written: ${why}. --restart begins anew.`);
  }
}
