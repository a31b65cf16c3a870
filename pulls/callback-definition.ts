import type { CallbackType } from '../lib/callback/registry.ts';

/** Something that ConnectWise is to tell of, and what is done then. */
export interface Callback {
  readonly connection: string;
  /** What is told of: records of this type that are added, updated or deleted. */
  readonly type: CallbackType;
  /** Of which of them: `owner` is all, `board` those of one board, `status`, `company`, `type` and so on. `owner` unless told. */
  readonly level?: string;
  /** The id of that board, status, company. 1 unless told, as `owner` has it. */
  readonly objectId?: number;
  /** true: changes that the connection's own API member makes are not told. */
  readonly suppressesOwnChanges?: boolean;
  /** A pull of pulls.config.ts that an event starts, an incremental one. Absent: the event itself goes to the result queue. */
  readonly starts?: string;
  /** With `starts`: how long further events are waited for, so that many start one pull. 1 to 600; 30 unless told. */
  readonly afterSeconds?: number;
}

/** Declares callbacks by their names, which are lower case letters, digits and hyphens. See docs/callbacks.md. */
export const defineCallbacks = (
  callbacks: Readonly<Record<string, Callback>>,
): Readonly<Record<string, Callback>> => callbacks;
