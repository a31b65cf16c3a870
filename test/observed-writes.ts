import type { Invocation } from '../lib/invocation.ts';
import type { Sent } from '../lib/response.ts';
import { sentBack } from './answers.ts';
import { observedEngine, type Script } from './observed-engine.ts';

export const create = { operationId: 'postServiceTickets', request: { summary: 'x' } };
export const keyed = { operationId: 'postServiceTickets', request: { summary: 'x', externalXRef: 'erp-42' } };
export const patch = {
  operationId: 'patchServiceTicketsById',
  inputs: { id: 42 },
  request: [{ op: 'replace', path: 'summary', value: 'new' }],
};
export const replace = {
  operationId: 'putServiceTicketsById',
  inputs: { id: 42 },
  request: { summary: 'new' },
};
export const remove = { operationId: 'deleteServiceTicketsById', inputs: { id: 42 } };

export const created = sentBack(201, { id: 7 });
export const cut: Sent = { kind: 'incomplete', code: 'ECONNRESET' };
export const timedOut: Sent = { kind: 'timed_out', afterMs: 20_000 };
export const failed = sentBack(500, { code: 'ConnectWiseApi', message: 'Broken.' });

export const minutes = (count: number) => count * 60_000;
export const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
/** A ticket as it is read back: entered and changed at these times on the clock that begins at 0. */
export const ticket = (fields: object, changedMs: number, enteredMs = changedMs) => ({
  id: 42,
  ...fields,
  _info: { lastUpdated: timeOf(changedMs), dateEntered: timeOf(enteredMs) },
});
export const found = (...records: object[]) => sentBack(200, records);

/** Begins an hour after the epoch, so that times before it can be written. */
export function begin(script: Script) {
  const world = observedEngine(script);
  world.advance(minutes(60));
  const execute = (invocation: Partial<Invocation>, terms: { delivery?: string; canWait?: boolean } = {}) =>
    world.execute(invocation, world.seen.nowMs + 60_000, terms);
  const methods = () => world.seen.exchanges.map(({ request }) => request.method);
  return { ...world, execute, methods };
}

/** What the journal writes for an invocation: taken from an entry that it wrote. */
export async function digestFor(invocation: Partial<Invocation>): Promise<string> {
  const { execute, memory } = begin({ sent: [created] });
  await execute(invocation);
  return memory.items.get('acme/id-1')?.value.digest ?? '';
}
