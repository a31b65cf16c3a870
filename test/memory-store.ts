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
