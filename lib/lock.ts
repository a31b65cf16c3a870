import * as z from 'zod/mini';
import { keyOf, type Subject } from './journal.ts';
import { ended, type Outcome, waiting } from './outcome.ts';
import { failed, type Heading } from './result.ts';
import { StoreUnavailable, type VersionedStore } from './versioned-store.ts';

/** Whose turn it is among those that name one lock, and who had it. */
export const lockSchema = z.strictObject({
  run: z.optional(z.strictObject({ key: z.string(), id: z.string(), untilMs: z.number() })),
  /** The newest first: a message may come again after its end, and gets the same answer again. */
  past: z.array(z.strictObject({ key: z.string(), steppedAside: z.boolean() })),
});

export type Lock = z.infer<typeof lockSchema>;

export interface LockParts {
  readonly locks: VersionedStore<Lock>;
  readonly now: () => number;
}

/** An invocation that is not executed beside others of the same lock. */
interface Locked {
  readonly head: Heading;
  readonly subject: Subject;
  readonly connection: string;
  readonly lock: string;
  readonly deadlineMs: number;
  /** It comes again where it has to wait; else it is over, whatever came of it. */
  readonly canWait: boolean;
}

/** A message may rest for half an hour, or lie invisible for twelve minutes after its worker died. */
export const turnMs = 45 * 60_000;
const waitMs = 30_000;
const mostPast = 50;
/** Others write the same lock at the same moment only where several runs begin at once. */
const mostTries = 5;

/**
 * Executes an invocation while no other of the same lock is going on; where one is, this one steps aside and is not executed. The
 * lock is held over all deliveries of the message, until its result, and runs out where the message does not come any more.
 */
export async function executeLocked(
  parts: LockParts,
  locked: Locked,
  execute: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    const place = await enter(parts, locked);
    if (place.kind === 'aside') return steppedAside(locked, place.id);
    const outcome = await execute();
    if (place.kind === 'held' && (outcome.kind === 'result' || !locked.canWait))
      await leave(parts, locked, outcome.kind === 'result');
    return outcome;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return waiting(failed(locked.head, { reason: 'journal_unavailable', message: error.message }), waitMs);
  }
}

type Place = { readonly kind: 'held' | 'past' } | { readonly kind: 'aside'; readonly id: string };

/** @throws StoreUnavailable */
async function enter(parts: LockParts, { head, subject, deadlineMs, ...asked }: Locked): Promise<Place> {
  const { key } = subject;
  let place: Place = { kind: 'held' };
  await change(parts, asked, (lock) => {
    const { run, past } = lock;
    const before = past.find((it) => it.key === key);
    const isMine = run?.key === key;
    const isBusy = run !== undefined && !isMine && run.untilMs > parts.now();
    if (before && !before.steppedAside) place = { kind: 'past' };
    else if (before || isBusy) place = { kind: 'aside', id: run?.id ?? 'another' };
    else place = { kind: 'held' };
    if (before) return undefined;
    if (place.kind === 'aside') return { ...lock, past: noted(past, key, true) };
    return { ...lock, run: { key, id: head.id, untilMs: deadlineMs + turnMs } };
  });
  return place;
}

/** @throws StoreUnavailable: then the message comes again, for the same result. */
async function leave(parts: LockParts, { subject: { key }, ...asked }: Locked, isOver: boolean) {
  await change(parts, asked, ({ run, past }) => ({
    ...(run && run.key !== key && { run }),
    past: isOver ? noted(past, key, false) : past,
  }));
}

const noted = (past: Lock['past'], key: string, steppedAside: boolean): Lock['past'] =>
  [{ key, steppedAside }, ...past.filter((it) => it.key !== key)].slice(0, mostPast);

/** Changes a lock over what stands there; undefined leaves it. @throws StoreUnavailable */
async function change(
  { locks }: LockParts,
  { connection, lock }: Pick<Locked, 'connection' | 'lock'>,
  next: (lock: Lock) => Lock | undefined,
): Promise<void> {
  const key = keyOf(connection, lock);
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await locks.read(key);
    const changed = next(found?.value ?? { past: [] });
    if (changed === undefined || (await locks.write(key, changed, found?.version))) return;
  }
  throw new StoreUnavailable(`Others are changing the lock '${lock}' at this moment.`);
}

function steppedAside({ head, lock }: Locked, id: string): Outcome {
  const message = `'${id}' of the same lock '${lock}' was still going on, so this one stepped aside: nothing was sent.`;
  return ended(failed(head, { reason: 'stepped_aside', message }));
}
