import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Msp } from './data/msp.ts';

/** What a record depends on; the same makings make the same record. */
export interface Makings {
  readonly catalogue: Catalogue;
  readonly seed: number;
  /** How many records a collection starts with: references point to one of them. */
  readonly rows: number;
  /** The address of a record for `_info`; undefined where its collection is not known. */
  readonly href: (entity: string, id: number) => string | undefined;
  /** The company whose records these are; without one, every collection has `rows` records that know nothing of each other. */
  readonly msp?: Msp | undefined;
}
