import * as z from 'zod/mini';
import { resultSchema } from '../result.ts';
import type { VersionedStore } from '../versioned-store.ts';
import { partListSchema } from './part.ts';

const count = z.number();

const shardSchema = z.strictObject({
  /** The last id that is safely out; for numbers, the last page. */
  after: count,
  until: z.nullable(count),
  /** The page that may be out already: it is sent again as it was cut, under the same number. */
  pending: z.optional(
    z.strictObject({
      number: count,
      last: count,
      note: z.optional(z.string()),
      /** It holds what changed within a page while that was sent again. */
      isRest: z.optional(z.boolean()),
      /** How often not all of it could be asked for again, because calls had to wait. */
      tries: z.optional(count),
    }),
  ),
  ended: z.boolean(),
});

/** What a pull by a checkpoint knows besides. Notes are snapshots of what pages held, written before each of them leaves. */
const incrementSchema = z.strictObject({
  /** By what a change is told: a new lastUpdated, or another content where records have none. */
  by: z.enum(['lastUpdated', 'content']),
  /** Only records that were changed since then are asked for; absent: all. */
  since: z.optional(z.string()),
  /** What becomes the checkpoint's watermark when all pages are out. */
  watermark: z.optional(z.string()),
  /** Changes from then on will be asked for again, so they are remembered; absent: all of them. */
  rememberedFrom: z.optional(z.string()),
  notes: z.array(z.string()),
  alreadySent: count,
  leftForNext: count,
  /** Some of what was sent is not remembered: it was too much. */
  isForgetful: z.boolean(),
  sweep: z.optional(
    z.strictObject({
      shards: z.array(shardSchema),
      /** Snapshots of the ids that were found so far. */
      found: z.array(z.string()),
      /** Ids that have to be asked for by themselves. */
      strays: z.array(count),
      /** All ids, once they are known. */
      current: z.optional(z.string()),
      /** Those that are gone, if any. */
      gone: z.optional(z.string()),
      deleted: count,
      /** How many pages of them are out. */
      sent: count,
    }),
  ),
});

/** How far a pull has come. It is written before each page leaves, so that a page that leaves twice has the same name. */
export const progressSchema = z.strictObject({
  digest: z.string(),
  /** Until then a worker is at it. */
  leaseUntilMs: count,
  way: z.enum(['keyset', 'forward-only', 'numbers']),
  shards: z.array(shardSchema),
  /** How many page numbers have been given out. */
  pages: count,
  rows: count,
  firstId: z.optional(count),
  lastId: z.optional(count),
  countBefore: z.optional(count),
  startedAtMs: count,
  /** A page that was sent again had become too long: some of its rows came in another one too. */
  repeats: z.optional(z.boolean()),
  /** Where pages become files: how many lists of parts were put away, and the parts since then. */
  export: z.optional(z.strictObject({ lists: count, parts: partListSchema })),
  increment: z.optional(incrementSchema),
  /** Where it is over: what every further delivery gets. */
  result: z.optional(resultSchema),
});

export type Progress = z.infer<typeof progressSchema>;
export type IncrementProgress = z.infer<typeof incrementSchema>;
export type Shard = z.infer<typeof shardSchema>;

/** Another worker goes on with the pull: this one has to stop. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** A pull's progress as this worker holds it: changed in place, and saved whole. */
export interface Book {
  readonly progress: Progress;
  /** Resolves when all that was changed before is written. @throws Overtaken, StoreUnavailable */
  save(): Promise<void>;
}

/**
 * Saves from several lanes at once: while one write is on its way, the changes of all lanes wait for the next one, so that a fast
 * pull costs no more writes than the table takes one after another.
 */
export function openBook(
  progress: Progress,
  version: number | undefined,
  key: string,
  store: VersionedStore<Progress>,
): Book {
  let held = version;
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const write = async () => {
    if (!(await store.write(key, structuredClone(progress), held)))
      throw new Overtaken('Another worker goes on with the pull.');
    held = (held ?? 0) + 1;
  };
  const save = () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = write();
        return running;
      });
    return next;
  };
  return { progress, save };
}
