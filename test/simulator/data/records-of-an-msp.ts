import { compile } from '../../../lib/catalogue/compilation.ts';
import { createCatalogue } from '../../../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../../../lib/catalogue/published-types.ts';
import { createMsp } from '../../../simulator/data/msp.ts';
import type { JsonRecord } from '../../../simulator/json.ts';
import type { Makings } from '../../../simulator/makings.ts';
import { type Collection, createStore, type Store } from '../../../simulator/store.ts';

const { files } = compile(readPublishedTypes());
export const catalogue = createCatalogue((name) => files.get(name) ?? '');

/** The collections whose records are looked at, and what their records are. */
export const entities: Readonly<Record<string, string>> = {
  'company/companies': 'Company',
  'company/companies/3/sites': 'CompanySite',
  'company/configurations': 'Company.Configuration',
  'company/contacts': 'Contact',
  'finance/agreements': 'Agreement',
  'finance/invoices': 'Invoice',
  'project/projects': 'Project',
  'project/projects/2/phases': 'ProjectPhase',
  'project/tickets': 'ProjectTicket',
  'service/boards': 'Board',
  'service/boards/2/statuses': 'BoardStatus',
  'service/tickets': 'Ticket',
  'service/tickets/7/notes': 'ServiceNote',
  'system/members': 'Member',
  'time/entries': 'TimeEntry',
};

export interface Records {
  readonly makings: Makings;
  readonly store: Store;
  at(path: string, entity?: string): Collection;
  /** Every so many records of a collection. */
  some(path: string, count: number): JsonRecord[];
}

export function createRecords(tickets: number, seed = 1): Records {
  const makings: Makings = {
    catalogue,
    seed,
    rows: 40,
    href: () => undefined,
    msp: createMsp(seed, tickets),
  };
  const store = createStore(makings);
  const at = (path: string, entity = entities[path] ?? ''): Collection =>
    store.collection(path, { $ref: entity });
  return {
    makings,
    store,
    at,
    some: (path, count) => {
      const ids = at(path).ids();
      const step = Math.max(1, Math.floor(ids.length / count));
      return ids.filter((_, index) => index % step === 0).map((id) => at(path).get(id) ?? {});
    },
  };
}
