import type { Governor } from '../lib/governor.ts';
import { createJournal, type Entry } from '../lib/journal.ts';
import type { Lock } from '../lib/lock.ts';
import type { Checkpoint } from '../lib/pull/checkpoint.ts';
import type { ExportParts } from '../lib/pull/export.ts';
import type { Part } from '../lib/pull/part.ts';
import type { Progress } from '../lib/pull/progress.ts';
import type { Result } from '../lib/result.ts';
import { StoreUnavailable, type Versioned, type VersionedStore } from '../lib/versioned-store.ts';

/**
 * What happens to the next calls of a store, in turn: `lost` fails before anything was done, `unanswered` after. `repeated`:
 * the SDK heard no answer and made the call again by itself, so what is answered is the second one.
 */
export type Mishap = 'lost' | 'unanswered' | 'repeated' | undefined;

/** A versioned store in memory, which counts its calls and fails where a test wants it to. */
export function createMemoryStore<T>(mishaps: Mishap[] = []) {
  const items = new Map<string, Versioned<T>>();
  const seen = { reads: 0, writes: 0 };
  const guarded = async <R>(act: () => R): Promise<R> => {
    const mishap = mishaps.shift();
    if (mishap === 'lost') throw new StoreUnavailable('The store is away.');
    const result = act();
    if (mishap === 'unanswered') throw new StoreUnavailable('The store did not answer.');
    return mishap === 'repeated' ? act() : result;
  };
  const store: VersionedStore<T> = {
    read: (key) => {
      seen.reads += 1;
      return guarded(() => items.get(key));
    },
    write: (key, value, expected) => {
      seen.writes += 1;
      return guarded(() => {
        if (items.get(key)?.version !== expected) return false;
        items.set(key, { value, version: (expected ?? 0) + 1 });
        return true;
      });
    },
  };
  return { store, items, seen, mishaps };
}

/** Lets every call go at once. */
export const ungoverned: Governor = {
  admit: async () => ({ admitted: true }),
  observe: async () => {},
};

/** Where an engine leaves the files of pulls, in memory. */
export function createMemoryExports() {
  const stored = new Map<string, Uint8Array>();
  const files: ExportParts['files'] = {
    bucket: 'files',
    putFile: async (key, bytes) => {
      stored.set(key, bytes);
    },
  };
  return { files, lists: createMemoryStore<Part[]>().store, stored };
}

/** A bucket in memory. */
export function createMemoryObjects() {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    put: async (key: string, bytes: Uint8Array) => {
      objects.set(key, bytes);
    },
    get: async (key: string) => {
      const bytes = objects.get(key);
      if (!bytes) throw new Error('NoSuchKey');
      return bytes;
    },
  };
}

/** What an engine keeps in a table, kept in memory: for tests that are about something else. */
export function keptInMemory(now: () => number) {
  let pages = 0;
  const journal = createJournal({
    store: createMemoryStore<Entry>().store,
    now,
    sleep: async () => {},
    newId: () => `worker-${++pages}`,
    trouble: () => {},
  });
  return {
    journal,
    pulls: createMemoryStore<Progress>().store,
    exports: createMemoryExports(),
    checkpoints: createMemoryStore<Checkpoint>().store,
    locks: createMemoryStore<Lock>().store,
    snapshots: createMemoryObjects(),
    compact: async (it: Result) => it,
  };
}
