import type { Outside } from '../../functions/services.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { createCredentials } from '../../lib/clients/credentials.ts';
import { createManage, type Manage } from '../../lib/clients/manage.ts';
import { createObjects } from '../../lib/clients/objects.ts';
import { createQueues, type Queue } from '../../lib/clients/queue.ts';
import { createTable, type Kind } from '../../lib/clients/table.ts';
import type { Counted, CountedStore } from '../../lib/counted-store.ts';
import type { Versioned, VersionedStore } from '../../lib/versioned-store.ts';
import { type Gateway, startGateway } from '../../local/gateway.ts';
import type { Queue as LocalQueue } from '../../local/queue.ts';
import { accessKey, region } from '../../local/region.ts';
import { queueUrl } from '../../local/sqs.ts';
import { createTable as createLocalTable } from '../../local/tables.ts';
import type { SimulatorOptions } from '../../simulator/options.ts';
import { createSimulator, type Simulator } from '../../simulator/server.ts';
import { type CountedItems, createCountedItems } from '../counted-items.ts';
import { mostPlans } from './plan.ts';

/** What a worker reaches when nothing goes wrong on the way. */
export type Reach = Pick<
  Outside,
  'readSecret' | 'manage' | 'tableOf' | 'countersOf' | 'invocations' | 'results' | 'deadLetters' | 'claims'
>;

/** What stands around the workers of all seeds: emulated AWS and a simulated ConnectWise, on a clock that is moved by hand. */
export interface Stage {
  readonly catalogue: Catalogue;
  readonly simulator: Simulator;
  readonly gateway: Gateway;
  readonly queues: Readonly<Record<'invocations' | 'results' | 'deadLetters', LocalQueue>>;
  readonly clock: { nowMs: number; serverAheadMs: number };
  readonly manage: Manage;
  /** Stores a connection's secret, under a key that is the harness's own: outside.ts puts the simulator's in its place. */
  connect(name: string, password: string): Promise<void>;
  /** Begins from nothing. @param overWire by the SDK's clients and dynalite; otherwise the same stores in memory, which are fast. */
  reach(overWire: boolean): Reach;
  close(): Promise<void>;
}

export const prefix = 'chaos/connections/';
export const stateTable = {
  logicalId: 'State',
  name: 'state',
  keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
};
export const queueNames = {
  invocations: 'invocations',
  results: 'results',
  deadLetters: 'dead-letters',
} as const;
/** As infra/invocation-queue.ts sets it. */
const visibilitySeconds = 720;
const settings = { visibilitySeconds, delaySeconds: 0, retentionSeconds: 1_209_600, redrive: undefined };
/** A deleted record is shown for a moment more (connectwise-api.md §9.2). */
const deletionLagMs = 4_000;
const maxResponseBytes = 16 * 1_048_576;

/** @param options of the simulator, where it is not as histories of writes want it. */
export async function openStage(
  catalogue: Catalogue,
  options: Pick<SimulatorOptions, 'writeLagMs' | 'deletionLagMs' | 'mutatedPaths'> = {},
): Promise<Stage> {
  const clock = { nowMs: Date.UTC(2026, 0, 1), serverAheadMs: 0 };
  const now = () => clock.nowMs;
  const simulator = await createSimulator({
    catalogue,
    rows: mostPlans,
    deletionLagMs,
    ...options,
    now: () => new Date(clock.nowMs + clock.serverAheadMs),
  });
  const gateway = await startGateway({ now, log: console.error });
  const create = (name: string) => gateway.queues.create({ ...settings, name });
  const queues = {
    invocations: create(queueNames.invocations),
    results: create(queueNames.results),
    deadLetters: create(queueNames.deadLetters),
  };
  gateway.objects.createBucket('claims');
  await createLocalTable(gateway.endpoint, stateTable);
  const manage = createManage({ maxResponseBytes, now });
  const secrets = new Map<string, string>();
  let plays = 0;
  return {
    catalogue,
    simulator,
    gateway,
    queues,
    clock,
    manage,
    connect: async (name, password) => {
      const text = JSON.stringify({ siteUrl: simulator.url, ...simulator.credentials, password });
      secrets.set(name, text);
      await storeSecret(gateway.endpoint, `${prefix}${name}`, text);
    },
    reach: (overWire) => ({
      manage,
      ...(overWire ? wired(gateway.endpoint, now, ++plays) : inMemory(queues, secrets)),
    }),
    close: async () => {
      await Promise.all([simulator.close(), gateway.close()]);
    },
  };
}

/** Without a third try: the harness plays the SDK's retries itself. @param play its items are apart from those of other plays. */
const wired = (endpoint: string, now: () => number, play: number): Omit<Reach, 'manage'> => {
  const aws = { endpoint, region, credentials: accessKey, maxAttempts: 1 };
  const queueOf = createQueues(aws);
  const tableOf = createTable(stateTable.name, aws, now);
  return {
    readSecret: createCredentials(prefix, aws),
    tableOf: (kind) => tableOf({ ...kind, prefix: `${play}:${kind.prefix}` }),
    countersOf: (kind) => tableOf({ ...kind, prefix: `${play}:${kind.prefix}` }),
    invocations: queueOf(queueUrl(endpoint, queueNames.invocations)),
    results: queueOf(queueUrl(endpoint, queueNames.results)),
    deadLetters: queueOf(queueUrl(endpoint, queueNames.deadLetters)),
    claims: createObjects('claims', { ...aws, forcePathStyle: true }),
  };
};

function inMemory(queues: Stage['queues'], secrets: ReadonlyMap<string, string>): Omit<Reach, 'manage'> {
  const items = new Map<string, Versioned<unknown>>();
  const objects = new Map<string, Uint8Array>();
  const keep = async (key: string, bytes: Uint8Array) => {
    objects.set(key, bytes);
  };
  const counted = createCountedItems<unknown>();
  return {
    readSecret: async (name) => {
      const text = secrets.get(name);
      if (text !== undefined) return { found: true, text };
      return { found: false, failure: { reason: 'unknown_connection', message: name }, passing: false };
    },
    tableOf: (kind) => memoryTable(items, kind),
    countersOf: (kind) => memoryCounters(counted, kind),
    invocations: queueIn(queues.invocations),
    results: queueIn(queues.results),
    deadLetters: queueIn(queues.deadLetters),
    claims: {
      bucket: 'claims',
      put: keep,
      putFile: keep,
      get: async (key) => {
        const bytes = objects.get(key);
        if (!bytes) throw new Error(`The bucket has no ${key}.`);
        return bytes;
      },
      link: async (key) => `https://claims/${key}`,
    },
  };
}

/** Like lib/clients/table.ts: what is written is parsed again when it is read. */
function memoryTable<T>(
  items: Map<string, Versioned<unknown>>,
  { prefix, schema }: Kind<T>,
): VersionedStore<T> {
  return {
    read: async (key) => {
      const found = items.get(`${prefix}${key}`);
      return found && { value: schema.parse(found.value), version: found.version };
    },
    write: async (key, value, expected) => {
      if (items.get(`${prefix}${key}`)?.version !== expected) return false;
      const kept: unknown = JSON.parse(JSON.stringify(value));
      items.set(`${prefix}${key}`, { value: kept, version: (expected ?? 0) + 1 });
      return true;
    },
  };
}

function memoryCounters<T>(items: CountedItems<unknown>, { prefix, schema }: Kind<T>): CountedStore<T> {
  const parsed = ({ value, ...item }: Counted<unknown>): Counted<T> => ({
    ...item,
    value: value === undefined ? undefined : schema.parse(JSON.parse(JSON.stringify(value))),
  });
  return {
    look: async (key) => {
      const found = items.look(`${prefix}${key}`);
      return found && parsed(found);
    },
    update: async (key, update) => {
      const { done, found } = items.update(`${prefix}${key}`, update);
      return { done, found: parsed(found) };
    },
  };
}

/** The queue's own rules hold (local/queue.ts); only the wire is left out. */
function queueIn(queue: LocalQueue): Queue {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const none = { attributes: {}, group: undefined, delaySeconds: undefined };
  return {
    sendAll: async (messages) => {
      for (const body of messages) queue.send({ ...none, body });
      return messages.map(() => undefined);
    },
    send: async (body, { group, tracked }) => {
      queue.send({ ...none, body, group, attributes: tracked ? { tracked: text('true') } : {} });
    },
    bury: async (body, why, { group, tracked }) => {
      const mark = tracked ? { tracked: text('true') } : {};
      queue.send({ ...none, body, group, attributes: { ...mark, why: text(why) } });
      return undefined;
    },
    rest: async (receiptHandle, waitMs) => {
      queue.hide(receiptHandle, Math.min(43_000, Math.ceil(waitMs / 1_000)));
    },
  };
}

async function storeSecret(endpoint: string, Name: string, SecretString: string): Promise<void> {
  const call = (action: string, body: object) =>
    fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': `secretsmanager.${action}` },
      body: JSON.stringify(body),
    });
  const answer = await call('CreateSecret', { Name, SecretString });
  if (!answer.ok) await call('PutSecretValue', { SecretId: Name, SecretString });
}
