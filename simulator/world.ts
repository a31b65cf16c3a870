import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Tokens } from './actions/tokens.ts';
import type { Makings } from './makings.ts';
import type { Mutator } from './mutation/mutator.ts';
import type { Settings } from './options.ts';
import type { Resources } from './resources.ts';
import type { Store } from './store.ts';
import type { Ledger, Write } from './writes/ledger.ts';

/** All that an answer is made from; one for each simulator. */
export interface World {
  readonly catalogue: Catalogue;
  readonly resources: Resources;
  readonly makings: Makings;
  readonly store: Store;
  readonly now: () => Date;
  /** Who is written into `_info/updatedBy`: the member behind the keys (§1.13). */
  readonly member: string;
  /** The switches for what is disputed or open. */
  readonly settings: Settings;
  /** What writes leave behind besides the records: the audit trail, and what documents are attached to. */
  readonly ledger: Ledger;
  readonly tokens: Tokens;
  /** Changes records while clients read, where it is told to. */
  readonly mutator?: Mutator;
  /** Told of every change of a record, once it took effect. */
  readonly onWrite?: (write: Write) => void;
}
