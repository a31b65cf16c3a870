import * as z from 'zod/mini';
import type { Incremental, Invocation } from '../invocation.ts';
import { digestOf, keyOf } from '../journal.ts';
import { turnMs } from '../lock.ts';
import { ended, type Outcome, waiting } from '../outcome.ts';
import { failed } from '../result.ts';
import type { VersionedStore } from '../versioned-store.ts';
import { Overtaken, type Progress } from './progress.ts';
import type { Pull, PullParts } from './pull.ts';
import { openSnapshots, passing, type Snapshots } from './snapshot.ts';

/** How far the pulls of one name have come: what their consumer may be taken to hold. */
export const checkpointSchema = z.strictObject({
  /** What it is a checkpoint of; absent where it was reset. */
  of: z.optional(z.strictObject({ operationId: z.string(), digest: z.string(), asked: z.string() })),
  /** The newest lastUpdated that there was when the last whole pull began: the source's own value. */
  watermark: z.optional(z.string()),
  /** The snapshot of what was sent and would be asked for again. */
  memory: z.optional(z.string()),
  /** The snapshot of all ids that the consumer may hold. */
  held: z.optional(z.string()),
  /** The snapshot of those that it surely holds: of the last whole pull, less what was sent as deleted since. */
  sure: z.optional(z.string()),
  /** The pull that has the turn, or had it and never said how it ended. */
  run: z.optional(z.strictObject({ pull: z.string(), untilMs: z.number() })),
  /** The pulls that moved the watermark last, the newest first: one whose worker died before it said so can still say it. */
  movedBy: z.optional(z.array(z.strictObject({ pull: z.string(), sequence: z.number() }))),
  movedAtMs: z.optional(z.number()),
});

export type Checkpoint = z.infer<typeof checkpointSchema>;

/** A checkpoint that is forgotten makes the next pull take everything; what it names in S3 lives a little longer than it. */
export const checkpointDays = 90;

const turnWaitMs = 30_000;

/** A little less than what services.ts keeps it for. */
const progressKeptMs = 30 * 86_400_000;

/** A checkpoint that this pull has for itself. */
export interface Turn {
  readonly checkpoint: Checkpoint;
  readonly snapshots: Snapshots;
  /** This very pull has moved the watermark as the so-manieth, and its worker died before it could say so. */
  readonly moved: number | undefined;
  /** Changes the checkpoint. @throws Overtaken where another one has changed it, StoreUnavailable */
  change(changes: Partial<Checkpoint>): Promise<void>;
}

/**
 * Takes a checkpoint, so that no two pulls send by it at once: what one of them remembers would not be what the consumer got last.
 * @param known how far this pull had come before. @throws StoreUnavailable
 */
export async function takeTurn(
  parts: PullParts,
  pull: Pull,
  incremental: Incremental,
  known: Progress | undefined,
): Promise<Turn | Outcome> {
  const { head, subject, invocation } = pull;
  const key = keyOf(invocation.connection, incremental.checkpoint);
  const found = await parts.checkpoints.read(key);
  const checkpoint = found?.value ?? {};
  const of = identityOf(pull, incremental);
  const refused = (reason: string, message: string) => ended(failed(head, { reason, message }));
  if (checkpoint.of && checkpoint.of.digest !== of.digest)
    return refused('checkpoint_of_another', ofAnother(incremental, checkpoint.of));
  const { run, movedBy } = checkpoint;
  const isMine = run?.pull === subject.key;
  const mover = movedBy?.find((it) => it.pull === subject.key);
  const moved = known && !isMine ? mover?.sequence : undefined;
  if (known && !isMine && moved === undefined) return refused('checkpoint_taken', taken(incremental));
  if (run && !isMine && moved === undefined && run.untilMs > parts.now()) {
    const message = `The pull '${run.pull}' is using the checkpoint '${incremental.checkpoint}' at this moment.`;
    return waiting(failed(head, { reason: 'in_progress', message }), turnWaitMs);
  }
  const snapshots = openSnapshots(parts.snapshots, key);
  const turn = open(key, { checkpoint, snapshots, moved }, found?.version, parts.checkpoints);
  if (moved !== undefined) return turn;
  const memory = run && !isMine ? await forgetSent(checkpoint, run, snapshots, parts) : checkpoint.memory;
  await turn.change({ of, memory, run: { pull: subject.key, untilMs: pull.deadlineMs + turnMs } });
  return turn;
}

function open(
  key: string,
  turn: Omit<Turn, 'change'>,
  version: number | undefined,
  store: VersionedStore<Checkpoint>,
): Turn {
  let held = version;
  const checkpoint = { ...turn.checkpoint };
  const change = async (changes: Partial<Checkpoint>) => {
    Object.assign(checkpoint, changes);
    if (!(await store.write(key, checkpoint, held)))
      throw new Overtaken('Somebody else has changed the checkpoint.');
    held = (held ?? 0) + 1;
  };
  return { ...turn, checkpoint, change };
}

/** Lets others have the turn. What it sent is not known to be with the consumer, so it stays written down who had it. */
export async function leaveTurn(turn: Turn | undefined, nowMs: number): Promise<void> {
  const { run } = turn?.checkpoint ?? {};
  if (run) await turn?.change({ run: { ...run, untilMs: nowMs } });
}

/** What belongs to a checkpoint: how it is read may change from pull to pull, but not what. */
function identityOf({ operation, invocation }: Pull, { checkpoint, deletes }: Incremental) {
  const { pageSize: _, ...inputs } = invocation.inputs ?? {};
  const asked = { ...invocation, inputs, incremental: { checkpoint, ...(deletes && { deletes }) } };
  return {
    operationId: operation.operationId,
    digest: digestOf(operation, asked),
    asked: askedText(inputs, invocation, deletes),
  };
}

function askedText(inputs: object, { request }: Invocation, deletes: Incremental['deletes']): string {
  const text = JSON.stringify({ inputs, ...(request != null && { request }), ...(deletes && { deletes }) });
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

const ofAnother = ({ checkpoint }: Incremental, { operationId, asked }: NonNullable<Checkpoint['of']>) =>
  `The checkpoint '${checkpoint}' belongs to ${operationId} with ${asked}. Give this pull a checkpoint of its own, or reset that one.`;

const taken = ({ checkpoint }: Incremental) =>
  `Another pull has gone on with the checkpoint '${checkpoint}' since this one came to a halt, so this one ends. Nothing is lost: the other one began where this one did.`;

/**
 * What is still remembered after a pull that never ended: whether the consumer got its pages, and keeps them, is not known, so what
 * they held is sent again.
 */
async function forgetSent(
  { memory }: Checkpoint,
  run: NonNullable<Checkpoint['run']>,
  snapshots: Snapshots,
  { pulls, now }: PullParts,
): Promise<string | undefined> {
  if (memory === undefined) return undefined;
  const progress = (await pulls.read(run.pull))?.value;
  // It sends nothing before it has written how far it is, and that is kept for a while.
  if (!progress?.increment) return now() - run.untilMs < progressKeptMs ? memory : undefined;
  const pending = progress.shards.flatMap(({ pending }) => pending?.note ?? []);
  const sent = new Set<number>();
  for (const note of [...progress.increment.notes, ...pending])
    for (const { id } of await snapshots.read(note)) sent.add(id);
  if (sent.size === 0) return memory;
  return snapshots.write(passing(({ id }) => !sent.has(id), await snapshots.read(memory)));
}
