import type { Operation } from '../lib/catalogue/operation.ts';
import type { Target } from './resources.ts';

/** A request that passed the gateway and found its operation. */
export interface Call {
  readonly operation: Operation;
  readonly target: Target;
  /** The path's parameters, decoded, in the order of the template. */
  readonly values: readonly string[];
  /** Whose keys the call came with, where they are not the API member's: an impersonation (§1.4). */
  readonly member?: string;
  readonly query: CallQuery;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The requested URL without its query, as the caller wrote it, with scheme and host: `Link` and `Location` start so. */
  readonly url: string;
}

/** Query parameters; names are case-insensitive (connectwise-api.md §3.1). */
export interface CallQuery {
  get(name: string): string | undefined;
  /** All parameters in the caller's order and letters. */
  readonly entries: readonly (readonly [string, string])[];
}

/** Reads the part of a URL behind the `?`; of a parameter given twice the first counts. */
export function queryOf(search: string): CallQuery {
  const entries = [...new URLSearchParams(search)];
  return {
    entries,
    get: (name) => entries.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1],
  };
}
