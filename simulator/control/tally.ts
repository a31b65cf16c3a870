import { createHash } from 'node:crypto';
import type { Write } from '../writes/ledger.ts';

/** What became of the calls of one operation. */
export interface OperationTally {
  readonly arrived: number;
  /** Calls by the status that they got; `cut` where the connection was ended instead. */
  readonly answered: Readonly<Record<string, number>>;
}

/** One change of a record, and how many changes until then came from the same request, byte for byte. */
export interface TalliedWrite
  extends Pick<Write, 'operation' | 'entity' | 'path' | 'id' | 'action' | 'member'> {
  /** 1: the first of its kind. 2 and more: a duplicate, unless the caller meant it. */
  readonly copy: number;
}

/** Counts what arrived and what took effect, so that a test can find duplicates and losses at the server. */
export interface Tally {
  arrived(operation: string): void;
  answered(operation: string, status: number | undefined): void;
  /** Counts a change; one without a request was made by the simulator itself. */
  wrote(write: Write, request: WriteRequest | undefined): void;
  operations(): Readonly<Record<string, OperationTally>>;
  /** The newest 10,000 writes, oldest first. */
  writes(): readonly TalliedWrite[];
}

/** The request behind a write. */
export interface WriteRequest {
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

export function createTally(): Tally {
  const operations = new Map<string, { arrived: number; answered: Record<string, number> }>();
  const writes: TalliedWrite[] = [];
  const copyOf = createCopies();
  const tallyOf = (operation: string) => {
    const tally = operations.get(operation) ?? { arrived: 0, answered: {} };
    operations.set(operation, tally);
    return tally;
  };
  return {
    arrived: (operation) => {
      tallyOf(operation).arrived += 1;
    },
    answered: (operation, status) => {
      const { answered } = tallyOf(operation);
      const key = String(status ?? 'cut');
      answered[key] = (answered[key] ?? 0) + 1;
    },
    wrote: (write, request) => {
      const { operation, entity, path, id, action, member } = write;
      const copy = request === undefined ? 1 : copyOf(digest(request, write));
      writes.push({ operation, entity, path, id, action, member, copy });
      if (writes.length > mostWrites) writes.shift();
    },
    operations: () => Object.fromEntries(operations),
    writes: () => writes,
  };
}
