import { setTimeout as timeout } from 'node:timers/promises';

/** Waits; rejects as soon as the signal is aborted. */
export type Wait = (waitMs: number, signal: AbortSignal) => Promise<unknown>;

/** How the doors of the simulator behave. Where the sources disagree, the default is the better-supported side. */
export interface GatewayOptions {
  /** Speak TLS, with a certificate made at the start (`Simulator.certificate`); default false. */
  readonly https?: boolean;
  /** Waits for latency, slow bodies and the retries of callbacks; default real time. */
  readonly wait?: Wait;
  /** Requests that one minute allows before 429; default any number. The real limit is about 1,000 (§5.1). */
  readonly throttlePerMinute?: number;
  /** Whether a 429 says how long to wait; whether the real one always does is open (§13.9). Default true. */
  readonly sendsRetryAfter?: boolean;
  /** The legacy login of an integrator, sent with `x-cw-usertype: integrator` (§1.3). */
  readonly integratorLogin?: string;
  readonly integratorPassword?: string;
  /** The body of a 401 (§1); default `UserNotAuthenticated`. */
  readonly badKeysBody?: 'UserNotAuthenticated' | 'Unauthorized';
  /** What bad keys get on the cloud's alias `v4_6_release/`, where they may surface otherwise (§1); default `unauthorized`. */
  readonly badKeysOnAlias?: 'unauthorized' | 'not-found' | 'cut';
  /** What a self-hosted server answers without the clientId (§1, disputed); default 403. */
  readonly missingClientIdStatus?: 401 | 403;
  /** Whether `/system/info` answers without keys (§1.11, disputed); default false. */
  readonly isSystemInfoOpen?: boolean;
  /** Refuses plain HTTP as the cloud does (§1), for a simulator behind a proxy; default false. */
  readonly requiresSsl?: boolean;
  /** Paths that the keys' role may not use, such as `/finance` or `GET /system/members`: 403 (§1.9). */
  readonly forbidden?: readonly string[];
  /** How discovery says IsCloud: the guide shows a text, servers send a boolean (§2.2). Default `boolean`. */
  readonly isCloudAs?: 'boolean' | 'text';
  /** What discovery answers for an unknown company (§2.2); default `null`, with status 200. */
  readonly unknownCompany?: 'null' | 'not-found';
  /** What a version in `Accept` gets that names no model; the real reply is open (§13.2). Default `latest`. */
  readonly junkVersion?: 'latest' | 'not-acceptable';
  /** How the signing key of callbacks is sent; some clients parse a text (§9.4.7). Default `object`. */
  readonly callbackKeyAs?: 'object' | 'text';
  /** Whether the signing key asks for the API's keys (§9.4.7, disputed); default false. */
  readonly isCallbackKeyGuarded?: boolean;
  /** How long a callback's receiver may take, in milliseconds; default 5,000 (§9.4.9). */
  readonly callbackTimeoutMs?: number;
}

export const gatewayDefaults: Required<GatewayOptions> = {
  https: false,
  wait: (waitMs, signal) => timeout(waitMs, undefined, { signal }),
  throttlePerMinute: Number.POSITIVE_INFINITY,
  sendsRetryAfter: true,
  integratorLogin: 'simulatorIntegrator',
  integratorPassword: 'simulatorIntegratorPassword',
  badKeysBody: 'UserNotAuthenticated',
  badKeysOnAlias: 'unauthorized',
  missingClientIdStatus: 403,
  isSystemInfoOpen: false,
  requiresSsl: false,
  forbidden: [],
  isCloudAs: 'boolean',
  unknownCompany: 'null',
  junkVersion: 'latest',
  callbackKeyAs: 'object',
  isCallbackKeyGuarded: false,
  callbackTimeoutMs: 5000,
};
