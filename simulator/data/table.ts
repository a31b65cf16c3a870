import type { Json } from '../json.ts';
import type { Ids } from './ids.ts';

/** The value of one member of record `id`; undefined where the record has none. */
type Member = (id: number) => Json | undefined;

/** A member that points to a record of another table. */
export interface Pointer {
  /** The name of the table. */
  readonly to: string;
  readonly id: (id: number) => number | undefined;
}

/** A member that is an object of members, such as `_info`. */
export interface Group {
  readonly members: Readonly<Record<string, Member>>;
}

export type Column = Member | Pointer | Group;

/**
 * A kind of record as functions of its id, member by member: nothing is made before it is asked for, and nothing is kept.
 * Columns that a document's model does not have are never shown; members without a column are made from the schema.
 */
export interface Table {
  readonly ids: Ids;
  readonly columns: Readonly<Record<string, Column>>;
}

export type Tables = Readonly<Record<string, Table>>;

export const pointer = (to: string, id: (id: number) => number | undefined): Pointer => ({ to, id });

/** Always the same value. */
export const constant =
  (value: Json | undefined): Member =>
  () =>
    value;

/** The words of a list, by ids that begin at 1. */
export const wordsOf =
  (words: readonly [string, ...string[]]): ((id: number) => string) =>
  (id) =>
    words[id - 1] ?? `${words[(id - 1) % words.length] ?? words[0]} ${id}`;
