import type { Outside } from '../../functions/services.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Manage } from '../../lib/clients/manage.ts';
import type { Queue } from '../../lib/clients/queue.ts';
import type { Kind } from '../../lib/clients/table.ts';
import type { CountedStore } from '../../lib/counted-store.ts';
import type { VersionedStore } from '../../lib/versioned-store.ts';
import { createMemoryObjects, createMemoryStore } from '../../test/memory-store.ts';
import { inMemory, learntItems, manageOf } from '../outside/in-memory.ts';
import { learnt } from '../outside/learnt.ts';
import type { Usage } from './usage.ts';

const monthSeconds = 730 * 3_600;
/** SQS bills a request for each of these. */
const sqsChunkBytes = 65_536;
/** Names of the attributes, numbers and what DynamoDB keeps beside an item: id, version, value, expiresAt. */
const itemExtraBytes = 50;
/** Headers, and TLS's share, of a request to ConnectWise. */
const requestExtraBytes = 700;
/** What each takes over a call, in milliseconds (performance.md §4); it is paid as the function's time. */
const takes = { table: 4, queue: 8, secret: 10, objects: 20 } as const;
/** Results, exports and snapshots lie in the claims bucket for some 30 days (infra/claims-bucket.ts). */
const objectMonths = 30 / 30.4;

export const sqsRequests = (bytes: number): number => Math.max(1, Math.ceil(bytes / sqsChunkBytes));

/** What a scenario runs in. */
export interface Surroundings {
  readonly catalogue: Catalogue;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
  readonly random: () => number;
  /** Waits as long as a call to AWS takes. */
  readonly awsTakes: (waitMs: number) => Promise<void>;
  /** Where the event source hears that a message rests. */
  readonly rest: (receiptHandle: string, waitMs: number) => void;
  /** Hears of each object that is put away. */
  readonly stored: (key: string) => void;
  /** ConnectWise: where the body stands for every answer, after so long; or one of its own. */
  readonly manage?: Manage;
  readonly answer: { readonly body: object; readonly afterMs: number };
  /** What the governor has learnt of each of these. */
  readonly connections: readonly string[];
  readonly learntPerMinute: number;
}

/** An outside whose table, queues, secrets and objects count what AWS would bill; each call makes that of one more worker. */
export function countedOutside(usage: Usage, world: Surroundings): () => Outside {
  const tableOf = countedTable(usage, world);
  const countersOf = countedCounters(usage, world);
  const { put, get } = createMemoryObjects();
  const putCounted = async (key: string, bytes: Uint8Array) => {
    usage.objectPuts += 1;
    usage.objectByteMonths += bytes.length * objectMonths;
    world.stored(key);
    await world.awsTakes(takes.objects);
    await put(key, bytes);
  };
  const { answer, awsTakes, catalogue, now, sleep } = world;
  const manage = counted(usage, world.manage ?? manageOf(answer.body, () => sleep(answer.afterMs)));
  return () => {
    const outside = inMemory(catalogue, { now, sleep, manage, tableOf, countersOf });
    const queue = countedQueue(usage, world);
    return {
      ...outside,
      random: world.random,
      readSecret: async (name) => {
        usage.secretReads += 1;
        await awsTakes(takes.secret);
        return outside.readSecret(name);
      },
      invocations: queue,
      results: queue,
      deadLetters: queue,
      claims: {
        ...outside.claims,
        put: putCounted,
        putFile: putCounted,
        get: async (key) => {
          usage.objectGets += 1;
          await awsTakes(takes.objects);
          return get(key);
        },
      },
    };
  };
}

/** One table for all workers. */
function countedTable(usage: Usage, world: Surroundings): Outside['tableOf'] {
  const { awsTakes } = world;
  const stores = new Map<string, unknown>();
  const kept = new Map<string, number>();
  return <T>({ prefix, keptSeconds }: Kind<T>): VersionedStore<T> => {
    const known = stores.get(prefix);
    if (isStore<VersionedStore<T>>(known)) return known;
    const { store } = createMemoryStore<T>();
    const bytesOf = (key: string, value: T) =>
      Buffer.byteLength(`${prefix}${key}${JSON.stringify(value)}`) + itemExtraBytes;
    const made: VersionedStore<T> = {
      read: async (key) => {
        await awsTakes(takes.table);
        const found = await store.read(key);
        usage.tableReads += Math.max(1, Math.ceil((found ? bytesOf(key, found.value) : 0) / 4_096));
        return found;
      },
      write: async (key, value, expected) => {
        await awsTakes(takes.table);
        const bytes = bytesOf(key, value);
        usage.tableWrites += Math.ceil(bytes / 1_024);
        const byteMonths = (bytes * keptSeconds) / monthSeconds;
        usage.tableByteMonths += byteMonths - (kept.get(`${prefix}${key}`) ?? 0);
        kept.set(`${prefix}${key}`, byteMonths);
        return store.write(key, value, expected);
      },
    };
    stores.set(prefix, made);
    return made;
  };
}

/** The items of the governor, for all workers. A refused addition costs what one that is done does. */
function countedCounters(usage: Usage, world: Surroundings): Outside['countersOf'] {
  const { connections, learntPerMinute, now, awsTakes } = world;
  const stores = new Map<string, unknown>();
  return <T>({ prefix, schema }: Kind<T>): CountedStore<T> => {
    const known = stores.get(prefix);
    if (isStore<CountedStore<T>>(known)) return known;
    const items = learntItems(connections, schema.parse(learnt(learntPerMinute, now())));
    const bytesOf = (key: string, item: object = {}) =>
      Buffer.byteLength(`${prefix}${key}${JSON.stringify(item)}`) + itemExtraBytes;
    const made: CountedStore<T> = {
      look: async (key) => {
        await awsTakes(takes.table);
        const found = items.look(key);
        usage.tableReads += Math.ceil(bytesOf(key, found) / 4_096);
        return found;
      },
      update: async (key, update) => {
        await awsTakes(takes.table);
        const updated = items.update(key, update);
        usage.tableWrites += Math.ceil(bytesOf(key, updated.found) / 1_024);
        return updated;
      },
    };
    stores.set(prefix, made);
    return made;
  };
}

/** Every kind has one type, so what stands under its prefix is of that. */
const isStore = <Store>(store: unknown): store is Store => store !== undefined;

function countedQueue(usage: Usage, { rest, awsTakes }: Surroundings): Queue {
  const send = async (message: string) => {
    usage.sends += sqsRequests(Buffer.byteLength(message));
    await awsTakes(takes.queue);
  };
  return {
    // Ten results of a batch at the most, which fit into one call unless pages are among them (lib/clients/queue.ts).
    sendAll: async (messages) => {
      await send(messages.join(''));
      return messages.map(() => undefined);
    },
    send,
    bury: async (message) => {
      await send(message);
      return undefined;
    },
    rest: async (receiptHandle, waitMs) => {
      usage.rests += 1;
      await awsTakes(takes.queue);
      rest(receiptHandle, waitMs);
    },
  };
}

const counted = (usage: Usage, manage: Manage): Manage => ({
  companyInfo: (...call) => {
    usage.sentBytes += requestExtraBytes;
    return manage.companyInfo(...call);
  },
  send: (request, ...rest) => {
    const { path, query, body } = request;
    const text = body.kind === 'json' ? body.text : '';
    usage.sentBytes += requestExtraBytes + Buffer.byteLength(`${path}${query}${text}`);
    return manage.send(request, ...rest);
  },
});
