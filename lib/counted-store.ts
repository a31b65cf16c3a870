/** Values that several workers share, one item a key, and beside each some numbers that anybody adds to without reading first. */
export interface CountedStore<T> {
  /** What stands there now; undefined where nothing does. @throws StoreUnavailable */
  look(key: string): Promise<Counted<T> | undefined>;
  /**
   * Adds, and may write the value along with that: all of it or nothing. Who adds only is in nobody's way.
   * @throws StoreUnavailable; what was asked may or may not have been done, once or (where the client tried again) twice.
   */
  update(key: string, update: Update<T>): Promise<Updated<T>>;
}

export type Counts = Readonly<Record<string, number>>;

export interface Counted<T> {
  /** Undefined where somebody added before anybody wrote. */
  readonly value: T | undefined;
  /** Counts up from 1 with each write of the value. */
  readonly version: number | undefined;
  readonly counts: Counts;
}

/** A number that is there, and lies between these or is one of them. */
export interface Within {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

export interface Update<T> {
  /** A number that is not there yet is 0. */
  readonly add: Counts;
  /** Else nothing is done. */
  readonly within?: Within;
  /** Nothing is done where somebody else has written since that version. */
  readonly write?: { readonly value: T; readonly expected: number | undefined };
}

export interface Updated<T> {
  readonly done: boolean;
  /** What stands there now, done or not. */
  readonly found: Counted<T>;
}
