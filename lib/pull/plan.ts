import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import { parseConditions } from '../conditions/parsing.ts';
import type { Invocation } from '../invocation.ts';
import { isSearch } from '../preflight/query.ts';
import { resolved } from '../preflight/walk.ts';

/**
 * How the pages of a collection are asked for.
 * - `keyset`: records after the last id, in the order of ids. Records may come and go meanwhile: none that stays is missed.
 * - `forward-only`: the same, by ConnectWise's own means (connectwise-api.md §4.8).
 * - `numbers`: by page number, in the caller's order or where there is no id. Records shift when others come or go.
 */
export type Way = 'keyset' | 'forward-only' | 'numbers';

export interface Plan {
  readonly way: Way;
  readonly pageSize: number;
  /** The caller's own filter, which every page keeps. */
  readonly conditions: string | undefined;
  /** What every page's request has besides the filter and the place. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Its records tell when they were changed (connectwise-api.md §9.1). */
  readonly isStamped: boolean;
  /** Its records are not deleted but marked (§9.2). */
  readonly isMarked: boolean;
}

/** ConnectWise gives no more in one page, whatever it is asked for (connectwise-api.md §4.1, §4.2). */
export const largestPage = 1_000;

/** Decides how a collection is read, or says why it cannot be. The two searches carry their filter in the request (§3.6). */
export function planOf(
  operation: Operation,
  { inputs, request, pages, incremental }: Pick<Invocation, 'inputs' | 'request' | 'pages' | 'incremental'>,
  { schema }: Pick<Catalogue, 'schema'>,
): Plan | { readonly problem: string } {
  if (operation.success.kind !== 'list' || !(operation.method === 'GET' || isSearch(operation)))
    return {
      problem: `'pages' is for operations that answer a list, and ${operation.operationId} does not.`,
    };
  const { conditions, orderBy, page, pageId, pageSize, ...rest } = {
    ...inputs,
    ...(isSearch(operation) && searchMembers(request)),
  };
  if (incremental && pages !== 'all')
    return { problem: `'incremental' takes all pages: give "pages": "all".` };
  if (page !== undefined || pageId !== undefined)
    return { problem: `With 'pages', the connector counts the pages itself: take 'page' and 'pageId' away.` };
  const filter = typeof conditions === 'string' && conditions.trim() !== '' ? conditions : undefined;
  // In parentheses beside a condition of ours, a filter that is none could let in more than it asks for.
  if (filter !== undefined && !parseConditions(filter).valid)
    return { problem: `'conditions' cannot be read, so no page can be asked for by it.` };
  const size = Math.min(largestPage, Math.max(1, Number(pageSize ?? largestPage)));
  const item = resolved(operation.success.schema?.items ?? {}, { schemaOf: schema });
  const isById = item.properties?.['id'] !== undefined && isIdOrder(orderBy);
  if (incremental && !isById)
    return {
      problem: `'incremental' goes by the order of ids: take 'orderBy' away, or pull a list whose records have an id.`,
    };
  const kept = { ...rest, ...(!isById && orderBy !== undefined && { orderBy }) };
  return {
    way: isById ? 'keyset' : 'numbers',
    pageSize: Number.isInteger(size) ? size : largestPage,
    conditions: filter,
    inputs: isById ? withMember(kept, 'id') : kept,
    isStamped: item.properties?.['_info'] !== undefined,
    isMarked: item.properties?.['deletedFlag'] !== undefined,
  };
}

const isIdOrder = (orderBy: unknown) =>
  orderBy === undefined || (typeof orderBy === 'string' && /^\s*id(?:\s+asc)?\s*$|^\s*$/i.test(orderBy));

/**
 * Asks for a member that the connector reads, where the caller names others only: the next page begins after the last id, and
 * an increment goes by lastUpdated.
 */
export function withMember(
  inputs: Readonly<Record<string, unknown>>,
  member: 'id' | '_info/lastUpdated',
): Readonly<Record<string, unknown>> {
  const { fields } = inputs;
  if (typeof fields !== 'string') return inputs;
  const isAsked = (name: string) => `${member.toLowerCase()}/`.startsWith(`${name.trim().toLowerCase()}/`);
  return fields.split(',').some(isAsked) ? inputs : { ...inputs, fields: `${member},${fields}` };
}

/** The document writes two of the members in lower case (connectwise-api.md §3.6). */
function searchMembers(request: unknown): Readonly<Record<string, unknown>> {
  if (typeof request !== 'object' || request === null) return {};
  const members = Object.entries(request).filter(([name]) => /^(?:conditions|orderBy)$/i.test(name));
  return Object.fromEntries(
    members.map(([name, value]) => [/^orderby$/i.test(name) ? 'orderBy' : 'conditions', value]),
  );
}
