import { isUtf8 } from 'node:buffer';
import { JsonText } from '../json-text.ts';
import { jsonOf, type ManageResponse } from '../response.ts';
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
  /** As NDJSON, one row a line. The body that they came in becomes it, so nothing else is asked of them after that. */
  lines(): Uint8Array;
  /** Gives the bytes back that they came in, where nothing of the above is asked for any more. */
  release?(): void;
}

type Body = Pick<ManageResponse, 'bytes' | 'release'>;

/** Reads the body of a list; undefined where it is none. */
export function readRows({ bytes, release }: Body): Rows | undefined {
  const scan = isUtf8(bytes) ? scanRows(bytes) : undefined;
  if (scan) return scannedRows({ bytes, ...(release && { release }) }, scan);
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

function scannedRows({ bytes, release }: Body, { ends, ids }: RowScan): Rows {
  return {
    count: ends.length,
    bytes: bytes.length,
    ids,
    ...(release && { release }),
    parsed: () => {
      const value = jsonOf(bytes);
      return Array.isArray(value) ? value : [];
    },
    response: () => new JsonText(bytes, release),
    lines: () => {
      const first = Math.max(0, bytes.indexOf(openObject));
      let from = first;
      let at = first;
      for (const end of ends) {
        // Between two rows there is nothing but a comma and spaces; most often no space, and then a row stays where it is.
        const start = bytes.indexOf(openObject, from);
        if (start > at) bytes.copyWithin(at, start, end);
        at += end - start;
        bytes[at++] = lineEnd;
        from = end;
      }
      return bytes.subarray(first, at);
    },
  };
}

const [openObject, lineEnd] = [0x7b, 0x0a];

/** A row's id; undefined where it has no whole number as one. */
export function idOf(row: unknown): number | undefined {
  const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : undefined;
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined;
}
