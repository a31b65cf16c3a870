import type { Json } from '../json.ts';
import type { FaultKind } from './fault-answers.ts';

/**
 * Which calls go wrong, and how. A rule says one wrong answer at most (`kind` or `status`), and any of the ways to send
 * it: late, slowly, cut, cut short, under another type.
 */
export interface FaultRule {
  /** The operation: its operationId, its GUID, or `POST /service/tickets/{id}` as the document has it. */
  readonly operation?: string | undefined;
  /** Any method where absent. */
  readonly method?: string | undefined;
  /**
   * The path behind `/apis/3.0` (or `/login/companyinfo/acme`), whatever its case and slashes, or a pattern of it; any
   * path where absent.
   */
  readonly path?: string | RegExp | undefined;
  /** Skips the calls that fit before this one; default 1, the next that fits. */
  readonly nth?: number | undefined;
  /** The share of the calls, from 0 to 1, that it strikes, drawn from the seed; default all. */
  readonly probability?: number | undefined;
  /** How many calls it strikes; default 1. */
  readonly times?: number | 'always' | undefined;
  /** A wrong answer in its true shape (connectwise-api.md §6.2). */
  readonly kind?: FaultKind | undefined;
  /** Any other answer; absent without `kind`: the right one. */
  readonly status?: number | undefined;
  /** The body for `status`: a text goes as it is, anything else as JSON. Default: empty. */
  readonly body?: Json | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Runs the call before it gets the wrong answer: its write takes effect (§6.4); default false. */
  readonly takesEffect?: boolean | undefined;
  /** Waited before anything is sent: a time, or one drawn from a range. */
  readonly delayMs?: number | { readonly from: number; readonly to: number } | undefined;
  /** Ends the connection without an answer: `before` the call ran, or `after` it took effect (§12.14). */
  readonly cut?: 'before' | 'after' | undefined;
  /** Sends the body in pieces, one an interval; an endless one never ends. */
  readonly trickle?:
    | { readonly bytes: number; readonly intervalMs: number; readonly isEndless?: boolean | undefined }
    | undefined;
  /** Ends the connection when this many bytes of the body are sent; `content-length` promises all of them. */
  readonly truncateAfterBytes?: number | undefined;
  /** Sends the body under another type. */
  readonly contentType?: string | undefined;
  /** Runs the call, and answers its status without its body. */
  readonly isEmptied?: boolean | undefined;
}

/** A rule and what became of it. */
export interface FaultEntry {
  readonly rule: FaultRule;
  /** Calls that fitted. */
  readonly seen: number;
  /** Calls that went wrong. */
  readonly struck: number;
}
