import type { Collection, Store } from '../store.ts';
import { createTable, type Table } from './table.ts';

/** Tables of the collections that were listed last; a document has 1,800 collections, and clients ask for a few. */
const mostTables = 32;

type Tables = Map<string, ReturnType<typeof createTable>>;

/** A cache beside the store, and nothing of its own: it goes when its store goes. */
const tablesOf = new WeakMap<Store, Tables>();

/** The table of a collection as it stands now. */
export function tableOf(store: Store, path: string, collection: Collection): Table {
  const tables: Tables = tablesOf.get(store) ?? new Map();
  tablesOf.set(store, tables);
  const table = tables.get(path) ?? createTable(collection);
  // Put at the end again: the first one is the one that was not asked for the longest.
  tables.delete(path);
  tables.set(path, table);
  const [oldest] = tables.keys();
  if (tables.size > mostTables && oldest !== undefined) tables.delete(oldest);
  table.synchronise();
  return table;
}
