import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import type { Invocation } from '../invocation.ts';
import { isSearch } from '../preflight/query.ts';
import { buildRequest, type ManageRequest } from '../request.ts';
import { isSuccess, type ManageResponse } from '../response.ts';
import type { Ending } from '../sending.ts';
import type { Plan, Way } from './plan.ts';
import { type Rows, readRows, rowsOf } from './rows.ts';

/** A stretch of a collection: ids above `after` and up to `until`; for `numbers`, the pages after page `after`. */
export interface Stretch {
  readonly after: number;
  /** null: to the end, wherever that is by then. */
  readonly until: number | null;
}

/** What one page brought. */
export type Page =
  | {
      readonly kind: 'rows';
      readonly rows: Rows;
      /** Of the first and the last row; absent where there is none, or rows have no id. */
      readonly ids: { readonly first: number; readonly last: number } | undefined;
      /** Nothing comes after it in its stretch. */
      readonly isEnd: boolean;
    }
  /** It was not answered by rows: how sending ended. */
  | { readonly kind: 'ended'; readonly ending: Ending }
  /** It was answered by what cannot be a page of that stretch. Going on would lose records, or never end. */
  | { readonly kind: 'broken'; readonly why: string };

interface PageRequestParts {
  readonly operation: Operation;
  readonly invocation: Invocation;
  readonly plan: Plan;
  readonly catalogue: Catalogue;
}

interface PageOptions {
  /** How many records, where not the plan's. */
  readonly size?: number;
  /** By what to sort, where not in the order of ids. */
  readonly orderBy?: string;
}

/** The request of one page; undefined where the filter is too long to be asked in one. */
export function pageRequest(
  { operation, invocation, plan, catalogue }: PageRequestParts,
  way: Way,
  stretch: Stretch,
  { size = plan.pageSize, orderBy = 'id asc' }: PageOptions = {},
): ManageRequest | undefined {
  const bounds = way === 'keyset' ? boundsOf(stretch) : [];
  const own = bounds.length > 0 && plan.conditions !== undefined ? `(${plan.conditions})` : plan.conditions;
  const conditions = own === undefined ? bounds : [own, ...bounds];
  const filter = {
    ...(conditions.length > 0 && { conditions: conditions.join(' and ') }),
    ...(way === 'keyset' && { orderBy }),
  };
  const place = {
    pageSize: size,
    ...(way === 'numbers' && { page: stretch.after + 1 }),
    ...(way === 'forward-only' && { pageId: stretch.after }),
  };
  const given = isSearch(operation)
    ? { inputs: { ...place, ...searchInputs(plan) }, request: { ...objectOf(invocation.request), ...filter } }
    : { inputs: { ...plan.inputs, ...filter, ...place } };
  const { request: _, inputs: __, ...rest } = invocation;
  const built = buildRequest(operation, { ...rest, ...given, preflight: 'warn' }, catalogue);
  // Preflight has let the invocation pass, and what is added here is valid by itself.
  if (!built.valid) throw new Error(`The request of a page cannot be built: ${built.failure.message}`);
  if (built.split) return undefined;
  return { ...built.request, isPage: true, ...(way === 'forward-only' && { forwardOnly: true }) };
}

function boundsOf({ after, until }: Stretch): readonly string[] {
  return [...(after > 0 ? [`id > ${after}`] : []), ...(until === null ? [] : [`id <= ${until}`])];
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function searchInputs({ inputs }: Plan): Readonly<Record<string, unknown>> {
  const { orderBy: _, ...rest } = inputs;
  return rest;
}

/** Reads what came of asking for a page. */
export function readPage(ending: Ending, way: Way, stretch: Stretch, size: number): Page {
  if (ending.kind !== 'sent' || ending.sent.kind !== 'response' || !isSuccess(ending.sent.response))
    return { kind: 'ended', ending };
  const { response } = ending.sent;
  const read = readRows(response);
  const rows = read && way === 'forward-only' ? within(read, stretch) : read;
  if (!read || !rows) return { kind: 'broken', why: 'ConnectWise answered a list with something else.' };
  const isPast = rows.count < read.count;
  const isEnd = rows.count === 0 || isPast || (rows.count < size && !hasNext(response));
  if (way === 'numbers') return { kind: 'rows', rows, ids: undefined, isEnd };
  const { ids } = rows;
  const wrong = ids.findIndex((id, place) => id === undefined || id <= (ids[place - 1] ?? stretch.after));
  if (wrong >= 0 || (ids.at(-1) ?? 0) > (stretch.until ?? Number.POSITIVE_INFINITY)) {
    const why = `ConnectWise did not keep to the order of ids: after ${stretch.after} came ${ids[Math.max(0, wrong)]}.`;
    return { kind: 'broken', why };
  }
  const [first] = ids;
  const last = ids.at(-1);
  const isAtBound = last !== undefined && last === stretch.until;
  return {
    kind: 'rows',
    rows,
    ids: first !== undefined && last !== undefined ? { first, last } : undefined,
    isEnd: isEnd || isAtBound,
  };
}

/** ConnectWise's own walk takes no bound: what a page that is taken again has behind its own belongs to the next one. */
function within(rows: Rows, { until }: Stretch): Rows {
  const past = until === null ? -1 : rows.ids.findIndex((id) => id !== undefined && id > until);
  return past < 0 ? rows : rowsOf(rows.parsed().slice(0, past));
}

/** The id after which ConnectWise's own walk goes on, which it names in the head of a page (§4.8); undefined where it names none. */
export function namedNext(headers: ManageResponse['headers']): number | undefined {
  const named = /[?&]pageId=(\d{1,15})(?:&[^>]*)?>\s*;\s*rel="?next"?/i.exec(headers.get('link') ?? '')?.[1];
  return named === undefined ? undefined : Number(named);
}

/** A page may be short because of what its reader may not see; only where no next one is named either, it is the last (§4.4). */
const hasNext = (response: ManageResponse) => /rel="?next"?/i.test(response.headers.get('link') ?? '');
