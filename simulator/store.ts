import type { Schema } from '../lib/catalogue/operation.ts';
import type { StoredFile } from './answer.ts';
import { definitionsAt } from './custom-fields.ts';
import { createRange } from './data/ids.ts';
import { idSpaceAt } from './data/places.ts';
import type { Json, JsonRecord } from './json.ts';
import type { Makings } from './makings.ts';
import { createRecordMaker, makeRecord, memberAt, type RecordMaker } from './records.ts';
import { createShelf, type Shelf } from './shelf.ts';

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
  /** One member's value, such as `['company', 'name']`, without the rest of the record; names are spelt as the schema spells them. */
  value(id: number, path: readonly string[]): Json | undefined;
  /** How often a record was written or removed here. */
  readonly version: number;
  /** The ids written or removed since an earlier version, oldest first: what a reader's cache must look at again. */
  changesSince(version: number): readonly number[];
}

/** All that the simulator remembers. */
export interface Store {
  collection(path: string, schema: Schema): Collection;
  /** Whether a collection, seen or not, holds an id: the question that a parent's id asks. */
  holds(path: string, id: number): boolean;
  /** The record as it was written last; undefined where it was never written, or is gone. */
  written(path: string, id: number): JsonRecord | undefined;
  /** Puts a record in its place in a collection, or takes it out where it is undefined. */
  put(path: string, id: number, record: JsonRecord | undefined): void;
  /** The record of a path that stands for itself. */
  single(path: string, schema: Schema): JsonRecord;
  setSingle(path: string, record: JsonRecord): void;
  /** Files by the id of their document. */
  readonly files: Map<number, StoredFile>;
}

interface Holdings {
  /** The seeded ids. */
  readonly seeded: Seeded;
  /** Records that were written; all others are made when they are asked for. */
  readonly written: Map<number, JsonRecord>;
  readonly removed: Set<number>;
  /** Ids that were not seeded, in the order of their making. */
  readonly created: Set<number>;
  /** Every id that was written or removed, in that order. */
  readonly changes: number[];
  /** The highest id of the kind, whatever parent its record has. */
  readonly highest: { id: number };
}

/** The ids that a collection starts with. */
interface Seeded {
  has(id: number): boolean;
  all(): readonly number[];
  readonly last: number;
}

function seededAt(path: string, { msp, rows }: Makings): Seeded {
  const definitions = definitionsAt(path);
  if (definitions !== undefined) return definitions.ids;
  const place = msp?.at(path);
  if (place === undefined) return createRange(rows);
  const { ids } = place.table;
  const { parent } = place;
  if (parent === undefined) return ids;
  return {
    has: (id) => ids.has(id) && ids.parentOf(id) === parent,
    all: () => ids.under(parent),
    last: ids.last,
  };
}

/** Whether the parent in a path was created here: it has no children but those that are written. */
function isUnderCreated(path: string, all: ReadonlyMap<string, Holdings>): boolean {
  const [, before = '', id] = /^(.*)\/(\d+)\/[^/]+$/.exec(path) ?? [];
  return id !== undefined && all.get(before)?.created.has(Number(id)) === true;
}

const has = ({ written, removed, seeded }: Holdings, id: number): boolean =>
  !removed.has(id) && (written.has(id) || seeded.has(id));

/** All ids that are there now; kept until the next change, for a list asks for them page after page. */
function createIdList({ seeded, created, removed, changes }: Holdings): () => readonly number[] {
  let known: { readonly version: number; readonly ids: readonly number[] } | undefined;
  return () => {
    if (changes.length === 0) return seeded.all();
    if (known?.version !== changes.length)
      known = {
        version: changes.length,
        ids: [...seeded.all(), ...created].filter((id) => !removed.has(id)),
      };
    return known.ids;
  };
}

function put(
  { seeded, written, removed, created, changes, highest }: Holdings,
  id: number,
  record?: JsonRecord,
): void {
  changes.push(id);
  if (record === undefined) {
    removed.add(id);
    written.delete(id);
    return;
  }
  if (!seeded.has(id)) created.add(id);
  removed.delete(id);
  highest.id = Math.max(highest.id, id);
  written.set(id, record);
}

function createCollection(holdings: Holdings, maker: RecordMaker, shelf: Shelf): Collection {
  const { written, changes, highest } = holdings;
  return {
    has: (id) => has(holdings, id),
    ids: createIdList(holdings),
    get: (id) => (has(holdings, id) ? (written.get(id) ?? shelf.get(id, maker.record)) : undefined),
    value: (id, path) => {
      const record = written.get(id);
      if (record !== undefined) return memberAt(record, path);
      return has(holdings, id) ? maker.value(id, path) : undefined;
    },
    get version() {
      return changes.length;
    },
    changesSince: (version) => changes.slice(version),
    set: (id, record) => put(holdings, id, record),
    remove: (id) => put(holdings, id, undefined),
    nextId: () => highest.id + 1,
  };
}

/** A store in which every collection starts with the records of the MSP, or with records 1 to `rows`. */
export function createStore(makings: Makings): Store {
  const all = new Map<string, Holdings>();
  const singles = new Map<string, JsonRecord>();
  const highest = new Map<string, { id: number }>();
  const collections = new Map<Holdings, Map<string, Collection>>();
  const edition = (): string | undefined => makings.href('Company', 1);
  const holdingsOf = (path: string): Holdings => {
    const known = all.get(path);
    if (known !== undefined) return known;
    const ofKind = seededAt(path, makings);
    const seeded = isUnderCreated(path, all) ? createRange(0) : ofKind;
    // New ids are counted for a kind as a whole: a note of one ticket never takes the id of another's.
    const kind = idSpaceAt(path);
    const top = highest.get(kind) ?? { id: ofKind.last };
    highest.set(kind, top);
    const holdings = {
      seeded,
      written: new Map(),
      removed: new Set<number>(),
      created: new Set<number>(),
      changes: [],
      highest: top,
    };
    all.set(path, holdings);
    return holdings;
  };
  return {
    collection: (path, schema) => {
      const holdings = holdingsOf(path);
      const views = collections.get(holdings) ?? new Map<string, Collection>();
      collections.set(holdings, views);
      const name = schema.$ref ?? JSON.stringify(schema);
      const view =
        views.get(name) ??
        createCollection(holdings, createRecordMaker(makings, schema, path), createShelf(edition));
      views.set(name, view);
      return view;
    },
    holds: (path, id) => has(holdingsOf(path), id),
    written: (path, id) => holdingsOf(path).written.get(id),
    put: (path, id, record) => put(holdingsOf(path), id, record),
    single: (path, schema) => singles.get(path) ?? makeRecord(makings, schema, path, 1),
    setSingle: (path, record) => {
      singles.set(path, record);
    },
    files: new Map(),
  };
}
