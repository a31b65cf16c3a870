import { setTimeout } from 'node:timers/promises';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { createCredentials } from '../lib/clients/credentials.ts';
import { createManage } from '../lib/clients/manage.ts';
import { createObjects, type Objects } from '../lib/clients/objects.ts';
import { createQueues, type Queue } from '../lib/clients/queue.ts';
import { createConnections } from '../lib/connection.ts';
import { createEngine, type Engine } from '../lib/engine.ts';
import { createSites } from '../lib/site.ts';
import { readSettings, type Settings } from './settings.ts';

/** Everything that the doors need, built once for the life of a worker and handed in. */
export interface Services {
  readonly catalogue: Catalogue;
  readonly engine: Engine;
  readonly invocations: Queue;
  readonly results: Queue | undefined;
  readonly claims: Objects;
  readonly now: () => number;
}

/** A rotated key is also found at the first 401, so this only bounds how long a changed host or flag goes unseen. */
const connectionAgeMs = 5 * 60_000;
/** A rolled codebase is also found at the first 404. */
const siteAgeMs = 60 * 60_000;
/** Two attempts fit into the queue function's two minutes. */
const attemptTimeoutMs = 45_000;
/** Base64 and JSON need about four times this, and the functions have 512 MB. */
const maxResponseBytes = 64 * 1_048_576;

/** Calls to AWS fail fast enough that the SDK's second and third try fit into the time that a function has left. */
const aws = { maxAttempts: 3, requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 } };

export function createServices(settings: Settings): Services {
  const now = Date.now;
  const catalogue = loadCatalogue(settings.catalogueFolder);
  const manage = createManage({ maxResponseBytes, now });
  const queueOf = createQueues(aws);
  const engine = createEngine({
    catalogue,
    connections: createConnections({
      readSecret: createCredentials(settings.connectionPrefix, aws),
      now,
      maxAgeMs: connectionAgeMs,
    }),
    sites: createSites({
      companyInfo: manage.companyInfo,
      allowedHosts: settings.allowedHosts,
      now,
      maxAgeMs: siteAgeMs,
    }),
    send: manage.send,
    now,
    sleep: async (waitMs) => {
      await setTimeout(waitMs);
    },
    random: Math.random,
    attemptTimeoutMs,
  });
  return {
    catalogue,
    engine,
    invocations: queueOf(settings.invocationQueueUrl),
    results: settings.resultQueueUrl === undefined ? undefined : queueOf(settings.resultQueueUrl),
    claims: createObjects(settings.claimsBucket, aws),
    now,
  };
}

/** The services of this worker, built at the first call: a worker that fails to build them tries again at the next. */
export function servicesOnce(): () => Services {
  let services: Services | undefined;
  return () => {
    services ??= createServices(readSettings());
    return services;
  };
}
