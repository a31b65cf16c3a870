import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Connection, Connections, FoundConnection } from '../lib/connection.ts';
import { createEngine, type Terms } from '../lib/engine.ts';
import type { Governor } from '../lib/governor.ts';
import type { Invocation } from '../lib/invocation.ts';
import { createJournal, type Entry } from '../lib/journal.ts';
import type { Lock } from '../lib/lock.ts';
import type { Outcome } from '../lib/outcome.ts';
import type { Checkpoint } from '../lib/pull/checkpoint.ts';
import type { Progress } from '../lib/pull/progress.ts';
import type { ManageRequest } from '../lib/request.ts';
import type { Sent } from '../lib/response.ts';
import type { FoundSite, Sites } from '../lib/site.ts';
import {
  createMemoryExports,
  createMemoryObjects,
  createMemoryStore,
  type Mishap,
  ungoverned,
} from './memory-store.ts';
import { smallCatalogue } from './small-catalogue.ts';

export const acme: Connection = {
  name: 'acme',
  company: 'acme',
  siteUrl: 'na.myconnectwise.net',
  username: 'acme+AbCdEf',
  password: 'private-key',
  clientId: '5cf0a2b9',
};

export const siteOf = (codebase: string): FoundSite => ({
  found: true,
  site: { baseUrl: `https://api-na.myconnectwise.net/${codebase}/apis/3.0`, cloud: true },
});

/** One call that went out. */
interface Exchange {
  readonly request: ManageRequest;
  readonly baseUrl: string;
  readonly password: string;
  readonly budgetMs: number;
  /** What the journal said of the invocation at that moment. */
  readonly entry: Entry['state'] | undefined;
}

/** What the world answers, in turn; the last one is repeated. A number is time that passes before the next one. */
export interface Script {
  /** Or what is answered to each request, where their order is not the point. */
  readonly sent?: readonly (Sent | number)[] | ((request: ManageRequest) => Sent | Promise<Sent>);
  readonly connections?: readonly FoundConnection[];
  readonly sites?: readonly (FoundSite | number)[];
  /** What happens to the journal's calls of its store. */
  readonly mishaps?: readonly Mishap[];
  /** Absent: every call may go. */
  readonly governor?: Governor;
  /** Absent: the small one. */
  readonly catalogue?: Catalogue;
}

/** Gives the items of a script in turn, and the last one for ever; numbers move the clock. */
function inTurn<T>(items: readonly (T | number)[], advance: (ms: number) => void): () => T {
  let index = 0;
  return () => {
    for (; index < items.length; index++) {
      const item = items[index];
      if (typeof item === 'number') advance(item);
      else if (item !== undefined) {
        if (index < items.length - 1) index += 1;
        return item;
      }
    }
    throw new Error('The script is empty.');
  };
}

/** An engine whose world is a script, whose clock stands still but for what the script says, and which is watched. */
export function observedEngine(script: Script) {
  const seen = {
    nowMs: 0,
    exchanges: [] as Exchange[],
    sleeps: [] as number[],
    renewedSecrets: 0,
    renewedSites: 0,
    siteBudgets: [] as number[],
    troubles: [] as string[],
  };
  const advance = (ms: number) => {
    seen.nowMs += ms;
  };
  const { sent = [], catalogue = smallCatalogue } = script;
  const nextSent = typeof sent === 'function' ? sent : inTurn(sent, advance);
  const nextConnection = inTurn(script.connections ?? [{ found: true, connection: acme }], advance);
  const nextSite = inTurn(script.sites ?? [siteOf('v2026_1')], advance);

  let site: FoundSite | undefined;
  const askSite = async (_: Connection, budgetMs: number): Promise<FoundSite> => {
    seen.siteBudgets.push(budgetMs);
    const answered = nextSite();
    if (answered.found) site = answered;
    return answered;
  };
  const sites: Sites = {
    find: async (connection, budgetMs) => site ?? askSite(connection, budgetMs),
    renew: (connection, budgetMs) => {
      seen.renewedSites += 1;
      return askSite(connection, budgetMs);
    },
  };
  const connections: Connections = {
    find: async () => nextConnection(),
    renew: async () => {
      seen.renewedSecrets += 1;
      return nextConnection();
    },
  };
  const memory = createMemoryStore<Entry>([...(script.mishaps ?? [])]);
  const sleep = async (waitMs: number) => {
    seen.sleeps.push(waitMs);
    advance(waitMs);
  };
  let pages = 0;
  const journal = createJournal({
    store: memory.store,
    now: () => seen.nowMs,
    sleep,
    newId: () => `worker-${++pages}`,
    trouble: (event) => seen.troubles.push(event),
  });
  const engine = createEngine({
    catalogue,
    journal,
    compact: async (it) => it,
    pulls: createMemoryStore<Progress>().store,
    exports: createMemoryExports(),
    checkpoints: createMemoryStore<Checkpoint>().store,
    locks: createMemoryStore<Lock>().store,
    snapshots: createMemoryObjects(),
    connections,
    sites,
    send: async (request, { baseUrl }, { password }, budgetMs) => {
      const entry = memory.items.get('acme/id-1')?.value.state;
      seen.exchanges.push({ request, baseUrl, password, budgetMs, entry });
      return nextSent(request);
    },
    now: () => seen.nowMs,
    sleep,
    governor: script.governor ?? ungoverned,
    random: () => 1,
    attemptTimeoutMs: 20_000,
  });
  const execute = (
    invocation: Partial<Invocation>,
    deadlineMs = 60_000,
    terms: Partial<Terms> = {},
  ): Promise<Outcome> =>
    engine.execute(
      invocation.id ?? 'id-1',
      { version: 1, connection: 'acme', operationId: 'getServiceTickets', ...invocation },
      { deadlineMs, delivery: 'message-1', turn: { lane: 'bulk' }, canWait: true, tracked: false, ...terms },
    );
  return { engine, execute, seen, memory, advance };
}

/** Runs one invocation in a scripted world. */
export async function runScript(script: Script, invocation: Partial<Invocation> = {}, deadlineMs?: number) {
  const { execute, seen } = observedEngine(script);
  const outcome = await execute(invocation, deadlineMs);
  return { outcome, seen, result: outcome.result };
}
