import type { GovernorState } from './state.ts';

/** One item a connection, written only on the version that was read. Both throw where the table cannot be reached. */
export interface GovernorStore {
  read(connection: string): Promise<StoredState | undefined>;
  /**
   * Writes with the version `expected + 1`, or 1 where nothing was stored.
   * @returns false: somebody else wrote since.
   */
  write(connection: string, state: GovernorState, expected: number | undefined): Promise<boolean>;
}

export interface StoredState {
  readonly state: GovernorState;
  readonly version: number;
}

/** A change of the state and what comes of it for the one who makes it. The same state: there is nothing to write. */
export interface Change<T> {
  readonly state: GovernorState;
  readonly gained: T;
}

/** The shared state of one connection, as one worker reads and changes it. */
export interface Ledger {
  /**
   * Changes the state, again on the newer one where somebody else wrote first. Throws where the store does.
   * @returns undefined where others were faster every time.
   */
  change<T>(make: (state: GovernorState) => Change<T>): Promise<T | undefined>;
}

export interface LedgerParts {
  readonly store: GovernorStore;
  readonly connection: string;
  /** The state of a connection that was never governed. */
  readonly fresh: () => GovernorState;
  readonly sleep: (waitMs: number) => Promise<void>;
  readonly random: () => number;
}

const maxTries = 6;

/**
 * Reads before it writes, but for a worker that is alone on its connection: nobody wrote since it did, so that the version
 * it remembers still holds, and half of its calls to the table are saved.
 */
export function createLedger({ store, connection, fresh, sleep, random }: LedgerParts): Ledger {
  let known: StoredState | undefined;
  let isAlone = false;

  const read = async (): Promise<StoredState | undefined> => {
    const current = await store.read(connection);
    isAlone = current !== undefined && current.version === known?.version;
    return current;
  };

  return {
    change: async (make) => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const current = isAlone && tries === 0 ? known : await read();
        const before = current?.state ?? fresh();
        const { state, gained } = make(before);
        known = current;
        if (state === before) return gained;
        if (await store.write(connection, state, current?.version)) {
          known = { state, version: (current?.version ?? 0) + 1 };
          return gained;
        }
        isAlone = false;
        await sleep(random() * 10 * 2 ** tries);
      }
      return undefined;
    },
  };
}
