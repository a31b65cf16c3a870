import type { ManageRequest } from '../request.ts';

/** A read that is sent as several, and how their answers become one. */
export type Split = { readonly requests: readonly ManageRequest[] } & (
  | { readonly kind: 'count' }
  | {
      readonly kind: 'list';
      /** The last key is the id, so that no two records are equal. */
      readonly order: readonly SortKey[];
      /** The page: the places of its first record and of the one behind its last. */
      readonly from: number;
      readonly to: number;
      /** Members that were asked for to put the records into order, and not by the caller. */
      readonly added: readonly (readonly string[])[];
    }
);

export interface SortKey {
  /** Where the value stands in a record: `_info`, `lastUpdated`. */
  readonly path: readonly string[];
  readonly isDescending: boolean;
}
