import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import * as z from 'zod/mini';
import { usageError } from '../ending.ts';

export type Format = 'csv' | 'jsonl';

/** One row of a file: a line of JSON, or a record of CSV by its columns' names. */
export interface Row {
  /** The line that it ends on, from 1: what names it, in sentences and in ids. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** As it stands in the file, without the end of its line. */
  readonly text: string;
}

export interface Source {
  readonly file: string;
  readonly format: Format;
  /** Of CSV. */
  readonly delimiter: string;
}

/** A file's form by its name. @throws CommandFailed where the name does not tell. */
export function formatOf(file: string, asked: Format | undefined): Format {
  if (asked) return asked;
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(?:jsonl|ndjson)$/i.test(file)) return 'jsonl';
  throw usageError(`${file} is neither .csv nor .jsonl by its name. Say which it is: --format csv or jsonl.`);
}

/** The rows of a file, one at a time: it may be larger than memory. Empty lines are left out. */
export const readRows = (source: Source): AsyncIterable<Row> =>
  source.format === 'csv' ? csvRows(source) : jsonRows(source.file);

const objectSchema = z.record(z.string(), z.unknown());

async function* jsonRows(file: string): AsyncIterable<Row> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    const parsed = objectSchema.safeParse(jsonOf(text));
    if (!parsed.success)
      throw usageError(`${file}, line ${line}: it is not a JSON object. Nothing more is sent.`);
    yield { line, values: parsed.data, text };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const recordSchema = z.object({
  record: z.record(z.string(), z.string()),
  raw: z.string(),
  info: z.object({ lines: z.number() }),
});

async function* csvRows({ file, delimiter }: Source): AsyncIterable<Row> {
  const parser = parse({
    columns: true,
    bom: true,
    delimiter,
    info: true,
    raw: true,
    skip_empty_lines: true,
  });
  const input = createReadStream(file).on('error', (error) => parser.destroy(error));
  try {
    for await (const read of input.pipe(parser)) {
      const { record, raw, info } = recordSchema.parse(read);
      yield { line: info.lines, values: record, text: raw.replace(/\r?\n$/, '') };
    }
  } catch (error) {
    // csv-parse names the line and what is wrong there.
    throw usageError(
      `${file} is not CSV as it should be: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    input.destroy();
  }
}

/** The first line of a CSV as it stands, for a file with some of its rows. */
export function csvHeader(row: Row, delimiter: string): string {
  return Object.keys(row.values)
    .map((name) =>
      /["\r\n]/.test(name) || name.includes(delimiter) ? `"${name.replaceAll('"', '""')}"` : name,
    )
    .join(delimiter);
}
