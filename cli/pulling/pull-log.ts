import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import * as z from 'zod/mini';
import { type Result, resultSchema } from '../../lib/result.ts';
import { usageError } from '../ending.ts';
import { keepWholeLines } from '../whole-lines.ts';

const headSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  /** What was asked for, as it went on the queue: another message is another pull. */
  message: z.string(),
  queueUrl: z.string(),
  startedAt: z.string(),
});

const entrySchema = z.union([
  /** The message is surely on the queue. */
  z.strictObject({ sent: z.literal(true) }),
  /** A page is in the file, which has so many bytes with it. */
  z.strictObject({ page: z.string(), rows: z.int(), bytes: z.int() }),
  z.strictObject({ end: resultSchema }),
]);

export type Head = z.infer<typeof headSchema>;
type Entry = z.infer<typeof entrySchema>;

/** How far a pull into a file is: a line for each thing that is done, so that a crash loses the last one at the most. */
interface PullLog {
  readonly head: Head;
  readonly isSent: boolean;
  readonly pages: ReadonlySet<string>;
  readonly rows: number;
  /** So long the file is with the pages that are known. What is behind that belongs to a page that was not finished. */
  readonly bytes: number;
  readonly last: Result | undefined;
}

/** @throws CommandFailed where the file is none of ours, so that nothing of somebody else is written over. */
export function readPullLog(file: string): PullLog | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  try {
    const [first = '', ...lines] = whole.split('\n').slice(0, -1);
    const head = headSchema.parse(JSON.parse(first));
    return tallied(
      head,
      lines.map((line) => entrySchema.parse(JSON.parse(line))),
    );
  } catch {
    throw usageError(`${file} does not say how far a pull is. Take it away, or name another -o.`);
  }
}

function tallied(head: Head, entries: readonly Entry[]): PullLog {
  const pages = entries.flatMap((entry) => ('page' in entry ? [entry] : []));
  return {
    head,
    isSent: entries.some((entry) => 'sent' in entry),
    pages: new Set(pages.map(({ page }) => page)),
    rows: pages.reduce((sum, { rows }) => sum + rows, 0),
    bytes: pages.at(-1)?.bytes ?? 0,
    last: entries.flatMap((entry) => ('end' in entry ? [entry.end] : [])).at(-1),
  };
}

/** A crash leaves no log or one with its head. */
export function beginPullLog(file: string, head: Head): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(head)}\n`);
  renameSync(unfinished, file);
}

interface PullLogWriter {
  add(entry: Entry): void;
  close(): void;
}

/** Goes on behind the last whole line: half a line is what a crash left. */
export function openPullLog(file: string): PullLogWriter {
  let at = keepWholeLines(file);
  const descriptor = openSync(file, 'r+');
  return {
    add: (entry) => {
      at += writeSync(descriptor, `${JSON.stringify(entry)}\n`, at);
    },
    close: () => closeSync(descriptor),
  };
}

export const removePullLog = (file: string): void => rmSync(file, { force: true });
