import { type CountedItems, createCountedItems } from '../../cli/counted-items.ts';
import type { Outside } from '../../functions/services.ts';
import type { Settings } from '../../functions/settings.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Manage } from '../../lib/clients/manage.ts';
import type { Queue } from '../../lib/clients/queue.ts';
import type { Kind } from '../../lib/clients/table.ts';
import type { CountedStore } from '../../lib/counted-store.ts';
import type { VersionedStore } from '../../lib/versioned-store.ts';
import { createMemoryObjects, createMemoryStore } from '../../test/memory-store.ts';
import { account } from './account.ts';
import { learnt } from './learnt.ts';

/** The settings of services whose outside is handed in: nothing of them is reached. */
export const settings: Settings = {
  claimsBucket: 'claims',
  connectionPrefix: 'bench/',
  stateTable: 'state',
  allowedHosts: [],
  maxCallsPerMinute: undefined,
  grantingClaim: undefined,
  connectionPathsOnly: false,
  invocationQueueUrl: 'https://queue/invocations',
  resultQueueUrl: undefined,
  deadLetterQueueUrl: undefined,
  catalogueFolder: '',
};

/** Takes messages and drops them. */
export const nowhere: Queue = {
  sendAll: async (messages) => messages.map(() => undefined),
  send: async () => {},
  bury: async () => undefined,
  rest: async () => {},
};

/** A table in memory where the governor has learnt a limit for each of these connections. Counts its calls, by kind. */
export function tablesOf(
  connections: readonly string[],
  perMinute: number,
  nowMs: number,
  counts: Record<string, number> = {},
): Pick<Outside, 'tableOf' | 'countersOf'> {
  const count = (prefix: string, what: string) => {
    const name = `${prefix.replace('/', '')}: ${what}`;
    counts[name] = (counts[name] ?? 0) + 1;
  };
  return {
    tableOf: <T>({ prefix }: Kind<T>): VersionedStore<T> => {
      const { store } = createMemoryStore<T>();
      return {
        read: (key) => {
          count(prefix, 'read');
          return store.read(key);
        },
        write: (key, value, expected) => {
          count(prefix, 'write');
          return store.write(key, value, expected);
        },
      };
    },
    countersOf: <T>({ prefix, schema }: Kind<T>): CountedStore<T> => {
      const items = learntItems(connections, schema.parse(learnt(perMinute, nowMs)));
      return {
        look: async (key) => {
          count(prefix, 'read');
          return items.look(key);
        },
        update: async (key, update) => {
          count(prefix, 'write');
          return items.update(key, update);
        },
      };
    },
  };
}

/** Items that hold this of each connection. */
export function learntItems<T>(connections: readonly string[], value: T): CountedItems<T> {
  const items = createCountedItems<T>();
  for (const name of connections) items.update(name, { add: {}, write: { value, expected: undefined } });
  return items;
}

/** A ConnectWise that answers any call with this, after a wait. */
export function manageOf(body: object, answerAfter: () => Promise<void>): Manage {
  const bytes = Buffer.from(JSON.stringify(body));
  const answer = (status: number, text: Buffer) =>
    ({ kind: 'response', response: { status, headers: new Headers(), bytes: text } }) as const;
  return {
    companyInfo: async () => answer(200, Buffer.from('{"Codebase":"v2026_1/","IsCloud":true}')),
    send: async ({ writes }) => {
      await answerAfter();
      return answer(writes ? 201 : 200, bytes);
    },
  };
}

/** All of the outside in memory, but for its time. */
export function inMemory(
  catalogue: Catalogue,
  parts: Pick<Outside, 'now' | 'sleep' | 'manage' | 'tableOf' | 'countersOf'>,
): Outside {
  const secret = { siteUrl: 'api-na.myconnectwise.net', ...account };
  return {
    ...parts,
    catalogue,
    readSecret: async () => ({ found: true, text: JSON.stringify(secret) }),
    invocations: nowhere,
    results: nowhere,
    deadLetters: nowhere,
    claims: { ...createMemoryObjects(), bucket: 'claims', putFile: async () => {}, link: async () => '' },
    random: Math.random,
  };
}
