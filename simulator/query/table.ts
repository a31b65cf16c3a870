import type { Json } from '../json.ts';
import type { Collection } from '../store.ts';
import { type Key, keyOf, type Reading } from './comparison.ts';

/** Where the values of a column come from: `path` of a record by default, or what `read` makes of its id. */
export interface ColumnSource {
  /** Names the column; the same name always has the same values. */
  readonly name: string;
  readonly reading: Reading;
  readonly read: (id: number) => Json | undefined;
}

/** One sort key: the column and the direction. */
interface SortKey {
  readonly column: ColumnSource;
  readonly direction: 1 | -1;
}

/**
 * The records of a collection by position, in the order of their ids. Columns and sort orders are kept from one call
 * to the next and mended record by record as the collection changes: a list of 100,000 is read once, not once a page.
 */
export interface Table {
  /** Positions of the records that are there, in the order of these keys, equal ones in the order of their ids. */
  positions(order: readonly SortKey[]): readonly number[];
  idAt(position: number): number;
  /** Positions are below this; some of them may be of records that are gone. */
  readonly size: number;
  /** One key for each position. The array is mended in place, so it is good for the current call only. */
  column(source: ColumnSource): readonly Key[];
}

interface Column {
  readonly source: ColumnSource;
  readonly keys: Key[];
}

interface Order {
  readonly compare: (left: number, right: number) => number;
  positions: number[];
}

interface Content {
  readonly collection: Collection;
  version: number;
  readonly ids: number[];
  readonly gone: Set<number>;
  readonly columns: Map<string, Column>;
  readonly orders: Map<string, Order>;
}

/** More changes than these are read anew: mending each would take longer. */
const mostMended = 500;
/** What a table keeps: about 100 MB of keys at the most, whatever clients ask for. */
const mostKeys = 8_000_000;
const mostOrders = 8;

function rebuild(content: Content): void {
  content.ids.length = 0;
  for (const id of content.collection.ids()) content.ids.push(id);
  content.gone.clear();
  content.columns.clear();
  content.orders.clear();
}

/** The first place in a sorted list where `isBefore` no longer holds. */
function placeFor(length: number, isBefore: (place: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads one record again; its position, or undefined where the table must be rebuilt: an id in between is new. */
function settle(content: Content, id: number): number | undefined {
  const { collection, ids, gone, columns } = content;
  const position = placeFor(ids.length, (place) => (ids[place] ?? 0) < id);
  const isKnown = ids[position] === id;
  if (!collection.has(id)) {
    if (isKnown) gone.add(position);
    return position;
  }
  if (!isKnown && position < ids.length) return undefined;
  ids[position] = id;
  gone.delete(position);
  for (const { source, keys } of columns.values()) keys[position] = keyOf[source.reading](source.read(id));
  return position;
}

function mendOrder(order: Order, moved: ReadonlySet<number>, gone: ReadonlySet<number>): void {
  const { compare } = order;
  const kept = order.positions.filter((position) => !moved.has(position));
  for (const position of moved) {
    if (gone.has(position)) continue;
    kept.splice(
      placeFor(kept.length, (place) => compare(kept[place] ?? 0, position) < 0),
      0,
      position,
    );
  }
  order.positions = kept;
}

/** Reads what changed again; false where the table must be rebuilt. */
function mend(content: Content, changed: ReadonlySet<number>): boolean {
  const moved = new Set<number>();
  for (const id of changed) {
    const position = settle(content, id);
    if (position === undefined) return false;
    if (position < content.ids.length) moved.add(position);
  }
  for (const order of content.orders.values()) mendOrder(order, moved, content.gone);
  return true;
}

/** Brings a table up to what its collection holds now. */
function synchronise(content: Content): void {
  const { collection, version } = content;
  if (collection.version === version) return;
  const changed = new Set(collection.changesSince(version));
  content.version = collection.version;
  if (changed.size > mostMended || !mend(content, changed)) rebuild(content);
}

const columnName = ({ reading, name }: ColumnSource): string => `${reading}:${name}`;

function columnOf(content: Content, source: ColumnSource): readonly Key[] {
  const { ids, columns, orders } = content;
  const name = columnName(source);
  const known = columns.get(name);
  if (known !== undefined) return known.keys;
  if ((columns.size + 1) * ids.length > mostKeys) {
    // Orders go with the columns: they compare by columns that would no longer be mended.
    columns.clear();
    orders.clear();
  }
  const toKey = keyOf[source.reading];
  const keys = ids.map((id) => toKey(source.read(id)));
  columns.set(name, { source, keys });
  return keys;
}

/** Missing values come first, as in the database; whatever else does not compare is with them. */
function rank(left: Key, right: Key): number {
  if (left === right) return 0;
  if (left === null || left === undefined) return right === null || right === undefined ? 0 : -1;
  if (right === null || right === undefined) return 1;
  return left < right ? -1 : 1;
}

function orderOf(content: Content, sortKeys: readonly SortKey[]): Order {
  const name = sortKeys.map(({ column, direction }) => `${columnName(column)} ${direction}`).join();
  const known = content.orders.get(name);
  if (known !== undefined) return known;
  if (content.orders.size >= mostOrders) content.orders.clear();
  const rules = sortKeys.map(({ column, direction }) => ({ keys: columnOf(content, column), direction }));
  const compare = (left: number, right: number): number => {
    for (const { keys, direction } of rules) {
      const difference = rank(keys[left], keys[right]);
      if (difference !== 0) return difference * direction;
    }
    return left - right;
  };
  const all = content.ids.map((_, position) => position).filter((position) => !content.gone.has(position));
  const order = { compare, positions: all.sort(compare) };
  // Where one column drove out another, the order would compare by a column that is no longer mended.
  const isKept = sortKeys.every(({ column }) => content.columns.has(columnName(column)));
  if (isKept) content.orders.set(name, order);
  return order;
}

/** A table of a collection. `synchronise` is called when a call begins: between two calls records may change (§4.11). */
export function createTable(collection: Collection): Table & { synchronise(): void } {
  const content: Content = {
    collection,
    version: collection.version,
    ids: [...collection.ids()],
    gone: new Set(),
    columns: new Map(),
    orders: new Map(),
  };
  return {
    synchronise: () => synchronise(content),
    positions: (order) => orderOf(content, order).positions,
    idAt: (position) => content.ids[position] ?? 0,
    get size() {
      return content.ids.length;
    },
    column: (source) => columnOf(content, source),
  };
}
