import type { FieldFault } from '../failures.ts';
import { isRecord, type Json, type JsonRecord } from '../json.ts';
import { timestamp } from '../records.ts';
import type { Collection } from '../store.ts';
import type { World } from '../world.ts';
import { idByKey } from './references.ts';

const idIn = (value: Json | undefined): number | undefined => {
  const id = isRecord(value) ? value['id'] : undefined;
  return typeof id === 'number' ? id : undefined;
};

/** What belongs to a board: `statuses` or `types`; undefined where the document does not have them. */
function onBoard(
  board: number,
  kind: 'statuses' | 'types',
  { catalogue, store }: World,
): Collection | undefined {
  const name = kind === 'statuses' ? 'BoardStatus' : 'BoardType';
  if (catalogue.schema(name) === undefined) return undefined;
  return store.collection(`service/boards/${board}/${kind}`, { $ref: name });
}

/** The board's status for tickets that come in: the one with the flag, else the first. */
function defaultStatus(statuses: Collection): number | undefined {
  const ids = statuses.ids();
  return ids.find((id) => statuses.value(id, ['defaultFlag']) === true) ?? ids[0];
}

/** A status of the board, as a reference shows it: names of statuses are unique on their board alone. */
function reference(id: number, statuses: Collection): JsonRecord {
  const name = statuses.value(id, ['name']);
  return typeof name === 'string' ? { id, name } : { id };
}

/**
 * Whether a closing or reopening follows from the status: the flag of the status is the ticket's (inferred; the
 * document types the members as any other).
 */
function closing(status: number, statuses: Collection, ticket: JsonRecord, world: World): JsonRecord {
  const isClosed = statuses.value(status, ['closedStatus']) === true;
  if (isClosed && ticket['closedFlag'] === true) return {};
  return isClosed
    ? { closedFlag: true, closedDate: timestamp(world.now().getTime()), closedBy: world.member }
    : { closedFlag: false, closedDate: null, closedBy: null };
}

/** What a ticket with its board is found to be: the members to put into it, and what is wrong with it. */
interface Boarded {
  readonly members: JsonRecord;
  readonly faults: readonly FieldFault[];
}

const notOnBoard = (kind: 'Status' | 'Type', key: Json | undefined, board: number): FieldFault => ({
  code: 'NotFound',
  // The words for a status are recorded (§6.2); those for a type are made after them.
  message: `Service ${kind} ${String(key)} not found for Service Board ${board}`,
  field: kind.toLowerCase(),
});

function typeFaults(ticket: JsonRecord, board: number, world: World): FieldFault[] {
  const type = idIn(ticket['type']);
  const types = onBoard(board, 'types', world);
  return type === undefined || types === undefined || types.has(type)
    ? []
    : [notOnBoard('Type', type, board)];
}

/**
 * A ticket's status must belong to its board, so a move to another board must set it as well, and the type (§7.6).
 * A ticket without a status gets its board's default (§7.1). `sent` has the status as it was given, by id or name.
 */
export function boarded(
  ticket: JsonRecord,
  sent: JsonRecord,
  previous: JsonRecord | undefined,
  world: World,
): Boarded {
  const board = idIn(ticket['board']);
  const statuses = board === undefined ? undefined : onBoard(board, 'statuses', world);
  if (board === undefined || statuses === undefined) return { members: {}, faults: [] };
  const given = sent['status'];
  const hasMoved = idIn(previous?.['board']) !== board;
  const isSame = !hasMoved && idIn(given) !== undefined && idIn(given) === idIn(previous?.['status']);
  if (isSame) return { members: {}, faults: [] };
  const wanted = isRecord(given) ? (idIn(given) ?? idByKey(given, statuses)) : defaultStatus(statuses);
  const types = hasMoved && previous !== undefined ? typeFaults(ticket, board, world) : [];
  if (wanted === undefined || !statuses.has(wanted)) {
    const key = isRecord(given) ? (given['id'] ?? given['name']) : undefined;
    return {
      members: {},
      faults: [...(isRecord(given) ? [notOnBoard('Status', key, board)] : []), ...types],
    };
  }
  const shown = isRecord(ticket['status']) ? ticket['status'] : {};
  const status = { ...shown, ...reference(wanted, statuses) };
  return { members: { status, ...closing(wanted, statuses, ticket, world) }, faults: types };
}
