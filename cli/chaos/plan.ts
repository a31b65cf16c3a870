import type { ManageRequest } from '../../lib/request.ts';
import { createDice, type Dice } from '../../simulator/dice.ts';

/** How it can be found out what became of a write: by reading its record, by a list, or not at all. */
type LookUp = 'record' | 'list' | 'none';

/** Something that a caller wants done, and how the harness knows it again. */
export interface Plan {
  /** Stands in the body or the path of its request, and in no other's. */
  readonly tag: string;
  /** The caller's id; absent: the message's own. */
  readonly id: string | undefined;
  readonly connection: string;
  readonly body: string;
  readonly kind: string;
  /** undefined: it reads, or it is no invocation at all. */
  readonly lookUp: LookUp | undefined;
  /** The path of the record that it changes. */
  readonly record?: string;
}

/** What one kind of plan asks for. `number` is one that no other plan of the seed has, from 1. */
interface Kind {
  readonly name: string;
  readonly lookUp: LookUp | undefined;
  readonly ask: (tag: string, number: number) => object;
  readonly record?: (number: number) => string;
}

const ticket = (number: number) => `/service/tickets/${number}`;
const create = (request: object) => ({ operationId: 'postServiceTickets', request });
const newTicket = (summary: string) => ({ summary, company: { id: 1 } });
const confirm = (tag: string, unique: boolean) => ({
  operationId: 'getServiceTickets',
  inputs: { conditions: `summary = "${tag}"` },
  unique,
});
const patch = (op: string, value: string, id: number) => ({
  operationId: 'patchServiceTicketsById',
  inputs: { id },
  request: [{ op, path: 'summary', value }],
});

/** More than the journal keeps in one item, so that the result is left in S3. */
const largeText = 'A line of a note that is longer than the journal likes.\n'.repeat(2_500);

const writing: readonly [Kind, ...Kind[]] = [
  { name: 'create', lookUp: 'none', ask: (tag) => create(newTicket(tag)) },
  {
    name: 'create with a natural key',
    lookUp: 'list',
    ask: (tag) => create({ ...newTicket(tag), externalXRef: `key ${tag}` }),
  },
  {
    name: 'create with confirm',
    lookUp: 'list',
    ask: (tag) => ({ ...create(newTicket(tag)), confirm: confirm(tag, false) }),
  },
  {
    name: 'create with unique confirm',
    lookUp: 'list',
    ask: (tag) => ({ ...create(newTicket(tag)), confirm: confirm(tag, true) }),
  },
  {
    name: 'put',
    lookUp: 'record',
    ask: (tag, id) => ({ operationId: 'putServiceTicketsById', inputs: { id }, request: newTicket(tag) }),
    record: ticket,
  },
  {
    name: 'patch that replaces',
    lookUp: 'record',
    ask: (tag, id) => patch('replace', tag, id),
    record: ticket,
  },
  { name: 'patch that adds', lookUp: 'none', ask: (tag, id) => patch('add', tag, id), record: ticket },
  {
    name: 'delete',
    lookUp: 'record',
    ask: (_tag, id) => ({ operationId: 'deleteServiceTicketsById', inputs: { id } }),
    record: ticket,
  },
  {
    name: 'action',
    lookUp: 'none',
    ask: (_tag, id) => ({ operationId: 'postScheduleCalendarsByIdCopy', inputs: { id } }),
    record: (number) => `/schedule/calendars/${number}/copy`,
  },
  {
    name: 'large note',
    lookUp: 'none',
    ask: (tag, parentId) => ({
      operationId: 'postServiceTicketsByParentIdNotes',
      inputs: { parentId },
      request: { text: `${tag} ${largeText}`, detailDescriptionFlag: true },
    }),
  },
];

const reading: readonly [Kind, ...Kind[]] = [
  {
    name: 'read',
    lookUp: undefined,
    ask: (_tag, id) => ({ operationId: 'getServiceTicketsById', inputs: { id } }),
  },
  {
    name: 'bulk read',
    lookUp: undefined,
    ask: () => ({ operationId: 'getServiceTickets', inputs: { pageSize: 10 } }),
  },
  { name: 'unknown operation', lookUp: undefined, ask: () => ({ operationId: 'getNothing' }) },
];

const connections = ['acme', 'beta', 'gamma'] as const;
export const connectionNames: readonly string[] = connections;
/** The simulator begins with so many records of every kind: each plan has one of its own. */
export const mostPlans = 24;

/**
 * What the callers of a seed want done.
 * @param way a letter that keeps the ids of two ways to play a seed apart: both use the same table.
 */
export function plansOf(way: string, seed: number): readonly Plan[] {
  const dice = createDice(seed, 'plans');
  const count = dice.whole(2, 9);
  return Array.from({ length: count }, (_, place) => planOf(`${way}${seed}`, place + 1, dice)).flat();
}

function planOf(history: string, number: number, dice: Dice): Plan[] {
  if (dice.chance(0.04)) return [unreadable(history, number)];
  const kind = dice.chance(0.15) ? dice.pick(reading) : dice.pick(writing);
  const connection = dice.pick(connections);
  const id = dice.chance(0.85) ? `${history}-${number}` : undefined;
  const plan = made(kind, { id, connection, tag: `${history}w${number}w`, number });
  // A caller's mistake: the same id for something else.
  const isReused = id !== undefined && kind.lookUp !== undefined && dice.chance(0.12);
  if (!isReused) return [plan];
  const other = { id, connection, tag: `${history}v${number}v`, number: number + mostPlans / 2 };
  return [plan, made(dice.pick(writing), other)];
}

type Makings = Pick<Plan, 'id' | 'connection' | 'tag'> & { readonly number: number };

function made({ name, lookUp, ask, record }: Kind, { number, ...makings }: Makings): Plan {
  const { id, connection, tag } = makings;
  const invocation = { version: 1, ...(id !== undefined && { id }), connection, ...ask(tag, number) };
  const place = record && { record: record(number) };
  return { ...makings, ...place, body: JSON.stringify(invocation), kind: name, lookUp };
}

function unreadable(history: string, number: number): Plan {
  const tag = `${history}w${number}w`;
  return {
    tag,
    id: undefined,
    connection: '',
    body: `{"version":1,"${tag}`,
    kind: 'unreadable',
    lookUp: undefined,
  };
}

/** The plan whose write a request is. */
export function planOfRequest(plans: readonly Plan[], request: ManageRequest): Plan | undefined {
  const { path, body } = request;
  const text = body.kind === 'json' ? body.text : '';
  return plans.find(
    ({ tag, record, kind }) =>
      text.includes(tag) || (record === path && (kind === 'delete' || kind === 'action')),
  );
}
