import type { FieldFault } from '../failures.ts';
import type { Json, JsonRecord } from '../json.ts';
import { missingField } from './validation.ts';

/** A record that is about to be stored, as the rules of the trade look at it (connectwise-api.md §7.6). */
interface Proposal {
  /** The bare schema name, such as `ServiceNote`. */
  readonly entity: string;
  /** The path of the collection. */
  readonly path: string;
  /** The members that its schema knows: rules about others do not apply, the model may be an older one. */
  readonly names: readonly string[];
  readonly record: JsonRecord;
  /** What was sent of it. */
  readonly sent: JsonRecord;
  /** The stored record; absent for a new one. */
  readonly previous: JsonRecord | undefined;
}

type Rule = (proposal: Proposal) => FieldFault[];

const isMissing = (value: Json | undefined): boolean => value === undefined || value === null;

/** Required by the server alone, as a reference: "The assignTo/id field is required." (§6.2, §7.6). */
const needsReference =
  (name: string): Rule =>
  ({ record, previous, names }) => {
    // What was stored without it is not asked for it again.
    const isNew = previous === undefined || !isMissing(previous[name]);
    return isNew && names.includes(name) && isMissing(record[name]) ? [missingField(`${name}/id`)] : [];
  };

/** Required by the server, though older documents do not say so (§6.2, recorded). */
const needsText =
  (name: string): Rule =>
  ({ record, previous, names }) => {
    const isNew = previous === undefined || !isMissing(previous[name]);
    return isNew && names.includes(name) && (isMissing(record[name]) || record[name] === '')
      ? [missingField(name)]
      : [];
  };

const displayFlags = ['detailDescriptionFlag', 'internalAnalysisFlag', 'resolutionFlag'] as const;

/** A note must be shown somewhere; the recorded text breaks off after these words (§6.2). */
const needsDisplayFlag: Rule = ({ record, previous, names }) => {
  const isOn = (one: JsonRecord): boolean => displayFlags.some((flag) => one[flag] === true);
  const isNew = previous === undefined || isOn(previous);
  if (!isNew || !names.includes(displayFlags[0]) || isOn(record)) return [];
  const message = 'Please choose where to display the notes.';
  return [{ code: 'InvalidField', message, field: displayFlags[0] }];
};

/** The one range that is recorded; the document has none at all (§6.2). Values that were there before stay. */
const yearInRange: Rule = ({ record, previous }) => {
  const year = record['yearEstablished'];
  if (typeof year !== 'number' || year === previous?.['yearEstablished'] || (year >= 1900 && year <= 9999))
    return [];
  const message = 'The field yearEstablished must be between 1900 and 9999.';
  return [{ code: 'OutOfRange', message, field: 'yearEstablished' }];
};

/** §6.2, recorded. */
const typeIdsOnCreate: Rule = ({ sent, previous }) => {
  const isSame = JSON.stringify(sent['typeIds']) === JSON.stringify(previous?.['typeIds']);
  if (previous === undefined || isMissing(sent['typeIds']) || isSame) return [];
  const message = 'typeIds can only be used when creating a new company.';
  return [{ code: 'InvalidField', message, field: 'typeIds' }];
};

const rules: Readonly<Record<string, readonly Rule[]>> = {
  Activity: [needsReference('assignTo')],
  Company: [yearInRange, typeIdsOnCreate],
  Contact: [needsText('firstName')],
  ServiceNote: [needsDisplayFlag],
  TicketNote: [needsDisplayFlag],
};

/** What the rules of the trade have against a record. A project's ticket has its company from the project. */
export function ruleFaults(proposal: Proposal): FieldFault[] {
  const own = rules[proposal.entity] ?? [];
  const all = proposal.path === 'service/tickets' ? [...own, needsReference('company')] : own;
  return all.flatMap((rule) => rule(proposal));
}
