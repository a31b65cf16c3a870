import type { Schema } from '../../lib/catalogue/operation.ts';
import { type FieldFault, invalidObject } from '../failures.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { type CollectionTarget, entityOf, type RecordTarget } from '../resources.ts';
import { keepable, memberNames, stamped } from './members.ts';
import { expandReferences } from './references.ts';
import { ruleFaults } from './rules.ts';
import { boarded } from './ticket-board.ts';
import { schemaFaults } from './validation.ts';
import type { Writer } from './writer.ts';

/** A record on its way into a collection. */
export interface Draft {
  readonly target: CollectionTarget | RecordTarget;
  /** What was sent, or the stored record with what was sent. */
  readonly sent: JsonRecord;
  /** What it was sent as: the schema names what is required. */
  readonly sentSchema: Schema;
  /** With the defaults, and with its id. */
  readonly whole: JsonRecord;
  readonly previous: JsonRecord | undefined;
  /** Whether only what differs from the stored record is checked (§7.3, a switch). */
  readonly checksChangesOnly?: boolean;
}

const isTicket = (entity: string): boolean => /^(Project)?Ticket$/.test(entity);

function ofChanges(faults: readonly FieldFault[], { sent, previous }: Draft): readonly FieldFault[] {
  return faults.filter(({ field }) => {
    const [name = ''] = field.split('/');
    return JSON.stringify(sent[name] ?? null) !== JSON.stringify(previous?.[name] ?? null);
  });
}

/** Newer documents name what is required that older ones leave to the rules: it is told once. */
function distinct(faults: readonly FieldFault[]): readonly FieldFault[] {
  return [...new Map(faults.map((fault) => [`${fault.code} ${fault.field}`, fault])).values()];
}

/**
 * A record as it will be stored: references expanded, stamped, the ticket on its board. Refuses it with all that is
 * wrong with it at once (§6.2).
 */
export function composed(draft: Draft, writer: Writer): JsonRecord {
  const { target, sent, sentSchema, whole, previous, checksChangesOnly = false } = draft;
  const { schema, entity } = target.resource;
  const found: FieldFault[] = [];
  const expansion = { world: writer, faults: found };
  const expanded = expandReferences(keepable(whole, schema, writer), schema, previous, expansion);
  const record = isRecord(expanded) ? expanded : {};
  const board = isTicket(entity) ? boarded(record, whole, previous, writer) : { members: {}, faults: [] };
  const names = memberNames(schema, writer);
  const proposal = { entity, path: target.path, names, record, sent, previous };
  const faults = [
    ...schemaFaults(sent, sentSchema, writer.catalogue),
    ...found,
    ...board.faults,
    ...ruleFaults(proposal),
  ];
  const counted = distinct(checksChangesOnly ? ofChanges(faults, draft) : faults);
  if (counted.length > 0) throw invalidObject(entityOf(sentSchema), counted);
  const complete = keepable({ ...record, ...board.members }, schema, writer);
  return stamped(complete, schema, writer, previous);
}
