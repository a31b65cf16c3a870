import * as z from 'zod/mini';
import type { Operation } from './operation.ts';
import type { Findable, Searchable } from './search.ts';

/** An operation as the list shows it and the search finds it. */
export interface IndexedOperation extends Findable {
  readonly id: string;
}

/** All operations of a catalogue, by what they are found by: about a twentieth of the catalogue. */
export interface OperationIndex extends Searchable<IndexedOperation> {
  readonly version: string;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const kinds = ['list', 'record', 'count', 'scalar', 'multi', 'binary', 'empty'] as const;

/** Id, operationId, method, path, description, kind of success, summary, tag. */
const row = z.tuple([
  z.string(),
  z.string(),
  z.enum(methods),
  z.string(),
  z.string(),
  z.enum(kinds),
  z.string(),
  z.string(),
]);
const indexFile = z.strictObject({ version: z.string(), operations: z.array(row) });

/** The index as it travels: rows without names, since there are thousands of them. */
export function writeIndex(version: string, operations: readonly Operation[]): string {
  const rows = operations.map(
    ({ id, operationId, method, path, description, success, summary = '', tag = '' }) => {
      return [id, operationId, method, path, description, success.kind, summary, tag];
    },
  );
  return JSON.stringify({ version, operations: rows });
}

/** Reads what `writeIndex` wrote; throws where it is anything else. */
export function readIndex(value: unknown): OperationIndex {
  const { version, operations } = z.parse(indexFile, value);
  const all = operations.map(
    ([id, operationId, method, path, description, kind, summary, tag]): IndexedOperation => ({
      id,
      operationId,
      method,
      path,
      module: path.split('/')[1] ?? '',
      description,
      success: { kind },
      ...(summary !== '' && { summary }),
      ...(tag !== '' && { tag }),
    }),
  );
  const byId = new Map(
    all.flatMap((operation) => keysOf(operation).map((key) => [key.toLowerCase(), operation] as const)),
  );
  return { version, all: () => all, find: (id) => byId.get(id.trim().toLowerCase()) };
}

const keysOf = ({ id, operationId, method, path }: IndexedOperation) => [
  id,
  operationId,
  `${method} ${path}`,
];
