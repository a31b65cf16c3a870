import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Makings } from './records.ts';
import type { Resources } from './resources.ts';
import type { Store } from './store.ts';

/** All that an answer is made from; one for each simulator. */
export interface World {
  readonly catalogue: Catalogue;
  readonly resources: Resources;
  readonly makings: Makings;
  readonly store: Store;
  readonly now: () => Date;
  /** Who is written into `_info/updatedBy`: the member behind the keys (§1.13). */
  readonly member: string;
}
