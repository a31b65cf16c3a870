import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { type GatewayOptions, gatewayDefaults } from './gateway/gateway-options.ts';
import { type MutatorOptions, mutatorDefaults } from './mutation/mutator.ts';
import { type QueryRules, queryDefaults } from './query/rules.ts';

/** How the server is run: by ConnectWise behind its gateway, or by a partner. */
export type Mode = 'cloud' | 'self-hosted';

/** What a simulator is made from. Only the catalogue has no default. */
export interface SimulatorOptions extends GatewayOptions, MutatorOptions, Partial<QueryRules> {
  readonly catalogue: Catalogue;
  /** Port on 127.0.0.1; 0 (default) takes a free one. */
  readonly port?: number;
  /** The login company id; default `acme`. */
  readonly company?: string;
  readonly publicKey?: string;
  readonly privateKey?: string;
  readonly clientId?: string;
  /** Default `cloud`. */
  readonly mode?: Mode;
  /** The codebase with its slash; default `v2026_1/`, and always `v4_6_release/` where self-hosted. */
  readonly codebase?: string;
  /** Makes the records; the same seed makes the same ones. Default 1. */
  readonly seed?: number;
  /** The clock for stamps and the throttle; default the system's. */
  readonly now?: () => Date;
  /** Records that every collection starts with, ids 1 to `rows`; default 40, so that lists have a second page. */
  readonly rows?: number;
  /**
   * 100 to 1,000,000: a fictional MSP with so many tickets, and companies, contacts, projects, agreements and all else in
   * proportion, whose records agree with each other; other collections keep to `rows`. Default 0: no MSP.
   */
  readonly tickets?: number;
  /**
   * What a PATCH does with a path into a reference, such as `status/id` (§7.3, disputed): `ids` (default) takes the id
   * and answers a false 200 for names, `none` answers a false 200 for all, `all` takes names as well.
   */
  readonly patchIntoReferences?: 'ids' | 'none' | 'all';
  /** Whether a PATCH checks the `whole` stored record (default), or only what it `changed` (§7.3). */
  readonly patchValidation?: 'whole' | 'changed';
  /** The status for a PATCH that is an object instead of an array; default 400 (§12.1, open). */
  readonly patchObjectStatus?: 400 | 500;
  /** Whether a reference that names no record is `refused` (default), or `kept` as it was given (§6.2, §7.1). */
  readonly unknownReferences?: 'refused' | 'kept';
  /** Whether a list of documents without recordType and recordId is `refused` (default) or answers `all` (§8). */
  readonly documentsOfNoRecord?: 'refused' | 'all';
  /** How long reads still show a deleted record, in milliseconds; default 0 (§9.2). */
  readonly deletionLagMs?: number;
  /** How long reads do not show what was created or changed, in milliseconds; default 0 (§9.2). */
  readonly writeLagMs?: number;
  /** The status for the deletion of a billed time entry; default 409, a record in use (§6.2, §7.4: not recorded). */
  readonly billedTimeStatus?: 400 | 409;
}

/** The options with every default filled in. */
export type Settings = Required<SimulatorOptions>;

/** The only codebase of a server that a partner runs (connectwise-api.md §2.1). */
export const releaseCodebase = 'v4_6_release/';

/** A codebase as discovery names it; refuses one that no URL could carry. */
export function codebaseOf(text: string): string {
  if (/^\w+\/$/.test(text)) return text;
  throw new Error(`The codebase is '${text}'. Give a name and a slash, such as v2026_1/.`);
}

/** Fills in the defaults; the keys are made up, and good for nothing else. */
export function settingsOf(options: SimulatorOptions): Settings {
  const mode = options.mode ?? 'cloud';
  return {
    port: 0,
    company: 'acme',
    publicKey: 'simulatorPublicKey',
    privateKey: 'simulatorPrivateKey',
    clientId: '11111111-2222-4333-8444-555555555555',
    seed: 1,
    now: () => new Date(),
    rows: 40,
    tickets: 0,
    patchIntoReferences: 'ids',
    patchValidation: 'whole',
    patchObjectStatus: 400,
    unknownReferences: 'refused',
    documentsOfNoRecord: 'refused',
    deletionLagMs: 0,
    writeLagMs: 0,
    billedTimeStatus: 409,
    ...mutatorDefaults,
    ...queryDefaults,
    ...gatewayDefaults,
    ...options,
    mode,
    codebase: mode === 'self-hosted' ? releaseCodebase : codebaseOf(options.codebase ?? 'v2026_1/'),
  };
}
