import type { Catalogue } from '../../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../../lib/catalogue/operation.ts';
import type { Incremental, Invocation } from '../../../lib/invocation.ts';
import type { Dice } from '../../../simulator/dice.ts';

/** How pages are asked for. `shards`: keyset in several stretches at once. */
export const ways = ['keyset', 'shards', 'forward-only', 'numbers'] as const;
type Way = (typeof ways)[number];

/** What is taken: everything each time, or what changed since the last time, perhaps with what is gone. */
const wishes = ['whole', 'incremental', 'incremental with sweep'] as const;
type Wish = (typeof wishes)[number];

/** What is pulled. Tickets tell when they were changed; companies are marked in place of being deleted. */
const kinds = ['tickets', 'tickets without lastUpdated', 'companies'] as const;
type Kind = (typeof kinds)[number];

/** How much later than writes reads see them, in milliseconds. */
const lagsMs = [0, 5_000, 60_000] as const;

/** What kind of history it is. */
export interface Setting {
  readonly way: Way;
  readonly wish: Wish;
  readonly kind: Kind;
  readonly lagMs: (typeof lagsMs)[number];
  /** What the clock of ConnectWise is ahead of ours. */
  readonly serverAheadMs: number;
  readonly overlapSeconds: number;
  readonly pageSize: number;
  readonly pulls: number;
  /** Workers are frozen in the middle of their work and go on much later, whoever has taken over. */
  readonly isFreezing: boolean;
}

export function settingOf(dice: Dice): Setting {
  const way = dice.pick(ways);
  const wish = way === 'numbers' ? 'whole' : dice.pick(wishes);
  const lagMs = dice.pick(lagsMs);
  return {
    way,
    wish,
    kind: dice.pick(kinds),
    lagMs,
    serverAheadMs: dice.pick([0, 0, -90_000, 45_000, 7_200_000]),
    overlapSeconds: lagMs / 1_000 + dice.pick([1, 1, 60]),
    pageSize: way === 'shards' ? dice.whole(1, 4) : dice.whole(5, 12),
    pulls: dice.whole(2, 6),
    isFreezing: dice.chance(0.5),
  };
}

/** The collection of a kind, and how a row of it is told from what it was before. */
export const collections = {
  tickets: { path: '/service/tickets', operationId: 'getServiceTickets', title: 'summary' },
  'tickets without lastUpdated': {
    path: '/service/tickets',
    operationId: 'getServiceTickets',
    title: 'summary',
  },
  companies: { path: '/company/companies', operationId: 'getCompanyCompanies', title: 'name' },
} as const satisfies Readonly<Record<Kind, object>>;

export function invocationOf(setting: Setting, id: string): Invocation {
  const { way, wish, kind, overlapSeconds, pageSize } = setting;
  const { operationId, title } = collections[kind];
  const incremental: Incremental = {
    checkpoint: 'chaos',
    overlapSeconds,
    ...(wish === 'incremental with sweep' && { deletes: 'sweep', maxDeletedShare: 1 }),
  };
  return {
    version: 1,
    id,
    connection: 'acme',
    operationId,
    inputs: { pageSize, ...(way === 'numbers' && { orderBy: title }) },
    pages: 'all',
    ...(wish !== 'whole' && { incremental }),
  };
}

/** The same document, whose tickets do not tell when they were changed, as 62 types do not (connectwise-api.md §9.1). */
export function withoutStamps(catalogue: Catalogue): Catalogue {
  const bare = (schema: Schema | undefined): Schema | undefined => {
    const { _info: _, ...properties } = schema?.properties ?? {};
    return schema && { ...schema, properties };
  };
  return {
    ...catalogue,
    schema: (name) => (name === 'Ticket' ? bare(catalogue.schema(name)) : catalogue.schema(name)),
  };
}
