/** Values that several workers share, one item a key. Whoever writes says which version they have read. */
export interface VersionedStore<T> {
  /** What stands there now; undefined where nothing does. @throws StoreUnavailable */
  read(key: string): Promise<Versioned<T> | undefined>;
  /**
   * Writes a value over the version that was read (undefined: over nothing), and gives it the next version.
   * @returns false where somebody else has written since: then nothing was changed.
   * @throws StoreUnavailable; the value may or may not have been written.
   */
  write(key: string, value: T, expected: number | undefined): Promise<boolean>;
}

export interface Versioned<T> {
  readonly value: T;
  /** Counts up from 1. */
  readonly version: number;
}

/** The store could not be asked just now. The message holds the name of the error and nothing that the store said. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
