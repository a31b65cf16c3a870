import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { checkClaim } from '../../lib/claim.ts';
import { createManage } from '../../lib/clients/manage.ts';
import type { Connection } from '../../lib/connection.ts';
import { createEngine } from '../../lib/engine.ts';
import { JsonText } from '../../lib/json-text.ts';
import type { Result } from '../../lib/result.ts';
import { createSites } from '../../lib/site.ts';
import { keptInMemory, ungoverned } from '../../test/memory-store.ts';
import { account } from '../outside/account.ts';
import { measure } from './measuring.ts';

const nowhere = { bucket: 'nowhere', put: async () => {} };

/** What the queue function makes of a page: most are too long for a message, and are left in S3. */
export async function emit(result: Result): Promise<void> {
  const { text } = await checkClaim(result, 1_000_000, nowhere);
  if (result.response instanceof JsonText) result.response.release();
  if (text.length === 0) throw new Error('A page has no result.');
}

export function measurePull(output: { readonly output?: 'objects' }): void {
  let run: ReturnType<typeof openConnector> | undefined;
  measure(async (origin, isOnePage) => {
    // One for both: a new one would open its connections again, and ask again where the API is.
    run ??= openConnector(origin, process.argv[4] ?? '');
    const pages = isOnePage ? 1 : 'all';
    const result = await run({ pages, ...output }, emit);
    if (!isOnePage && result.certificate?.complete !== true)
      throw new Error(`The pull is not complete: ${JSON.stringify(result)}`);
    return result.certificate?.rows ?? 0;
  });
}

let id = 0;

/** The engine as the queue function builds it, but for what it keeps, in memory. @returns what executes a list of tickets. */
export function openConnector(origin: string, catalogueFolder: string) {
  const now = Date.now;
  const manage = createManage({ maxResponseBytes: 64 * 1_048_576, now });
  const connection: Connection = {
    name: 'acme',
    company: 'acme',
    siteUrl: origin,
    ...account,
  };
  const found = { found: true, connection } as const;
  const kept = keptInMemory(now);
  const sites = { companyInfo: manage.companyInfo, allowedHosts: [origin], now, maxAgeMs: 3_600_000 };
  const engine = createEngine({
    ...kept,
    exports: { ...kept.exports, files: { bucket: 'nowhere', putFile: async () => {} } },
    catalogue: loadCatalogue(catalogueFolder),
    connections: { find: async () => found, renew: async () => found },
    sites: createSites(sites),
    send: manage.send,
    now,
    sleep: async () => {},
    governor: ungoverned,
    random: Math.random,
    attemptTimeoutMs: 45_000,
  });
  return async (
    members: {
      readonly pages?: 'all' | number;
      readonly output?: 'objects';
      readonly inputs?: Record<string, unknown>;
    },
    emit: (result: Result) => Promise<void>,
  ): Promise<Result> => {
    const asked = { version: 1, connection: 'acme', operationId: 'getServiceTickets' } as const;
    const terms = { deadlineMs: now() + 900_000, delivery: 'bench', canWait: true, tracked: false, emit };
    id += 1;
    const outcome = await engine.execute(
      String(id),
      { ...asked, ...members },
      { ...terms, turn: { lane: 'bulk' } },
    );
    return outcome.result;
  };
}
