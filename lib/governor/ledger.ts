import type { Versioned, VersionedStore } from '../versioned-store.ts';
import type { GovernorState } from './state.ts';

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
  /** One item a connection. */
  readonly store: VersionedStore<GovernorState>;
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
  let known: Versioned<GovernorState> | undefined;
  let isAlone = false;

  const read = async (): Promise<Versioned<GovernorState> | undefined> => {
    const current = await store.read(connection);
    isAlone = current !== undefined && current.version === known?.version;
    return current;
  };

  return {
    change: async (make) => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        const current = isAlone && tries === 0 ? known : await read();
        const before = current?.value ?? fresh();
        const { state, gained } = make(before);
        known = current;
        if (state === before) return gained;
        if (await store.write(connection, state, current?.version)) {
          known = { value: state, version: (current?.version ?? 0) + 1 };
          return gained;
        }
        isAlone = false;
        await sleep(random() * 10 * 2 ** tries);
      }
      return undefined;
    },
  };
}
