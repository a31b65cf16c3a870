import { appendFileSync, createReadStream, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Result } from '../../lib/result.ts';
import { resultIn } from '../collecting.ts';
import { keepWholeLines } from '../whole-lines.ts';
import { besideName } from './messages.ts';
import { csvHeader, readRows, type Source } from './rows.ts';

/** What became of the rows of a batch, as far as it is known. */
interface Answers {
  /** Writes a result down, once for each row. @returns whether rows are still without one. */
  add(result: Result): boolean;
  readonly missing: number;
  readonly succeeded: number;
  /** How many failed, by reason. */
  readonly failures: ReadonlyMap<string, number>;
  /**
   * Writes the rows that failed beside the file, to be mended or to be sent again as they are. Those of which nobody knows
   * whether they took effect stand in a file of their own: sending them might do them twice.
   */
  writeFailed(): Promise<readonly string[]>;
}

interface Failed {
  readonly line: number;
  readonly reason: string;
}

/**
 * @param lines the line of each row by its message's id.
 * @param file where results are appended. Those that are there from a run before count.
 */
export async function openAnswers(
  source: Source,
  lines: ReadonlyMap<string, number>,
  file: string,
): Promise<Answers> {
  const known = new Set<string>();
  const failed: Failed[] = [];
  let succeeded = 0;
  const count = ({ id, succeeded: isGood, failure }: Result) => {
    known.add(id);
    if (isGood) succeeded += 1;
    else failed.push({ line: lines.get(id) ?? 0, reason: failure?.reason ?? 'failed' });
  };
  for await (const line of linesOf(file)) {
    const result = resultIn(line);
    if (result && lines.has(result.id) && !known.has(result.id)) count(result);
  }
  return {
    add: (result) => {
      if (!known.has(result.id)) {
        appendFileSync(file, `${JSON.stringify(result)}\n`);
        count(result);
      }
      return known.size < lines.size;
    },
    get missing() {
      return lines.size - known.size;
    },
    get succeeded() {
      return succeeded;
    },
    get failures() {
      const reasons = Map.groupBy(failed, ({ reason }) => reason);
      return new Map([...reasons].map(([reason, those]) => [reason, those.length]));
    },
    writeFailed: async () => {
      const isUnknown = ({ reason }: Failed) => reason === 'outcome_unknown';
      const unknown = failed.filter(isUnknown);
      const sure = failed.filter((one) => !isUnknown(one));
      const written = [
        await writeRows(source, sure, besideName(source.file, 'failed')),
        await writeRows(source, unknown, besideName(source.file, 'unknown')),
      ];
      return written.flatMap((name) => name ?? []);
    },
  };
}

/** The results of a large batch are longer than a text can be, so they are read a line at a time. */
async function* linesOf(file: string): AsyncIterable<string> {
  if (!existsSync(file)) return;
  keepWholeLines(file);
  yield* createInterface({ input: createReadStream(file) });
}

/** @returns the file that was written; undefined where there is nothing to write. */
async function writeRows(source: Source, rows: readonly Failed[], file: string): Promise<string | undefined> {
  rmSync(file, { force: true });
  if (rows.length === 0) return undefined;
  const wanted = new Set(rows.map(({ line }) => line));
  const texts: string[] = [];
  for await (const row of readRows(source)) {
    if (texts.length === 0 && source.format === 'csv') texts.push(csvHeader(row, source.delimiter));
    if (wanted.has(row.line)) texts.push(row.text);
  }
  writeFileSync(file, `${texts.join('\n')}\n`);
  return file;
}
