import { type Invocation, parseInvocation } from '../../lib/invocation.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { type Row, readRows, type Source } from './rows.ts';
import { columnsIn, fill } from './template.ts';

/** A row as the message that it becomes. */
export interface Message {
  readonly row: Row;
  readonly id: string;
  readonly invocation: Invocation;
  readonly text: string;
}

export interface Making {
  readonly source: Source;
  /** What rows become invocations by; undefined where they are some. */
  readonly template: unknown;
  /** The connection of invocations that name none. */
  readonly connection: string | undefined;
  /** What the ids of this batch begin with. */
  readonly batch: string;
}

/** What SQS takes; a few bytes are for the attributes. */
const maxMessageBytes = 1_048_000;

/** The messages of a file, one at a time. @throws CommandFailed at the first row that makes none, naming its line. */
export async function* readMessages(making: Making): AsyncIterable<Message> {
  const { source, template } = making;
  const wanted = columnsIn(template ?? null);
  const attempt = attemptOf(source.file);
  let isFirst = true;
  for await (const row of readRows(source)) {
    if (isFirst) checkColumns(wanted, row, source.file);
    isFirst = false;
    yield messageOf(row, making, attempt);
  }
}

function checkColumns(wanted: ReadonlySet<string>, { values }: Row, file: string): void {
  const missing = [...wanted].filter((name) => !Object.hasOwn(values, name));
  if (missing.length === 0) return;
  throw usageError(
    `The template names {{${missing.join('}}, {{')}}}, but ${file} has the columns ${Object.keys(values).join(', ')}.`,
  );
}

function messageOf(row: Row, { source, template, connection, batch }: Making, attempt: number): Message {
  const where = `${source.file}, line ${row.line}`;
  const made = template === undefined ? row.values : filled(template, row, where);
  const given =
    typeof made === 'object' && made !== null ? new Map<string, unknown>(Object.entries(made)) : new Map();
  const own = given.get('id');
  const id = own === undefined ? `${batch}:${row.line}` : attempt > 1 ? `${own}~${attempt}` : own;
  const value = {
    version: 1,
    ...(connection !== undefined && { connection }),
    ...Object.fromEntries(given),
    id,
  };
  const parsed = parseInvocation(JSON.stringify(value));
  if (!parsed.valid) throw usageError(`${where}: ${parsed.message}`);
  const text = JSON.stringify(parsed.invocation);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxMessageBytes)
    throw usageError(`${where}: it has ${bytes} bytes; SQS takes ${maxMessageBytes}.`);
  return { row, id: parsed.invocation.id ?? '', invocation: parsed.invocation, text };
}

function filled(template: unknown, { values }: Row, where: string): unknown {
  try {
    return fill(template, values);
  } catch (error) {
    throw error instanceof CommandFailed ? usageError(`${where}: ${error.message}`) : error;
  }
}

const failedName = /\.failed-(\d{1,3})(\.[^.]+)$/;

/**
 * How often the rows of a file have been sent when they are sent now. An id that rows bring along gets it as an ending: the
 * journal has the first result under the id as it is, and would give that one again.
 */
const attemptOf = (file: string): number => Number(failedName.exec(file)?.[1] ?? 0) + 1;

/** `contacts.csv` → `contacts.failed-1.csv` → `contacts.failed-2.csv`, and the same of `unknown`. */
export function besideName(file: string, what: 'failed' | 'unknown'): string {
  const base = file.replace(failedName, '$2');
  const dot = base.lastIndexOf('.');
  const [stem, ending] = dot > base.lastIndexOf('/') + 1 ? [base.slice(0, dot), base.slice(dot)] : [base, ''];
  return `${stem}.${what}-${attemptOf(file)}${ending}`;
}
