import type { JsonRecord } from '../json.ts';

/** What a write did to a record; callbacks use the same words (connectwise-api.md §9.4.5). */
export type WriteAction = 'added' | 'updated' | 'deleted';

/** One change of one record. A bulk call, a bundle or an action may make several. */
export interface Write {
  /** The operationId of the call that made it. */
  readonly operation: string;
  /** The bare schema name, such as `Ticket`. */
  readonly entity: string;
  /** The path of the collection, such as `service/tickets/5/notes`. */
  readonly path: string;
  readonly id: number;
  readonly action: WriteAction;
  /** The record after the write; the last one that was, where it is deleted. */
  readonly record: JsonRecord;
  /** The record before the write; absent where it was added. */
  readonly previous?: JsonRecord;
  readonly member: string;
}

/** A write and when it happened. */
export interface Entry {
  readonly write: Write;
  readonly timeMs: number;
}

/** What a document is attached to: `DocumentInfo` has no member for it (§8). */
export interface Attachment {
  readonly recordType: string;
  readonly recordId: number;
}

/** A write that reads do not see yet (§9.2), by what they see instead; undefined is no record. */
export interface LateWrite extends Pick<Write, 'path' | 'id'> {
  readonly dueMs: number;
  readonly before: JsonRecord | undefined;
}

/** What writes leave behind besides the records. */
export interface Ledger {
  /** The newest writes, oldest first. */
  readonly entries: Entry[];
  readonly attachments: Map<number, Attachment>;
  /** In the order in which they were made. */
  late: readonly LateWrite[];
}

/** The audit trail goes back this many writes; the oldest are forgotten. */
const mostEntries = 10_000;

export function createLedger(): Ledger {
  return { entries: [], attachments: new Map(), late: [] };
}

export function enter(entry: Entry, ledger: Ledger): void {
  ledger.entries.push(entry);
  if (ledger.entries.length > mostEntries) ledger.entries.shift();
}
