import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { readDate } from '../lib/conditions/dates.ts';
import { explain } from '../lib/explanation.ts';
import { keyOf } from '../lib/journal.ts';
import type { Checkpoint } from '../lib/pull/checkpoint.ts';
import { timeText } from '../lib/time-text.ts';
import { connectionOf } from './grants.ts';
import { type ApiAnswer, json, problem } from './problem.ts';
import { bodyText } from './request-body.ts';
import type { Services } from './services.ts';

/** To what time a checkpoint is put back. */
export const rewindSchema = z.strictObject({
  watermark: z
    .string()
    .check(z.refine((text) => readDate(text) !== undefined, 'must be a time, such as 2026-01-31T15:00:00Z')),
});

/** A time needs no hundredth of it. */
const maxBodyBytes = 10_000;

/** A checkpoint that was asked for, and is there. */
interface Found {
  readonly name: string;
  readonly connection: string;
  readonly key: string;
  readonly checkpoint: Checkpoint;
  readonly version: number;
}

/** Shows how far the pulls by a checkpoint have come. */
export async function getCheckpoint(event: APIGatewayProxyEventV2, services: Services): Promise<ApiAnswer> {
  const found = await find(event, services);
  return !('key' in found) ? found : json(200, shown(found));
}

/** Puts a checkpoint back: the next pull takes again what was changed since then. */
export async function putCheckpoint(event: APIGatewayProxyEventV2, services: Services): Promise<ApiAnswer> {
  const found = await find(event, services);
  if (!('key' in found)) return found;
  const body = bodyText(event, maxBodyBytes);
  if (!('text' in body)) return body;
  const { name, checkpoint } = found;
  const refused = (detail: string) => problem({ reason: 'invalid_request', detail });
  const value = parse(body.text);
  const parsed = rewindSchema.safeParse(value);
  if (!parsed.success) return refused(explain(parsed.error, value, ['watermark']));
  const watermark = readDate(parsed.data.watermark)?.utc ?? '';
  if (checkpoint.watermark === undefined)
    return refused(
      `The checkpoint '${name}' has no watermark: its records are compared by their content. Reset it to take all of them again.`,
    );
  if (watermark > checkpoint.watermark)
    return refused(
      `The checkpoint '${name}' is at ${checkpoint.watermark}. It can be put back, not forward: what lies between would be lost.`,
    );
  const next = { ...checkpoint, watermark, memory: undefined };
  const busy = await change(found, next, services);
  return busy ?? json(200, shown({ ...found, checkpoint: next }));
}

/** Forgets a checkpoint: the next pull takes everything, of whatever operation it is. */
export async function deleteCheckpoint(
  event: APIGatewayProxyEventV2,
  services: Services,
): Promise<ApiAnswer> {
  const found = await find(event, services);
  if (!('key' in found)) return found;
  const { movedBy } = found.checkpoint;
  // The count of its pulls goes on, so that a consumer that goes by it does not take the new ones for old.
  return (await change(found, movedBy ? { movedBy } : {}, services)) ?? { statusCode: 204 };
}

async function find(
  event: APIGatewayProxyEventV2,
  { checkpoints, grantingClaim }: Services,
): Promise<Found | ApiAnswer> {
  const name = event.pathParameters?.['name'] ?? '';
  const named = connectionOf(event, grantingClaim, '/checkpoints/{name}');
  if (!('connection' in named)) return named;
  const { connection } = named;
  const key = keyOf(connection, name);
  const found = await checkpoints.read(key);
  if (found?.value.of) return { name, connection, key, checkpoint: found.value, version: found.version };
  const detail = `The connection '${connection}' has no checkpoint '${name}': no pull has used it yet, or it was reset, or not used for 90 days.`;
  return problem({ reason: 'unknown_checkpoint', detail });
}

function shown({ name, connection, checkpoint }: Found): object {
  const { of, watermark, movedBy, movedAtMs, run } = checkpoint;
  return {
    version: 1,
    name,
    connection,
    operationId: of?.operationId,
    asked: of?.asked,
    by: watermark === undefined ? 'content' : 'lastUpdated',
    watermark,
    pulls: movedBy?.[0]?.sequence ?? 0,
    ...(movedAtMs !== undefined && { movedAt: timeText(movedAtMs) }),
    ...(run && { run: { pull: run.pull, until: timeText(run.untilMs) } }),
  };
}

/** @returns why it was not changed. A pull that is going on would put it where it wants to have it. */
async function change(
  { name, key, checkpoint, version }: Found,
  next: Checkpoint,
  { checkpoints, now }: Services,
): Promise<ApiAnswer | undefined> {
  const { run } = checkpoint;
  const isBusy = run !== undefined && run.untilMs > now();
  if (!isBusy && (await checkpoints.write(key, next, version))) return undefined;
  const detail = `A pull is using the checkpoint '${name}' at this moment${run ? ` (${run.pull})` : ''}. Wait until it has ended.`;
  return problem({ reason: 'in_progress', detail, retryAfterSeconds: 30 });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
