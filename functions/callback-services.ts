import { setTimeout } from 'node:timers/promises';
import { createKeys, type Keys } from '../lib/callback/key.ts';
import type { Registry } from '../lib/callback/registry.ts';
import type { Sighting } from '../lib/callback/sighting.ts';
import type { Started } from '../lib/callback/starting.ts';
import { createKeyClient } from '../lib/clients/manage.ts';
import { createQueues, type Queue } from '../lib/clients/queue.ts';
import { createTable } from '../lib/clients/table.ts';
import type { VersionedStore } from '../lib/versioned-store.ts';
import { registryKind, sightingKind, startedKind } from './callback-kinds.ts';
import { type CallbackSettings, readCallbackSettings } from './settings.ts';

/** What the function of callbacks needs: no key of any connection is among it. */
export interface CallbackServices {
  readonly registries: VersionedStore<Registry>;
  readonly sightings: VersionedStore<Sighting>;
  readonly started: VersionedStore<Started>;
  readonly keys: Keys;
  readonly invocations: Queue;
  readonly results: Queue;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
}

/** A signing key has some 40 characters. */
const maxKeyBytes = 10_000;

/** ConnectWise waits five seconds (connectwise-api.md §9.4.9): a second try must fit in. */
const aws = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};

/** @param now what time it is, in milliseconds. */
export function createCallbackServices(settings: CallbackSettings, now = Date.now): CallbackServices {
  const tableOf = createTable(settings.stateTable, aws, now);
  const queueOf = createQueues(aws);
  return {
    registries: tableOf(registryKind),
    sightings: tableOf(sightingKind),
    started: tableOf(startedKind),
    keys: createKeys({ fetchKey: createKeyClient({ maxResponseBytes: maxKeyBytes, now }), now }),
    invocations: queueOf(settings.invocationQueueUrl),
    results: queueOf(settings.resultQueueUrl),
    now,
    sleep: async (waitMs) => {
      await setTimeout(waitMs);
    },
  };
}

/** The services of this worker, built at the first callback. */
export function callbackServicesOnce(): () => CallbackServices {
  let services: CallbackServices | undefined;
  return () => {
    services ??= createCallbackServices(readCallbackSettings());
    return services;
  };
}
