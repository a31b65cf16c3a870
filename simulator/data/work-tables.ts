import { identifierFor } from '../words.ts';
import { dayMs, hourMs, lastDayMs, secondOf, stampOf } from './calendar.ts';
import type { Customers } from './customer-tables.ts';
import { createSlots, type Ids, placeOf } from './ids.ts';
import { createRoll, pickOf, wholeBetween } from './roll.ts';
import { type Stage, stampsOf } from './stage.ts';
import { constant, pointer, type Table, type Tables } from './table.ts';
import { entriesEach, type TicketLife } from './ticket-life.ts';

/** What is done on tickets. */
interface Work {
  readonly tables: Tables;
  /** The hours of a ticket's time entries, which the ticket shows as its own. */
  readonly hoursOf: (ticket: number) => number;
}

const notesEach = 4;

/** Months end: what is older is billed by the company's agreement, or by nobody yet where it has none. */
function billingColumns(
  isBillable: (id: number) => boolean,
  endMs: (id: number) => number,
  agreementOf: (id: number) => number | undefined,
): Table['columns'] {
  const isOld = (id: number): boolean => endMs(id) < lastDayMs - 31 * dayMs;
  const statusOf = (id: number): string => {
    if (!isOld(id)) return 'Open';
    if (!isBillable(id)) return 'ApprovedByTierOne';
    return agreementOf(id) === undefined ? 'ReadyToBill' : 'BilledAgreement';
  };
  return {
    billableOption: (id) => (isBillable(id) ? 'Billable' : 'DoNotBill'),
    status: statusOf,
    agreement: pointer('Agreement', (id) => (isBillable(id) ? agreementOf(id) : undefined)),
    invoice: constant(undefined),
  };
}

function timeTable(
  { seed, plan }: Stage,
  ids: Ids,
  life: TicketLife,
  hours: (id: number) => number,
  agreements: Ids,
): Table {
  const helper = createRoll(seed, 'TimeEntry', 'member');
  const text = createRoll(seed, 'TimeEntry', 'notes');
  const ticketOf = ids.parentOf;
  const member = (id: number): number =>
    helper(id) < 0.8 ? life.ownerOf(ticketOf(id)) : wholeBetween((helper(id) - 0.8) * 5, 1, plan.members);
  const startMs = (id: number): number => {
    const ticket = ticketOf(id);
    const lived = life.endMs(ticket) - life.enteredMs(ticket);
    return secondOf(life.enteredMs(ticket) + (lived * placeOf(id, entriesEach)) / entriesEach);
  };
  const endMs = (id: number): number => startMs(id) + hours(id) * hourMs;
  const agreementOf = (id: number): number | undefined => agreements.under(life.companyOf(ticketOf(id)))[0];
  return {
    ids,
    columns: {
      chargeToId: ticketOf,
      chargeToType: (id) => (life.isProject(ticketOf(id)) ? 'ProjectTicket' : 'ServiceTicket'),
      ticket: pointer('Ticket', ticketOf),
      company: pointer('Company', (id) => life.companyOf(ticketOf(id))),
      project: pointer('Project', (id) =>
        life.isProject(ticketOf(id)) ? life.projectOf(ticketOf(id)) : undefined,
      ),
      phase: constant(undefined),
      ...billingColumns((id) => text(id) < 0.75, endMs, agreementOf),
      member: pointer('Member', member),
      locationId: constant(1),
      businessUnitId: constant(1),
      workRole: pointer('WorkRole', (id) => (life.isProject(ticketOf(id)) ? 4 : 1)),
      workType: pointer('WorkType', (id) => (life.isProject(ticketOf(id)) ? 3 : 1)),
      timeStart: (id) => stampOf(startMs(id)),
      timeEnd: (id) => stampOf(endMs(id)),
      actualHours: hours,
      hoursBilled: hours,
      invoiceHours: hours,
      hoursDeduct: constant(0),
      notes: (id) => pickOf(text(id), workDone),
      internalNotes: constant(undefined),
      emailCc: constant(undefined),
      enteredBy: (id) => identifierFor('Member', member(id)),
      dateEntered: (id) => stampOf(endMs(id)),
      _info: stampsOf(seed, 'TimeEntry', plan.members, endMs),
    },
  };
}

const workDone = [
  'Called the user and left a message.',
  'Replaced the cable; the link is up again.',
  'Checked the event log, nothing unusual.',
  'Reset the password and signed the user in.',
  'Installed the update and restarted the service.',
  'Waiting for the vendor to answer.',
  'Agreed on a visit next Tuesday.',
] as const;

/** The first note describes the ticket; the others tell what was found, for everyone or for colleagues only. */
function noteTable({ seed, plan, names }: Stage, ids: Ids, life: TicketLife, customers: Customers): Table {
  const kind = createRoll(seed, 'TicketNote', 'kind');
  const text = createRoll(seed, 'TicketNote', 'text');
  const ticketOf = ids.parentOf;
  const isFirst = (id: number): boolean => placeOf(id, notesEach) === 0;
  const isInternal = (id: number): boolean => !isFirst(id) && kind(id) < 0.6;
  const writtenMs = (id: number): number => {
    const ticket = ticketOf(id);
    const lived = life.endMs(ticket) - life.enteredMs(ticket);
    return secondOf(life.enteredMs(ticket) + (lived * placeOf(id, notesEach)) / notesEach);
  };
  const author = (id: number): string => identifierFor('Member', life.ownerOf(ticketOf(id)));
  return {
    ids,
    columns: {
      ticketId: ticketOf,
      ticket: pointer('Ticket', ticketOf),
      noteType: constant('TicketNote'),
      text: (id) => (isFirst(id) ? pickOf(text(id), names.sentences) : pickOf(text(id), workDone)),
      detailDescriptionFlag: isFirst,
      internalAnalysisFlag: isInternal,
      resolutionFlag: (id) => !isFirst(id) && !isInternal(id),
      internalFlag: isInternal,
      externalFlag: (id) => !isInternal(id),
      issueFlag: isFirst,
      bundledFlag: constant(false),
      mergedFlag: constant(false),
      member: pointer('Member', (id) => (isFirst(id) ? undefined : life.ownerOf(ticketOf(id)))),
      contact: pointer('Contact', (id) =>
        isFirst(id) ? customers.contacts.under(life.companyOf(ticketOf(id)))[0] : undefined,
      ),
      dateCreated: (id) => stampOf(writtenMs(id)),
      timeStart: constant(undefined),
      timeEnd: constant(undefined),
      createdBy: author,
      originalAuthor: author,
      _info: stampsOf(seed, 'TicketNote', plan.members, writtenMs),
    },
  };
}

/** Time entries and notes under their tickets. */
export function createWork(stage: Stage, life: TicketLife, customers: Customers, agreements: Ids): Work {
  const { seed, plan } = stage;
  const parents = plan.tickets;
  const quarters = createRoll(seed, 'TimeEntry', 'hours');
  const hours = (id: number): number => wholeBetween(quarters(id) ** 3, 1, 24) / 4;
  const noteCount = createRoll(seed, 'TicketNote', 'count');
  const entries = createSlots({ parents, each: entriesEach, countOf: life.entryCount });
  const notes = createSlots({
    parents,
    each: notesEach,
    countOf: (ticket) => wholeBetween(noteCount(ticket) ** 2, 1, notesEach),
  });
  return {
    hoursOf: (ticket) => entries.under(ticket).reduce((sum, id) => sum + hours(id), 0),
    tables: {
      TimeEntry: timeTable(stage, entries, life, hours, agreements),
      TicketNote: noteTable(stage, notes, life, customers),
    },
  };
}
