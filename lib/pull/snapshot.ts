import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { StoreUnavailable } from '../versioned-store.ts';

/** Where lists are kept that are too long for the table. */
export interface SnapshotStore {
  put(key: string, gzip: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array>;
}

/**
 * A line of a snapshot: a record by its id, and what it was like when it was sent. Without a hash it only says that the record is
 * there or, among the notes of a pull, that it is not known what became of it.
 */
const markSchema = z.strictObject({
  id: z.number(),
  hash: z.optional(z.string()),
  /** Its lastUpdated. */
  at: z.optional(z.string()),
});

export type Mark = z.infer<typeof markSchema>;

/** A million ids are some 12 MB. */
const maxLinesBytes = 256 * 1_048_576;

/** The snapshots of one checkpoint. A key is made of the content: who writes at the same time cannot spoil what another one reads. */
export interface Snapshots {
  /** @returns its name. @throws StoreUnavailable */
  write(marks: Iterable<Mark>): Promise<string>;
  /** What it gives is read line by line, and can be gone through again: a million marks at once would not fit. @throws StoreUnavailable */
  read(name: string): Promise<Iterable<Mark>>;
}

export function openSnapshots(store: SnapshotStore, checkpointKey: string): Snapshots {
  const folder = createHash('sha256').update(checkpointKey).digest('hex').slice(0, 32);
  const keyOf = (name: string) => `checkpoints/${folder}/${name}.ndjson.gz`;
  return {
    write: async (marks) => {
      const bytes = Buffer.concat([...zipped(marks)]);
      const name = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
      await store.put(keyOf(name), bytes).catch(unavailable);
      return name;
    },
    read: async (name) => {
      const bytes = await store.get(keyOf(name)).catch(unavailable);
      const lines = gunzipSync(bytes, { maxOutputLength: maxLinesBytes });
      return { [Symbol.iterator]: () => marksIn(lines) };
    },
  };
}

const marksAtOnce = 10_000;

/** Members of a gzip file, one after another: together they are one (RFC 1952 §2.2). */
function* zipped(marks: Iterable<Mark>): Generator<Buffer> {
  let lines: string[] = [];
  for (const mark of marks) {
    lines.push(`${JSON.stringify(mark)}\n`);
    if (lines.length < marksAtOnce) continue;
    yield gzipSync(lines.join(''), { level: 1 });
    lines = [];
  }
  yield gzipSync(lines.join(''), { level: 1 });
}

function* marksIn(lines: Buffer): Generator<Mark> {
  for (let start = 0, end = lines.indexOf('\n'); end >= 0; start = end + 1, end = lines.indexOf('\n', start))
    yield markSchema.parse(JSON.parse(lines.toString('utf8', start, end)));
}

function unavailable(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  throw new StoreUnavailable(`What a checkpoint remembers could not be reached just now (${name}).`);
}

/** Ids in ascending order: eight bytes each, however many there are. */
export interface IdSet {
  readonly size: number;
  has(id: number): boolean;
  /** A mark of each. */
  marks(): Iterable<Mark>;
}

export function idSetOf(...lists: readonly Iterable<Mark>[]): IdSet {
  const found: number[] = [];
  for (const list of lists) for (const { id } of list) found.push(id);
  const ids = Float64Array.from(found).sort();
  const has = (id: number): boolean => {
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return ids[low] === id;
  };
  return { size: ids.length, has, marks: () => marksOf(ids) };
}

/** A mark of each id, made when it is asked for. */
export function* marksOf(ids: Iterable<number>): Generator<Mark> {
  for (const id of ids) yield { id };
}

/** The marks of several lists that pass a test, one after another. */
export function* passing(
  isKept: (mark: Mark) => boolean,
  ...lists: readonly Iterable<Mark>[]
): Generator<Mark> {
  for (const list of lists) for (const mark of list) if (isKept(mark)) yield mark;
}
