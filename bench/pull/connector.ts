import { loadCatalogue } from '../../lib/catalogue/loading.ts';
import { createManage } from '../../lib/clients/manage.ts';
import type { Connection } from '../../lib/connection.ts';
import { createEngine } from '../../lib/engine.ts';
import { print } from '../../lib/printing.ts';
import type { Result } from '../../lib/result.ts';
import { createSites } from '../../lib/site.ts';
import { keptInMemory, ungoverned } from '../../test/memory-store.ts';
import { measure } from './measuring.ts';

/** What a door makes of a page: the text of its result. @throws where that is shorter than its rows. */
async function emit(result: Result): Promise<void> {
  const { length } = print(result).text();
  if (length < 1_000 * (result.page?.rows ?? 0)) throw new Error(`A page of ${length} characters is none.`);
}

/** The engine as the queue function builds it, but for what it keeps (in memory) and what becomes of its pages. */
export function measurePull(output: { readonly output?: 'objects' }): void {
  const now = Date.now;
  const manage = createManage({ maxResponseBytes: 64 * 1_048_576, now });
  const catalogue = loadCatalogue(process.argv[4] ?? '');
  let id = 0;
  measure(async (origin, isOnePage) => {
    const connection: Connection = {
      name: 'acme',
      company: 'acme',
      siteUrl: origin,
      username: 'acme+key',
      password: 'private',
      clientId: 'bench',
    };
    const found = { found: true, connection } as const;
    const kept = keptInMemory(now);
    const engine = createEngine({
      ...kept,
      exports: { ...kept.exports, files: { bucket: 'nowhere', putFile: async () => {} } },
      catalogue,
      connections: { find: async () => found, renew: async () => found },
      sites: createSites({
        companyInfo: manage.companyInfo,
        allowedHosts: [origin],
        now,
        maxAgeMs: 3_600_000,
      }),
      send: manage.send,
      now,
      sleep: async () => {},
      governor: ungoverned,
      random: Math.random,
      attemptTimeoutMs: 45_000,
    });
    const pages = isOnePage ? 1 : 'all';
    const invocation = {
      version: 1,
      connection: 'acme',
      operationId: 'getServiceTickets',
      pages,
      ...output,
    } as const;
    const terms = { deadlineMs: now() + 900_000, delivery: 'bench', canWait: true, tracked: false };
    const turn = { lane: 'bulk' } as const;
    id += 1;
    const { result } = await engine.execute(String(id), invocation, { ...terms, turn, emit });
    if (!isOnePage && result.certificate?.complete !== true)
      throw new Error(`The pull is not complete: ${JSON.stringify(result)}`);
    return result.certificate?.rows ?? 0;
  });
}
