import * as z from 'zod/mini';
import { callApi, pathBelow, problemIn } from '../api.ts';
import type { CheckpointState } from '../overview.ts';

/** Which checkpoint. */
export type CheckpointName = Pick<CheckpointState, 'connection' | 'name'>;

const pathOf = ({ connection, name }: CheckpointName) =>
  pathBelow(
    connection,
    `/checkpoints/${encodeURIComponent(name)}?connection=${encodeURIComponent(connection)}`,
  );

const shownSchema = z.object({
  name: z.string(),
  connection: z.string(),
  operationId: z.string(),
  asked: z.string(),
  watermark: z.optional(z.string()),
  pulls: z.number(),
  movedAt: z.optional(z.string()),
  run: z.optional(z.object({ pull: z.string(), until: z.string() })),
});

/** Asks the API for a checkpoint. Throws a sentence where there is none. */
export async function readCheckpoint(which: CheckpointName, nowMs: number): Promise<CheckpointState> {
  const answer = await callApi(pathOf(which));
  if (answer.status !== 200) throw new Error(problemIn(answer));
  const { movedAt, run, watermark, ...rest } = z.parse(shownSchema, answer.body);
  const lock = run && { pull: run.pull, untilMs: Date.parse(run.until) };
  return {
    ...rest,
    ...(watermark !== undefined && { watermark }),
    ...(movedAt !== undefined && { movedAtMs: Date.parse(movedAt) }),
    ...(lock && lock.untilMs > nowMs && { lock }),
  };
}

/** Forgets it: the next pull takes everything. Throws a sentence where that is refused. */
export async function resetCheckpoint(which: CheckpointName): Promise<void> {
  const answer = await callApi(pathOf(which), { method: 'DELETE' });
  if (answer.status !== 204) throw new Error(problemIn(answer));
}

/** Puts it back to a time: the next pull takes again what was changed since. Throws a sentence where that is refused. */
export async function rewindCheckpoint(which: CheckpointName, watermark: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const sent = { method: 'PUT', headers, body: JSON.stringify({ watermark }) };
  const answer = await callApi(pathOf(which), sent);
  if (answer.status !== 200) throw new Error(problemIn(answer));
}
