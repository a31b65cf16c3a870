import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { createManage } from '../../lib/clients/manage.ts';
import type { Connection } from '../../lib/connection.ts';
import { createEngine } from '../../lib/engine.ts';
import type { SendingParts } from '../../lib/sending.ts';
import type { Simulator } from '../../simulator/server.ts';
import { keptInMemory, ungoverned } from '../memory-store.ts';

/** What sends to a simulator for real, with a clock that stands still. */
export function sendingTo(simulator: Simulator): SendingParts & { readonly connection: Connection } {
  const now = () => 0;
  const connection: Connection = {
    name: 'acme',
    company: 'acme',
    siteUrl: simulator.url,
    ...simulator.credentials,
  };
  const site = { baseUrl: `${simulator.url}/v2026_1/apis/3.0`, cloud: true };
  const found = { found: true, connection } as const;
  const foundSite = { found: true, site } as const;
  const { send } = createManage({ maxResponseBytes: 64 * 1_048_576, now });
  return {
    connection,
    connections: { find: async () => found, renew: async () => found },
    sites: { find: async () => foundSite, renew: async () => foundSite },
    send,
    now,
    sleep: async () => {},
    governor: ungoverned,
    random: () => 0,
    attemptTimeoutMs: 20_000,
  };
}

/** Executes an invocation against a simulator; gives its result. */
export function readerOf(simulator: Simulator, catalogue: Catalogue) {
  const sending = sendingTo(simulator);
  const engine = createEngine({ ...sending, ...keptInMemory(sending.now), catalogue });
  return async (
    operationId: string,
    inputs: object,
    more: { readonly preflight?: 'only' | 'warn' | 'strict' } = {},
  ) => {
    const invocation = {
      version: 1,
      connection: 'acme',
      operationId,
      inputs: { ...inputs },
      ...more,
    } as const;
    const { result } = await engine.execute('id-1', invocation, {
      deadlineMs: 60_000,
      delivery: 'message-1',
      turn: { lane: 'bulk' },
      canWait: true,
      tracked: false,
    });
    return result;
  };
}
