import { isUtf8 } from 'node:buffer';
import { JsonText } from '../json-text.ts';
import { jsonOf } from '../response.ts';
import { type RowScan, scanRows } from './row-scan.ts';

/** The rows of a page. They are parsed for who asks for that: a page that only passes through is not, which saves most of its cost. */
export interface Rows {
  readonly count: number;
  /** The size of the body that they came in, or 0. */
  readonly bytes: number;
  /** Of each row; undefined where it has no whole number as its id. */
  readonly ids: readonly (number | undefined)[];
  parsed(): readonly unknown[];
  /** What a result carries: JSON as it came, where nothing has to be changed about it. */
  response(): JsonText | readonly unknown[];
  /** As NDJSON, one row a line. */
  lines(): Uint8Array;
}

/** Reads the body of a list; undefined where it is none. */
export function readRows(bytes: Uint8Array): Rows | undefined {
  const scan = isUtf8(bytes) ? scanRows(bytes) : undefined;
  if (scan) return scannedRows(bytes, scan);
  const value = jsonOf(bytes);
  return Array.isArray(value) ? rowsOf(value, bytes.length) : undefined;
}

export function rowsOf(rows: readonly unknown[], bytes = 0): Rows {
  return {
    count: rows.length,
    bytes,
    ids: rows.map(idOf),
    parsed: () => rows,
    response: () => rows,
    lines: () => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
  };
}

function scannedRows(bytes: Uint8Array, { starts, ends, ids }: RowScan): Rows {
  return {
    count: starts.length,
    bytes: bytes.length,
    ids,
    parsed: () => {
      const value = jsonOf(bytes);
      return Array.isArray(value) ? value : [];
    },
    response: () => new JsonText(bytes),
    lines: () => {
      const size = ends.reduce((sum, end, row) => sum + end - (starts[row] ?? end) + 1, 0);
      const lines = Buffer.allocUnsafe(size);
      let at = 0;
      for (const [row, start] of starts.entries()) {
        const text = bytes.subarray(start, ends[row]);
        lines.set(text, at);
        at += text.length + 1;
        lines[at - 1] = 0x0a;
      }
      return lines;
    },
  };
}

/** A row's id; undefined where it has no whole number as one. */
export function idOf(row: unknown): number | undefined {
  const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : undefined;
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined;
}
