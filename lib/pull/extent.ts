import type { Connection } from '../connection.ts';
import { buildRequest } from '../request.ts';
import { isSuccess, jsonOf } from '../response.ts';
import { type Ending, sendOrder } from '../sending.ts';
import { pageRequest } from './page.ts';
import type { Plan } from './plan.ts';
import type { Shard } from './progress.ts';
import type { Pull, PullParts } from './pull.ts';
import { idOf } from './rows.ts';

export interface Asking {
  readonly parts: PullParts;
  readonly pull: Pull;
  readonly connection: Connection;
}

/** The call has to wait, or cannot be made: the pull ends as it does. */
export interface Unasked {
  readonly ending: Ending;
}

/** How many records the filter lets through; undefined where ConnectWise does not say: 202 collections have no count (§4.10). */
export async function countOf({ parts, pull, connection }: Asking): Promise<number | undefined | Unasked> {
  const { operation, invocation, plan } = pull;
  const path = operation.path.replace(/\/(?:search\/?)?$/, '');
  const counter = parts.catalogue.find(`GET ${path}/count`);
  if (counter?.success.kind !== 'count') return undefined;
  const known = Object.entries({ ...invocation.inputs, conditions: plan.conditions }).filter(
    ([name, value]) => value !== undefined && isFilter(name, counter.inputs),
  );
  const asked = { ...invocation, inputs: Object.fromEntries(known), request: null };
  const built = buildRequest(counter, { ...asked, preflight: 'warn' }, parts.catalogue);
  if (!built.valid || built.split) return undefined;
  const ending = await sendOrder(parts, { ...pull, request: built.request }, connection);
  if (ending.kind === 'unsent' || ending.verdict.action === 'wait') return { ending };
  if (ending.sent.kind !== 'response' || !isSuccess(ending.sent.response)) return undefined;
  const body = jsonOf(ending.sent.response.bytes);
  const count: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'count') : undefined;
  return typeof count === 'number' ? count : undefined;
}

function isFilter(name: string, inputs: readonly { readonly name: string; readonly in: string }[]): boolean {
  const input = inputs.find((it) => it.name === name);
  return input?.in === 'path' || (input !== undefined && /conditions$/i.test(name));
}

/** A collection of fewer pages is walked in one go. */
const shardedFrom = 5;
const maxShards = 60;

/**
 * Divides a collection by its ids, so that several lanes can walk it at once: a few shards a lane, since ids are not spread evenly.
 * The last shard is open to the end: records that come meanwhile have higher ids.
 */
export async function shardsOf(
  asking: Asking,
  count: number | undefined,
): Promise<readonly Shard[] | Unasked> {
  const { plan } = asking.pull;
  const whole: readonly Shard[] = [{ after: 0, until: null, ended: false }];
  if (count === undefined || count <= shardedFrom * plan.pageSize) return whole;
  const [first, last] = await Promise.all([edgeOf(asking, 'asc'), edgeOf(asking, 'desc')]);
  if (typeof first === 'object') return first;
  if (typeof last === 'object') return last;
  if (first === undefined || last === undefined || last <= first) return whole;
  const width = shardWidth(last - first + 1, count, plan.pageSize);
  const shards = Math.ceil((last - first + 1) / width);
  return Array.from({ length: shards }, (_, place) => ({
    after: place === 0 ? 0 : first - 1 + place * width,
    until: place === shards - 1 ? null : first - 1 + (place + 1) * width,
    ended: false,
  }));
}

/**
 * How many ids a shard spans, so that it is full pages: one that is a little longer would cost a call for a few rows. Where ids
 * have gaps, the rows of a shard differ, and some room is left for that.
 */
export function shardWidth(ids: number, count: number, pageSize: number): number {
  const pages = Math.ceil(count / pageSize / maxShards);
  const rows = pages * pageSize * (count < ids ? 0.95 : 1);
  return Math.max(1, Math.floor((rows * ids) / count));
}

/** The lowest or the highest id, by one row. */
async function edgeOf(asking: Asking, direction: 'asc' | 'desc'): Promise<number | undefined | Unasked> {
  const found = await firstRow(asking, 'id', `id ${direction}`);
  if (found === undefined) return undefined;
  if (found.ending.kind === 'unsent' || found.ending.verdict.action === 'wait') return found;
  return idOf(found.row);
}

/** A row, and how asking for it ended. */
export interface FoundRow extends Unasked {
  /** undefined where it was not answered by a list, or by an empty one. */
  readonly row: unknown;
  /** It was answered by a list. */
  readonly isList: boolean;
}

/** The first record in an order; undefined where it cannot be asked for in one call. */
export async function firstRow(
  { parts, pull, connection }: Asking,
  fields: string,
  orderBy: string,
): Promise<FoundRow | undefined> {
  const plan: Plan = { ...pull.plan, inputs: { ...pull.plan.inputs, fields } };
  const whole = { after: 0, until: null };
  const options = { size: 1, orderBy };
  const request = pageRequest({ ...pull, plan, catalogue: parts.catalogue }, 'keyset', whole, options);
  if (!request) return undefined;
  const ending = await sendOrder(parts, { ...pull, request }, connection);
  const isAnswered =
    ending.kind === 'sent' && ending.sent.kind === 'response' && isSuccess(ending.sent.response);
  const rows = isAnswered ? jsonOf(ending.sent.response.bytes) : undefined;
  return { ending, isList: Array.isArray(rows), row: Array.isArray(rows) ? rows[0] : undefined };
}
