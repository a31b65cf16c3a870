import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from './catalogue.ts';
import { format, type Header, type Line, operationsFile, schemasFile } from './file-format.ts';
import { nearest } from './nearest.ts';
import type { Operation, Schema } from './operation.ts';

/** There is no catalogue to load, or one that another version of the connector compiled. */
export class MissingCatalogue extends Error {
  override readonly name = 'MissingCatalogue';
}

/**
 * Loads the catalogue that `npm run catalogue` wrote into a folder. The schemas' file is read when the first schema is
 * asked for, and a line is parsed when it is.
 * @throws MissingCatalogue where there is none, or none that this version can read.
 */
export function loadCatalogue(folder: string): Catalogue {
  return createCatalogue((file) => {
    try {
      return readFileSync(join(folder, file));
    } catch {
      throw new MissingCatalogue(
        `There is no ${file} in ${folder}. Run \`npm run catalogue\`, which writes it.`,
      );
    }
  });
}

/** A catalogue of files that `read` gives by name, each asked for once at the most: as bytes, or as compilation.ts makes them. */
export function createCatalogue(read: (file: string) => Buffer | string): Catalogue {
  const operations = bytesOf(read(operationsFile));
  const header = parseHeader(operations);
  const found = new Map<string, number>();
  const parsed = new Map<number, Operation>();
  const schemas = new Map<string, Schema | undefined>();
  let schemaLines: Buffer | undefined;
  let everything: readonly Operation[] | undefined;

  const operationAt = (start: number): Operation => {
    const operation = parsed.get(start) ?? parseOperation(operations, start, header);
    parsed.set(start, operation);
    return operation;
  };
  const find = (id: string) => {
    const key = id.toLowerCase();
    const start = found.get(key) ?? lineOf(operations, key) ?? lineOf(operations, key.replace(/\/$/, ''));
    if (start === undefined) return undefined;
    found.set(key, start);
    return operationAt(start);
  };
  const parseSchema = (name: string): Schema | undefined => {
    schemaLines ??= bytesOf(read(schemasFile));
    const start = lineOf(schemaLines, name);
    return start === undefined ? undefined : JSON.parse(json(schemaLines, start));
  };
  return {
    version: header.version,
    size: header.operations,
    find,
    nearest: (id, count) =>
      nearest(id, count, keysOf(operations)).map((start) => operationAt(start).operationId),
    all: () => {
      everything ??= lineStarts(operations).map(operationAt);
      return everything;
    },
    schema: (name) => {
      if (!schemas.has(name)) schemas.set(name, parseSchema(name));
      return schemas.get(name);
    },
  };
}

/**
 * The lines were written by compilation.ts in this very format, so they are not checked one by one: the header vouches.
 * The files stay bytes, of which only what is wanted becomes a string: that halves the time and the memory.
 */
function parseHeader(file: Buffer): Header {
  const end = file.indexOf(newline);
  let header: Partial<Header> | undefined;
  try {
    header = JSON.parse(text(file, 0, end));
  } catch {
    header = undefined;
  }
  const { version, operations, schemas, bytes, queries } = header ?? {};
  const isComplete = header?.format === format && bytes === file.length - end - 1;
  if (!isComplete || version === undefined || operations === undefined || schemas === undefined || !queries) {
    throw new MissingCatalogue(
      'The catalogue was compiled by another version, or is cut off. Run `npm run catalogue`.',
    );
  }
  return { format, version, operations, schemas, bytes, queries };
}

const bytesOf = (content: Buffer | string) =>
  typeof content === 'string' ? Buffer.from(content, 'latin1') : content;

const newline = 0x0a;
const tab = 0x09;

/** The files are ASCII, which reads fastest as Latin-1. */
const text = (file: Buffer, start: number, end: number) => file.toString('latin1', start, end);

/** Where the line that has this key begins; undefined where there is none. A key is printable ASCII, as all that we wrote are. */
function lineOf(file: Buffer, key: string): number | undefined {
  if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(key)) return undefined;
  const found = file.indexOf(`\t${key}\t`, 0, 'latin1');
  return found < 0 ? undefined : file.lastIndexOf(newline, found) + 1;
}

function json(file: Buffer, start: number): string {
  const end = file.indexOf(newline, start);
  return text(file, file.lastIndexOf(tab, end) + 1, end);
}

function parseOperation(file: Buffer, start: number, { version, queries }: Header): Operation {
  const line: Line = JSON.parse(json(file, start));
  const { query, inputs, body = { kind: 'none' }, formerIds = [], mends = [], ...rest } = line;
  const id = text(file, start + 1, file.indexOf(tab, start + 1));
  const shared = query === undefined ? [] : (queries[query] ?? []);
  const module = line.path.split('/')[1] ?? '';
  return { ...rest, id, version, module, body, formerIds, mends, inputs: [...inputs, ...shared] };
}

/** Where every operation's line begins, in the order of the document. */
function lineStarts(file: Buffer): readonly number[] {
  const starts: number[] = [];
  for (
    let end = file.indexOf(newline);
    end >= 0 && end < file.length - 1;
    end = file.indexOf(newline, end + 1)
  ) {
    starts.push(end + 1);
  }
  return starts;
}

function keysOf(file: Buffer) {
  return lineStarts(file).map((start) => {
    const [, , operationId = '', route = ''] = text(file, start, start + 400).split('\t', 4);
    return { start, operationId, route };
  });
}
