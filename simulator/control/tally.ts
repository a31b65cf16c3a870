import { createHash } from 'node:crypto';
import type { Write } from '../writes/ledger.ts';

/** What became of the calls of one operation. */
export interface OperationTally {
  readonly arrived: number;
  /** Calls that were run, whatever they were answered: a 429 and most faults keep a call from it, a cut after its effect does not. */
  readonly executed: number;
  /** Calls by the status that they got; `cut` where the connection was ended instead. */
  readonly answered: Readonly<Record<string, number>>;
  /** Changes of records, all of them since the start, and how many of these are copies: `copy` above 1. */
  readonly written: { readonly writes: number; readonly duplicates: number };
}

/** One change of a record: which request made it, and how many changes until then came from the same bytes. */
export interface TalliedWrite
  extends Pick<Write, 'operation' | 'entity' | 'path' | 'id' | 'action' | 'member'> {
  /** The number of the request, in the order of arrival from 1; 0 where the simulator changed a record by itself. */
  readonly request: number;
  /** 1: the first of its kind. 2 and more: a duplicate, unless the caller meant it. */
  readonly copy: number;
}

/** Counts what arrived and what took effect, so that a test can find duplicates and losses at the server. */
export interface Tally {
  /** Counts a request and gives its number, in the order of arrival from 1. */
  arrived(operation: string): number;
  executed(operation: string): void;
  answered(operation: string, status: number | undefined): void;
  /** Counts a change; one without a request was made by the simulator itself. */
  wrote(write: Write, request: WriteRequest | undefined): void;
  operations(): Readonly<Record<string, OperationTally>>;
  /** The newest 10,000 writes, oldest first. */
  writes(): readonly TalliedWrite[];
}

/** The request behind a write. */
export interface WriteRequest {
  readonly number: number;
  /** The operation as `operations` calls it. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
  /** Which of the request's writes it is, from 0: a bulk call or a bundle makes several. */
  readonly ordinal: number;
}

const mostWrites = 10_000;
/** Requests whose copies are counted; the oldest are forgotten. */
const mostRequests = 100_000;

function digest({ method, path, body, ordinal }: WriteRequest, { id, action, entity }: Write): string {
  const target = action === 'added' ? entity : `${entity} ${id}`;
  return createHash('sha256')
    .update(`${method} ${path}\n${ordinal} ${action} ${target}\n`)
    .update(body)
    .digest('base64');
}

/** How often each digest was seen; bounded by forgetting the oldest. */
function createCopies(): (key: string) => number {
  const copies = new Map<string, number>();
  return (key) => {
    const copy = (copies.get(key) ?? 0) + 1;
    copies.set(key, copy);
    const [oldest] = copies.keys();
    if (copies.size > mostRequests && oldest !== undefined) copies.delete(oldest);
    return copy;
  };
}

interface Counts {
  arrived: number;
  executed: number;
  readonly answered: Record<string, number>;
  readonly written: { writes: number; duplicates: number };
}

function countWrite({ written }: Counts, copy: number): void {
  written.writes += 1;
  if (copy > 1) written.duplicates += 1;
}

export function createTally(): Tally {
  const operations = new Map<string, Counts>();
  const writes: TalliedWrite[] = [];
  const copyOf = createCopies();
  let requests = 0;
  const tallyOf = (operation: string) => {
    const fresh: Counts = { arrived: 0, executed: 0, answered: {}, written: { writes: 0, duplicates: 0 } };
    const tally = operations.get(operation) ?? fresh;
    operations.set(operation, tally);
    return tally;
  };
  return {
    arrived: (operation) => {
      tallyOf(operation).arrived += 1;
      requests += 1;
      return requests;
    },
    executed: (operation) => {
      tallyOf(operation).executed += 1;
    },
    answered: (operation, status) => {
      const { answered } = tallyOf(operation);
      const key = String(status ?? 'cut');
      answered[key] = (answered[key] ?? 0) + 1;
    },
    wrote: (write, request) => {
      const { operation, entity, path, id, action, member } = write;
      const copy = request === undefined ? 1 : copyOf(digest(request, write));
      writes.push({ operation, entity, path, id, action, member, request: request?.number ?? 0, copy });
      if (request !== undefined) countWrite(tallyOf(request.operation), copy);
      if (writes.length > mostWrites) writes.shift();
    },
    operations: () => Object.fromEntries(operations),
    writes: () => writes,
  };
}
