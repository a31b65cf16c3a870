import type { Invocation } from '../../lib/invocation.ts';
import type { ManageRequest } from '../../lib/request.ts';
import type { Sent } from '../../lib/response.ts';
import { createDice } from '../../simulator/dice.ts';
import { createSource } from './source.ts';
import { calm, catalogueOf, createWorld } from './world.ts';

/** What a request asks for. */
export type Asked = Pick<ManageRequest, 'path' | 'query'>;

interface Options {
  readonly isStamped?: boolean;
  readonly isMarked?: boolean;
  readonly records?: number;
  /** What is answered in place of the source; undefined: what the source answers. */
  readonly answer?: (request: Asked) => Sent | Promise<Sent> | undefined;
}

/** A source of so many records, and what pulls them in peace. */
export function start({ isStamped = true, isMarked = false, records = 10, answer }: Options = {}) {
  const options = { maxLagMs: 0, skewMs: 0, isStamped, isMarked, dice: createDice(1, 'source') };
  const source = createSource(options);
  const asked = {
    ...source,
    answer: (request: Asked) => answer?.(request) ?? source.answer(request),
  };
  const world = createWorld(asked, catalogueOf(isStamped, isMarked), createDice(1), { now: calm });
  for (let record = 0; record < records; record++) source.add();
  let pulls = 0;
  const pull = async (incremental: object = {}, more: Partial<Invocation> = {}) => {
    const from = world.arrivals.length;
    pulls += 1;
    const result = await world.pull(`pull-${pulls}`, pulls, invocationOf(incremental, more));
    const arrived = world.arrivals.slice(from).map((it) => it.result);
    const pages = arrived.filter(({ page }) => page);
    const rows = pages.flatMap(({ response }) => (Array.isArray(response) ? response : []));
    return { result, pages, rows, claim: result?.certificate?.incremental };
  };
  return { source, world, pull };
}

export function invocationOf(incremental: object = {}, more: Partial<Invocation> = {}): Invocation {
  return {
    version: 1,
    connection: 'acme',
    operationId: 'getServiceTickets',
    inputs: { pageSize: 4 },
    pages: 'all',
    incremental: { checkpoint: 'tickets', ...incremental },
    ...more,
  };
}
