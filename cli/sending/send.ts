import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Queue } from '../../lib/clients/queue.ts';
import type { Inbox } from '../clients/queue.ts';
import { collect } from '../collecting.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { createPace } from '../pace.ts';
import type { Terminal } from '../terminal.ts';
import { openAnswers } from './answers.ts';
import { type Making, type Message, readMessages } from './messages.ts';
import { putAll, togetherOn } from './putting.ts';
import type { Source } from './rows.ts';
import { readSent, type Sent, writeSent } from './sent-file.ts';

export interface Batch {
  readonly source: Source;
  readonly template: unknown;
  readonly connection: string | undefined;
  /** What ids begin with; made of the file's name and content unless told. */
  readonly batch: string | undefined;
  readonly stateFile: string;
  /** Forget how far it was. */
  readonly restart: boolean;
  /** Where results go, if they are waited for. */
  readonly resultsFile: string | undefined;
  readonly patienceMs: number;
}

/** What sending reaches out to. */
interface Ways {
  readonly queueUrl: string;
  readonly queue: Pick<Queue, 'sendAll'>;
  readonly openResults: () => Inbox;
  readonly terminal: Terminal;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
}

/** How a batch went. */
export interface Summary {
  readonly batch: string;
  readonly rows: number;
  /** By this run, and how long that took. */
  readonly sent: number;
  readonly sendingMs: number;
  readonly answered?: number;
  readonly succeeded?: number;
  readonly failures?: Readonly<Record<string, number>>;
  readonly files: readonly string[];
  readonly ending: 'ok' | 'partly' | 'late' | 'interrupted';
}

/** A file is read whole before anything is sent, so that a mistake in its last line sends nothing; ids are kept in memory. */
const mostRows = 1_000_000;

/** Puts the rows of a file on the queue, from where it stopped the last time; waits for their results where asked to. */
export async function sendBatch(wanted: Batch, ways: Ways): Promise<Summary> {
  const sha256 = await digestOf(wanted);
  const batch = wanted.batch ?? `${basename(wanted.source.file)}-${sha256.slice(0, 12)}`;
  const making: Making = { ...wanted, batch };
  const lines = await linesOf(making);
  const sent = begin(wanted, { sha256, batch, rows: lines.size }, ways);
  const startedAtMs = ways.now();
  const before = sent.sent;
  const isWhole = await put(making, sent, wanted.stateFile, ways);
  const sendingMs = Math.round(ways.now() - startedAtMs);
  const done = { batch, rows: lines.size, sent: sent.sent - before, sendingMs };
  if (!isWhole) return { ...done, files: [], ending: 'interrupted' };
  if (wanted.resultsFile === undefined) return { ...done, files: [], ending: 'ok' };
  return { ...done, ...(await wait(wanted, lines, wanted.resultsFile, ways)) };
}

/** Of what the messages are made of: the rows, the template and the connection. */
async function digestOf({ source, template, connection }: Batch): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([template ?? null, connection ?? null]));
  try {
    for await (const chunk of createReadStream(source.file)) hash.update(chunk);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw usageError(`${source.file} cannot be read${code}.`);
  }
  return hash.digest('hex');
}

/** Makes every message once, to find what is wrong before anything is sent. @returns the line of each row by its id. */
async function linesOf(making: Making): Promise<ReadonlyMap<string, number>> {
  const lines = new Map<string, number>();
  for await (const { id, row } of readMessages(making)) {
    const first = lines.get(id);
    if (first !== undefined)
      throw usageError(
        `${making.source.file}: lines ${first} and ${row.line} have the same id '${id}', so one of them would not be executed.`,
      );
    lines.set(id, row.line);
    if (lines.size > mostRows)
      throw usageError(`${making.source.file} has more than ${mostRows} rows. Split it.`);
  }
  if (lines.size === 0) throw usageError(`${making.source.file} has no rows.`);
  return lines;
}

type Known = Pick<Sent, 'sha256' | 'batch' | 'rows'>;

function begin({ stateFile, restart, source, resultsFile }: Batch, known: Known, ways: Ways): Sent {
  if (restart) {
    rmSync(stateFile, { force: true });
    if (resultsFile !== undefined) rmSync(resultsFile, { force: true });
  }
  const found = readSent(stateFile);
  const startedAt = new Date(ways.now()).toISOString();
  if (!found) return { version: 1, ...known, queueUrl: ways.queueUrl, sent: 0, startedAt };
  const again = `--restart begins anew (${stateFile} is forgotten).`;
  if (found.sha256 !== known.sha256 || found.batch !== known.batch)
    throw usageError(
      `${source.file}, its template or its batch is not what was begun on ${found.startedAt}. ${again}`,
    );
  if (found.queueUrl !== ways.queueUrl)
    throw usageError(`This batch was begun on another queue, ${found.queueUrl}. ${again}`);
  ways.terminal.note(
    found.sent < found.rows
      ? `Going on: ${found.sent} of ${found.rows} rows were sent from ${found.startedAt} on.`
      : `All ${found.rows} rows were sent from ${found.startedAt} on: nothing is sent. ${again}`,
  );
  return found;
}

async function put(making: Making, sent: Sent, stateFile: string, ways: Ways): Promise<boolean> {
  const { terminal, queue, queueUrl, sleep, now } = ways;
  const before = sent.sent;
  if (before === sent.rows) return true;
  const startedAtMs = now();
  writeSent(stateFile, sent);
  return putAll(skip(readMessages(making), before), {
    queue,
    sleep,
    together: togetherOn(queueUrl),
    signal: terminal.interrupted,
    onSent: (count) => {
      sent.sent = before + count;
      writeSent(stateFile, sent);
      const perSecond = Math.round((count * 1000) / Math.max(1, now() - startedAtMs));
      terminal.progress(`sent ${sent.sent} of ${sent.rows}  ${perSecond} a second`);
    },
  });
}

async function* skip(messages: AsyncIterable<Message>, count: number): AsyncIterable<Message> {
  let left = count;
  for await (const message of messages) {
    if (left > 0) left -= 1;
    else yield message;
  }
}

/** More than what goes through while a person looks. */
const manyRows = 200;

/** @param rows without a result. Whoever does not know of the governor takes its first pace for a fault. */
const slowBeginning = (rows: number) =>
  `Waiting for ${rows} results. A new connection begins with 8 calls a second; as long as ConnectWise bears it, that doubles every 20 s.`;

async function wait(
  { source, patienceMs }: Batch,
  lines: ReadonlyMap<string, number>,
  resultsFile: string,
  { openResults, terminal, now }: Ways,
): Promise<Pick<Summary, 'answered' | 'succeeded' | 'failures' | 'files' | 'ending'>> {
  const answers = await openAnswers(source, lines, resultsFile);
  const inbox = openResults();
  const pace = createPace(now);
  if (answers.missing > manyRows) terminal.note(slowBeginning(answers.missing));
  try {
    const take: Parameters<typeof collect>[0]['take'] = (result) => {
      const isMore = answers.add(result);
      const answered = lines.size - answers.missing;
      terminal.progress(
        `${answered} of ${lines.size} answered, ${answers.succeeded} succeeded${pace.of(answered, lines.size)}`,
      );
      return isMore;
    };
    const isWanted = ({ id }: { readonly id: string }) => lines.has(id);
    const signal = terminal.interrupted;
    const how =
      answers.missing === 0 ? 'all' : await collect({ inbox, isWanted, take, patienceMs, now, signal });
    const files = await answers.writeFailed();
    const failures = Object.fromEntries(answers.failures);
    const ended = answers.failures.size > 0 ? 'partly' : 'ok';
    return {
      answered: lines.size - answers.missing,
      succeeded: answers.succeeded,
      failures,
      files: [resultsFile, ...files],
      ending: how === 'all' ? ended : how,
    };
  } catch (error) {
    if (error instanceof CommandFailed) await answers.writeFailed();
    throw error;
  } finally {
    inbox.close();
  }
}
