import type * as z from 'zod/mini';
import type { CheckpointState, PullProgress } from '../console/overview.ts';
import { createTable } from '../lib/clients/table.ts';
import { type Checkpoint, checkpointSchema } from '../lib/pull/checkpoint.ts';
import { type Progress, progressSchema } from '../lib/pull/progress.ts';
import type { ClientConfig, LocalStack } from './stack.ts';
import type { NotedPrefix } from './tables.ts';

interface PullStates {
  readonly checkpoints: readonly CheckpointState[];
  readonly pulls: readonly PullProgress[];
}

/** As many as a person looks through; the rest is forgotten here, not in the table. */
const mostPulls = 20;

/** The checkpoints and the pulls of a stack, as they stand in its table. What has not changed since the last look is not read again. */
export function createPullReader(
  { client, puts }: Pick<LocalStack, 'client' | 'puts'>,
  tableName: string,
  now: () => number,
): () => Promise<PullStates> {
  const progressOf = createItemReader(client, tableName, 'pulls/', progressSchema);
  const checkpointOf = createItemReader(client, tableName, 'checkpoints/', checkpointSchema);
  return async () => {
    const pulls = await progressOf(puts('pulls/'));
    const checkpoints = await checkpointOf(puts('checkpoints/'));
    return {
      checkpoints: [...checkpoints].flatMap(([key, it]) => checkpointState(key, it, pulls, now()) ?? []),
      pulls: [...pulls]
        .toReversed()
        .slice(0, mostPulls)
        .map(([key, it]) => pullState(key, it, now())),
    };
  };
}

/** @returns what reads the items of the puts that it is handed, in their order, by key without the prefix. */
function createItemReader<T>(
  client: ClientConfig,
  tableName: string,
  prefix: NotedPrefix,
  schema: z.ZodMiniType<T>,
) {
  const store = createTable(tableName, client, Date.now)({ prefix, schema, keptSeconds: 0 });
  let read = new Map<string, { readonly puts: number; readonly value: T | undefined }>();
  return async (puts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, T>> => {
    const items = [...puts].map(async ([id, count]) => {
      const before = read.get(id);
      const value =
        before?.puts === count ? before.value : (await store.read(id.slice(prefix.length)))?.value;
      return [id, { puts: count, value }] as const;
    });
    read = new Map(await Promise.all(items));
    return new Map(
      [...read].flatMap(([id, { value }]) => (value === undefined ? [] : [[id.slice(prefix.length), value]])),
    );
  };
}

function pullState(key: string, progress: Progress, nowMs: number): PullProgress {
  const { rows, pages, countBefore, startedAtMs, leaseUntilMs, result } = progress;
  return {
    key,
    state: result ? 'ended' : leaseUntilMs > nowMs ? 'running' : 'resting',
    rows,
    pages,
    ...(countBefore !== undefined && { expectedRows: countBefore }),
    startedAtMs,
    ...(result && { isComplete: result.certificate?.complete ?? false }),
    ...(result?.failure && { says: result.failure.message }),
  };
}

/** @returns undefined where it was reset. */
function checkpointState(
  key: string,
  { of, watermark, movedAtMs, movedBy, run }: Checkpoint,
  pulls: ReadonlyMap<string, Progress>,
  nowMs: number,
): CheckpointState | undefined {
  if (!of) return undefined;
  const [connection = '', ...rest] = key.split('/');
  const [last] = movedBy ?? [];
  const lastRows = last && pulls.get(last.pull)?.rows;
  return {
    connection,
    name: rest.join('/'),
    operationId: of.operationId,
    asked: of.asked,
    ...(watermark !== undefined && { watermark }),
    ...(movedAtMs !== undefined && { movedAtMs }),
    pulls: last?.sequence ?? 0,
    ...(lastRows !== undefined && { lastRows }),
    ...(run && run.untilMs > nowMs && { lock: run }),
  };
}
