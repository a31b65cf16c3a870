import type { Catalogue } from '../lib/catalogue/catalogue.ts';

/** How the server is run: by ConnectWise behind its gateway, or by a partner. */
export type Mode = 'cloud' | 'self-hosted';

/** What a simulator is made from. Only the catalogue has no default. */
export interface SimulatorOptions {
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
  /** Requests that one minute allows before 429; absent: any number. The real limit is about 1,000 (§5.1). */
  readonly throttlePerMinute?: number;
  /** Records that every collection starts with, ids 1 to `rows`; default 40, so that lists have a second page. */
  readonly rows?: number;
}

/** The options with every default filled in. */
export interface Settings extends Required<Omit<SimulatorOptions, 'throttlePerMinute'>> {
  readonly throttlePerMinute: number;
}

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
    throttlePerMinute: Number.POSITIVE_INFINITY,
    rows: 40,
    ...options,
    mode,
    codebase: mode === 'self-hosted' ? releaseCodebase : codebaseOf(options.codebase ?? 'v2026_1/'),
  };
}
