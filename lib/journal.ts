import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Operation } from './catalogue/operation.ts';
import type { Invocation } from './invocation.ts';
import { type Result, resultSchema } from './result.ts';
import { StoreUnavailable, type VersionedStore } from './versioned-store.ts';

const ms = z.number();
const digest = z.string();

/**
 * What is known of an invocation.
 * - `waiting`: nothing of it has been sent, or what was sent was surely not executed.
 * - `dispatched`: its request may have left, any moment since `dispatchedAtMs`. Until `leaseUntilMs` its owner is at work; after
 *   that whoever comes next may settle what became of it, but nobody sends it again.
 * - `done`: it has its result, for ever. Where nothing was executed, only the message that got that result gets it again
 *   (`delivery`): who sends the invocation anew, after mending what was wrong, has it executed.
 */
export const entrySchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('waiting'), digest, sinceMs: ms }),
  z.strictObject({
    state: z.literal('dispatched'),
    digest,
    owner: z.string(),
    dispatchedAtMs: ms,
    leaseUntilMs: ms,
  }),
  z.strictObject({
    state: z.literal('done'),
    digest,
    owner: z.optional(z.string()),
    doneAtMs: ms,
    executed: z.boolean(),
    delivery: z.string(),
    result: resultSchema,
  }),
]);

export type Entry = z.infer<typeof entrySchema>;

/** Which invocation an entry is of. */
export interface Subject {
  /** The connection, a slash, and the caller's id or else the message's: an id is the caller's own within a connection. */
  readonly key: string;
  /** Of what is asked for: the same key with another digest is a mistake of the caller. */
  readonly digest: string;
  /** The message or the call that brought it, the same at every redelivery. */
  readonly delivery: string;
}

/** What came of asking to send. Only `granted` allows it. */
export type Opening =
  | { readonly kind: 'granted' }
  /** Somebody dispatched it and never said how it ended. Their lease is over, and the entry is now ours to settle. */
  | { readonly kind: 'doubtful'; readonly dispatchedAtMs: number }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'busy'; readonly untilMs: number }
  | { readonly kind: 'reused' }
  | { readonly kind: 'unavailable' };

/** One worker's view of one entry. */
export interface Page {
  /**
   * What stands there, for who will not send; undefined where nothing was sent, or surely not executed. A doubt can be
   * settled without taking it over: that is reading, and the first result to be written down stands.
   */
  look(): Promise<Opening | undefined>;
  /** Asks to send, and says so to everybody else before the first byte leaves. @param leaseUntilMs when we are surely over. */
  open(leaseUntilMs: number): Promise<Opening>;
  /** What was opened was surely not executed: it can be opened again, by anybody. */
  release(): Promise<void>;
  /** What became of it is still in doubt: whoever comes next may settle it, at once. */
  leave(): Promise<void>;
  /** Writes down the result. @returns the one that stands: another worker's, where they were first. */
  finish(result: Result, executed: boolean): Promise<Result>;
}

export interface Journal {
  page(subject: Subject): Page;
  find(key: string): Promise<Entry | undefined>;
  /** Writes down that an invocation was taken in. @returns the entry that stands: ours, or what was there before. */
  announce(subject: Subject): Promise<Entry>;
}

interface JournalParts {
  readonly store: VersionedStore<Entry>;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  /** An id that no other worker has: it tells our own writes from others'. */
  readonly newId: () => string;
  /** Is told of what only a person can mend. */
  readonly trouble: (event: string, key: string) => void;
}

/** Others write the same entry at the same moment only where one invocation was delivered several times at once. */
const maxTurns = 5;

/** The key of an invocation's entry. */
export const keyOf = (connection: string, id: string): string => `${connection}/${id}`;

/** What an invocation asks for, whatever the order of its members. */
export function digestOf(
  operation: Operation,
  { inputs, request, pages, output, incremental }: Invocation,
): string {
  const asked = [
    operation.id,
    sorted(inputs ?? {}),
    sorted(request ?? null),
    pages ?? null,
    // What was journalled before there was an output keeps its digest.
    ...(output === undefined ? [] : [output]),
    // What was journalled before there were increments keeps its digest.
    ...(incremental === undefined ? [] : [sorted(incremental)]),
  ];
  return hash('sha256', JSON.stringify(asked), 'base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The dispatch journal (design.md §5): a write is sent by whoever writes `dispatched` first, and by nobody ever after.
 * Every step is one conditional write of one item, so there is no moment at which two workers may send.
 */
export function createJournal(parts: JournalParts): Journal {
  const { store, now } = parts;
  const waiting = ({ digest }: Subject): Entry => ({ state: 'waiting', digest, sinceMs: now() });
  return {
    page: (subject) => createPage(subject, parts),
    find: async (key) => (await store.read(key))?.value,
    announce: async (subject) => {
      const entry = waiting(subject);
      if (await store.write(subject.key, entry, undefined)) return entry;
      return (await store.read(subject.key))?.value ?? entry;
    },
  };
}

function createPage(subject: Subject, parts: JournalParts): Page {
  const { store, now } = parts;
  const { key, digest, delivery } = subject;
  const owner = parts.newId();
  const held = hold(subject.key, store);
  let dispatchedAtMs = 0;

  const dispatched = (leaseUntilMs: number): Entry => {
    return { state: 'dispatched', digest, owner, dispatchedAtMs, leaseUntilMs };
  };
  const read = async (): Promise<Opening | undefined> => {
    const found = await held.read();
    const opening = found && readOpening(found, subject, owner, now());
    if (opening?.kind === 'doubtful') ({ dispatchedAtMs } = opening);
    return opening;
  };
  const open = async (leaseUntilMs: number): Promise<Opening> => {
    let doubt: (Opening & { readonly kind: 'doubtful' }) | undefined;
    for (let turn = 0; turn < maxTurns; turn++) {
      dispatchedAtMs = doubt?.dispatchedAtMs ?? now();
      if (await held.write(dispatched(leaseUntilMs))) return doubt ?? granted;
      const opening = await read();
      // Our write was refused and stands: the SDK heard no answer to it, and made it a second time. It gave us what it was
      // meant to, and no more: a doubt that was taken over is still one.
      if (opening?.kind === 'granted') return doubt ?? granted;
      if (opening && opening.kind !== 'doubtful') return opening;
      doubt = opening;
    }
    return { kind: 'busy', untilMs: now() + 1_000 };
  };
  /** Gives an entry of ours back. Where that fails, its lease runs out, and the next one settles it: late, but right. */
  const giveBack = async (entry: Entry): Promise<void> => {
    const written = await orUnavailable(held.write(entry), undefined);
    if (written !== true) parts.trouble('journal_not_released', key);
  };
  return {
    look: () => orUnavailable(read(), unavailable),
    open: (leaseUntilMs) => orUnavailable(open(leaseUntilMs), unavailable),
    release: () => giveBack({ state: 'waiting', digest, sinceMs: now() }),
    leave: () => giveBack(dispatched(now())),
    finish: (result, executed) => {
      const entry: Done = { state: 'done', digest, owner, doneAtMs: now(), executed, delivery, result };
      return keep(entry, held, () => parts.trouble('journal_not_kept', key), parts.sleep);
    },
  };
}

const unavailable: Opening = { kind: 'unavailable' };
const granted: Opening = { kind: 'granted' };

async function orUnavailable<T, U>(asking: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof StoreUnavailable) return otherwise;
    throw error;
  }
}

/** An entry with the version that was read or written last: what the next write goes over. */
interface Held {
  read(): Promise<Entry | undefined>;
  write(entry: Entry): Promise<boolean>;
}

function hold(key: string, store: VersionedStore<Entry>): Held {
  let version: number | undefined;
  return {
    read: async () => {
      const found = await store.read(key);
      version = found?.version;
      return found?.value;
    },
    write: async (entry) => {
      const written = await store.write(key, entry, version);
      if (written) version = (version ?? 0) + 1;
      return written;
    },
  };
}

/** What an entry that stands says to somebody who asks to send; undefined where nothing keeps them from it. */
function readOpening(
  entry: Entry,
  { digest, delivery }: Subject,
  owner: string,
  nowMs: number,
): Opening | undefined {
  const isOver = entry.state === 'done' && !entry.executed && entry.delivery !== delivery;
  if (isOver) return undefined;
  if (entry.digest !== digest) return { kind: 'reused' };
  if (entry.state === 'waiting') return undefined;
  if (entry.state === 'done') return { kind: 'done', result: entry.result };
  // The store took what we asked for, and did not say so.
  if (entry.owner === owner) return { kind: 'granted' };
  if (entry.leaseUntilMs > nowMs) return { kind: 'busy', untilMs: entry.leaseUntilMs };
  return { kind: 'doubtful', dispatchedAtMs: entry.dispatchedAtMs };
}

type Done = Entry & { readonly state: 'done' };

/** How long a result that the store did not take is offered again, in milliseconds each time: some 15 s in all. */
const keepingWaitsMs = [100, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * Writes down a result that is known, over whatever others have written since, but for a result of theirs. Where the store
 * stays away, the result is still the truth and goes out: a duplicate would then have to be settled.
 */
async function keep(
  entry: Done,
  held: Held,
  notKept: () => void,
  sleep: (waitMs: number) => Promise<void>,
): Promise<Result> {
  for (const waitMs of keepingWaitsMs) {
    try {
      if (await held.write(entry)) return entry.result;
      const found = await held.read();
      if (found && outlasts(found, entry))
        return found.state === 'done' && found.digest === entry.digest ? found.result : entry.result;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await sleep(waitMs);
    }
  }
  notKept();
  return entry.result;
}

/** Whether what stands is worth more than the result that is to be written: nobody may forget that something was sent. */
function outlasts(found: Entry, { digest, executed, owner }: Done): boolean {
  if (found.digest !== digest) return true;
  if (found.state === 'done') return found.executed || !executed;
  return found.state === 'dispatched' && found.owner !== owner && !executed;
}
