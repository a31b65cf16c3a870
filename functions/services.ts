import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Registry } from '../lib/callback/registry.ts';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { checkClaim } from '../lib/claim.ts';
import { createCredentials } from '../lib/clients/credentials.ts';
import { createManage, type Manage } from '../lib/clients/manage.ts';
import { createObjects, type Objects } from '../lib/clients/objects.ts';
import { createQueues, type Queue } from '../lib/clients/queue.ts';
import { createTable, type Kind } from '../lib/clients/table.ts';
import { type Connections, type ConnectionsParts, createConnections } from '../lib/connection.ts';
import type { CountedStore } from '../lib/counted-store.ts';
import { createEngine, type Engine } from '../lib/engine.ts';
import { governorStateSchema } from '../lib/governor/state.ts';
import { createGovernor, type Governor } from '../lib/governor.ts';
import { createJournal, entrySchema, type Journal } from '../lib/journal.ts';
import { lockSchema } from '../lib/lock.ts';
import { type Checkpoint, checkpointDays, checkpointSchema } from '../lib/pull/checkpoint.ts';
import { partListSchema } from '../lib/pull/part.ts';
import { progressSchema } from '../lib/pull/progress.ts';
import { createSites, type Sites } from '../lib/site.ts';
import type { VersionedStore } from '../lib/versioned-store.ts';
import { registryKind } from './callback-kinds.ts';
import { type Deliveries, deliveriesSchema } from './deliveries.ts';
import type { GrantingClaim } from './grants.ts';
import { readLimits } from './limits.ts';
import { logError } from './log.ts';
import { createMeter, type Meter } from './meter.ts';
import { watchedCheckpoints, watchedGovernor, watchedRates, watchedSend } from './noting.ts';
import { readSettings, type Settings } from './settings.ts';
import { createWatch, type Watch } from './watch.ts';

/** Everything that the doors need, built once for the life of a worker and handed in. */
export interface Services {
  readonly catalogue: Catalogue;
  readonly engine: Engine;
  readonly connections: Connections;
  readonly sites: Sites;
  readonly invocations: Queue;
  readonly results: Queue | undefined;
  readonly deadLetters: Queue | undefined;
  readonly claims: Objects;
  readonly journal: Journal;
  readonly checkpoints: VersionedStore<Checkpoint>;
  /** What is declared of callbacks, by connection. */
  readonly callbacks: VersionedStore<Registry>;
  /** Absent: whoever the API lets in may use every connection. */
  readonly grantingClaim: GrantingClaim | undefined;
  readonly connectionPathsOnly: boolean;
  /** The invocation queue keeps an order, and delays no single message. */
  readonly isFifo: boolean;
  /** Why messages came back, by message id. */
  readonly deliveries: VersionedStore<Deliveries>;
  readonly watch: Watch;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
}

/** A rotated key is also found at the first 401, so this only bounds how long a changed host or flag goes unseen. */
const connectionAgeMs = 5 * 60_000;
/** A rolled codebase is also found at the first 404. */
const siteAgeMs = 60 * 60_000;
/** Two attempts fit into the queue function's two minutes. */
const attemptTimeoutMs = 45_000;
/** Base64 and JSON need about four times this, and the functions have 512 MB. */
const maxResponseBytes = 64 * 1_048_576;

/**
 * A message may wait 14 days in its queue and, as a dead letter, 14 more; it may be redriven on the last of them. Its entry must
 * outlive it, or its write would be sent again.
 */
const journalDays = 35;
/** A connection that is not used for so long has its limit learnt anew. */
const governorDays = 30;
/** No message is kept longer in its queue. */
const queueDays = 14;
/** A table's item holds 400 KB; what is larger is left in S3 and claimed, for every reader of the result alike. */
const maxKeptBytes = 100_000;

/**
 * Calls to AWS fail fast enough that the SDK's second and third try fit into the time that a function has left. Unless it is told
 * to throw, the SDK only warns of a request that takes too long, and waits for it as long as the worker lives.
 */
const patience = { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
const aws = { maxAttempts: 3, requestHandler: patience };

const everyLine = { level: 'info', sampling: 1 } as const;

/** What the services reach out to, and what they could not foresee: a test hands in its own. */
export interface Outside {
  readonly catalogue: Catalogue;
  readonly readSecret: ConnectionsParts['readSecret'];
  readonly manage: Manage;
  readonly tableOf: <T>(kind: Kind<T>) => VersionedStore<T>;
  /** Of the same table, for what is also counted. */
  readonly countersOf: <T>(kind: Kind<T>) => CountedStore<T>;
  readonly invocations: Queue;
  readonly results: Queue | undefined;
  readonly deadLetters: Queue | undefined;
  readonly claims: Objects;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  readonly random: () => number;
  /** Absent: one that learns each connection's limit and shares it by the table. */
  readonly governor?: Governor;
}

/** The outside as the settings name it. */
export function reachOut(settings: Settings): Outside {
  const now = Date.now;
  const queueOf = createQueues(aws);
  const tableOf = createTable(settings.stateTable, aws, now);
  const optional = (url: string | undefined) => (url === undefined ? undefined : queueOf(url));
  return {
    catalogue: loadCatalogue(settings.catalogueFolder),
    readSecret: createCredentials(settings.connectionPrefix, aws),
    manage: createManage({ maxResponseBytes, now }),
    tableOf,
    countersOf: tableOf,
    invocations: queueOf(settings.invocationQueueUrl),
    results: optional(settings.resultQueueUrl),
    deadLetters: optional(settings.deadLetterQueueUrl),
    claims: createObjects(settings.claimsBucket, aws),
    now,
    sleep: async (waitMs) => {
      await setTimeout(waitMs);
    },
    random: Math.random,
  };
}

export function createServices(settings: Settings, outside: Outside = reachOut(settings)): Services {
  const { catalogue, readSecret, manage, tableOf, claims, now, sleep, random } = outside;
  const meter = createMeter(settings.metrics);
  const watching = { meter, now };
  const stores = storesOf(tableOf);
  const journal = createJournal({
    store: stores.entries,
    now,
    sleep,
    newId: randomUUID,
    trouble: (event, key) => logError({ event, key }),
  });
  const connections = createConnections({ readSecret, now, maxAgeMs: connectionAgeMs });
  const limitOf = readLimits(settings.limitsFile, settings.maxCallsPerMinute);
  const governor = outside.governor ?? sharedGovernor(outside, meter, limitOf);
  const { allowedHosts, grantingClaim, connectionPathsOnly } = settings;
  const sites = createSites({ companyInfo: manage.companyInfo, allowedHosts, now, maxAgeMs: siteAgeMs });
  const engine = createEngine({
    catalogue,
    journal,
    checkpoints: watchedCheckpoints(stores.checkpoints, watching),
    snapshots: claims,
    locks: stores.locks,
    pulls: stores.pulls,
    exports: { files: claims, lists: stores.parts },
    compact: async (result) => (await checkClaim(result, maxKeptBytes, claims)).result,
    connections,
    sites,
    governor: watchedGovernor(governor, watching),
    send: watchedSend(manage.send, watching),
    now,
    sleep,
    random,
    attemptTimeoutMs,
  });
  return {
    catalogue,
    engine,
    connections,
    sites,
    invocations: outside.invocations,
    results: outside.results,
    deadLetters: outside.deadLetters,
    claims,
    journal,
    checkpoints: stores.checkpoints,
    callbacks: stores.callbacks,
    grantingClaim,
    connectionPathsOnly,
    isFifo: settings.invocationQueueUrl.endsWith('.fifo'),
    deliveries: stores.deliveries,
    watch: createWatch({ meter, log: settings.log ?? everyLine, now }),
    now,
    sleep,
  };
}

/** What the table keeps, by kind, each for as long as somebody may still ask for it. */
function storesOf(tableOf: Outside['tableOf']) {
  const days = <T>(prefix: string, schema: Kind<T>['schema'], count: number): VersionedStore<T> =>
    tableOf({ prefix, schema, keptSeconds: count * 86_400 });
  return {
    entries: days('journal/', entrySchema, journalDays),
    checkpoints: days('checkpoints/', checkpointSchema, checkpointDays),
    locks: days('locks/', lockSchema, journalDays),
    pulls: days('pulls/', progressSchema, journalDays),
    parts: days('parts/', partListSchema, journalDays),
    deliveries: days('deliveries/', deliveriesSchema, queueDays),
    callbacks: tableOf(registryKind),
  };
}

/** The governor that all workers share by the table. */
function sharedGovernor(
  { countersOf, now, sleep, random }: Outside,
  meter: Meter,
  ceilingOf: (connection: string) => number | undefined,
): Governor {
  const counters = countersOf({
    prefix: 'governor/',
    schema: governorStateSchema,
    keptSeconds: governorDays * 86_400,
  });
  return createGovernor({ store: watchedRates(counters, meter, ceilingOf), now, sleep, random, ceilingOf });
}

/**
 * The services of this worker. They are built while the function is loaded, since Lambda gives a whole processor to that and a
 * fraction of one to the calls (performance.md §2c). Where it fails, each call tries again, and tells why.
 */
export function servicesOnce(): () => Services {
  const build = () => createServices(readSettings());
  let services = built(build);
  return () => {
    services ??= build();
    return services;
  };
}

function built(build: () => Services): Services | undefined {
  try {
    return build();
  } catch {
    return undefined;
  }
}
