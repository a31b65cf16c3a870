import type { Schema } from '../lib/catalogue/operation.ts';
import type { StoredFile } from './answer.ts';
import type { JsonRecord } from './json.ts';
import { type Makings, makeRecord } from './records.ts';

/** Records under one path, such as `service/tickets/5/notes`; seeded records come to life when they are first asked for. */
export interface Collection {
  /** All ids in ascending order. */
  ids(): readonly number[];
  has(id: number): boolean;
  get(id: number): JsonRecord | undefined;
  set(id: number, record: JsonRecord): void;
  remove(id: number): void;
  /** An id that was never used here before. */
  nextId(): number;
}

/** All that the simulator remembers. */
export interface Store {
  collection(path: string, schema: Schema): Collection;
  /** Whether a collection, seen or not, holds an id: the question that a parent's id asks. */
  holds(path: string, id: number): boolean;
  /** The record of a path that stands for itself. */
  single(path: string, schema: Schema): JsonRecord;
  setSingle(path: string, record: JsonRecord): void;
  /** Files by the id of their document. */
  readonly files: Map<number, StoredFile>;
}

interface Holdings {
  readonly records: Map<number, JsonRecord>;
  readonly removed: Set<number>;
  readonly created: number[];
}

function createCollection(holdings: Holdings, rows: number, make: (id: number) => JsonRecord): Collection {
  const { records, removed, created } = holdings;
  const has = (id: number): boolean => holds(holdings, rows, id);
  return {
    has,
    ids: () =>
      [...Array.from({ length: rows }, (_, index) => index + 1), ...created].filter((id) => !removed.has(id)),
    get: (id) => {
      if (!has(id)) return undefined;
      const record = records.get(id) ?? make(id);
      records.set(id, record);
      return record;
    },
    set: (id, record) => {
      if (!has(id)) created.push(id);
      records.set(id, record);
    },
    remove: (id) => {
      removed.add(id);
      records.delete(id);
    },
    nextId: () => rows + created.length + 1,
  };
}

function holds({ records, removed }: Holdings, rows: number, id: number): boolean {
  return !removed.has(id) && (records.has(id) || (id >= 1 && id <= rows));
}

/** A store in which every collection starts with records 1 to `rows`. */
export function createStore(makings: Makings): Store {
  const all = new Map<string, Holdings>();
  const singles = new Map<string, JsonRecord>();
  const holdingsOf = (path: string): Holdings => {
    const holdings = all.get(path) ?? { records: new Map(), removed: new Set(), created: [] };
    all.set(path, holdings);
    return holdings;
  };
  return {
    collection: (path, schema) =>
      createCollection(holdingsOf(path), makings.rows, (id) => makeRecord(makings, schema, path, id)),
    holds: (path, id) => {
      const holdings = all.get(path);
      return holdings === undefined ? id >= 1 && id <= makings.rows : holds(holdings, makings.rows, id);
    },
    single: (path, schema) => singles.get(path) ?? makeRecord(makings, schema, path, 1),
    setSingle: (path, record) => {
      singles.set(path, record);
    },
    files: new Map(),
  };
}
