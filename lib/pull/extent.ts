import { buildRequest } from '../request.ts';
import { isSuccess, jsonOf } from '../response.ts';
import { sendOrder } from '../sending.ts';
import type { Asking, Unasked } from './asking.ts';
import { type Page, pageRequest } from './page.ts';
import type { Plan } from './plan.ts';
import type { Shard } from './progress.ts';
import { idOf } from './rows.ts';

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

/** What a pull knows of its ids before it is divided: its first page, and the highest id. */
interface Known {
  readonly first?: Page | undefined;
  readonly last?: number | Unasked | undefined;
}

/** All in one go. */
export const whole = (): Shard[] => [{ after: 0, until: null, ended: false }];

/**
 * Divides a collection by its ids, so that several lanes can walk it at once: a few shards a lane, since ids are not spread evenly.
 * The first page, where there is one, is a shard by itself. The last shard is open to the end: records that come meanwhile have
 * higher ids.
 */
export async function shardsOf(
  asking: Asking,
  count: number | undefined,
  { first, last }: Known = {},
): Promise<Shard[] | Unasked> {
  const { pageSize } = asking.pull.plan;
  if (count === undefined || count <= shardedFrom * pageSize) return whole();
  if (first && (first.kind !== 'rows' || first.isEnd || !first.ids)) return whole();
  const [lowest, highest] = await Promise.all([
    first?.ids ? first.ids.last + 1 : edgeOf(asking, 'asc'),
    last ?? edgeOf(asking, 'desc'),
  ]);
  if (typeof lowest === 'object') return lowest;
  if (typeof highest === 'object') return highest;
  if (lowest === undefined || highest === undefined || highest <= lowest) return whole();
  const begun = first?.ids ? [{ after: 0, until: first.ids.last, ended: false }] : [];
  const left = Math.max(1, count - (first?.rows.count ?? 0));
  return [...begun, ...divided(lowest, highest, left, pageSize, begun.length === 0)];
}

/** @param isFirst nothing has been taken yet: what is below the lowest id belongs to the first shard. */
function divided(
  lowest: number,
  highest: number,
  count: number,
  pageSize: number,
  isFirst: boolean,
): Shard[] {
  const ids = highest - lowest + 1;
  const width = shardWidth(ids, count, pageSize);
  const shards = Math.ceil(ids / width);
  return Array.from({ length: shards }, (_, place) => ({
    after: place === 0 && isFirst ? 0 : lowest - 1 + place * width,
    until: place === shards - 1 ? null : lowest - 1 + (place + 1) * width,
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
export async function edgeOf(
  asking: Asking,
  direction: 'asc' | 'desc',
): Promise<number | undefined | Unasked> {
  const found = await firstRow(asking, 'id', `id ${direction}`);
  if (found === undefined) return undefined;
  if (found.ending.kind === 'unsent' || found.ending.verdict.action === 'wait') return found;
  return idOf(found.row);
}

/** A row, and how asking for it ended. */
interface FoundRow extends Unasked {
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
