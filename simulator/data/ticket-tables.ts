import { identifierFor } from '../words.ts';
import { dayMs, dayStampOf, stampOf } from './calendar.ts';
import type { Contracts } from './contract-tables.ts';
import { type Customers, columnsAt } from './customer-tables.ts';
import { createRange, createSubset } from './ids.ts';
import type { Projects } from './project-tables.ts';
import { createRoll, pickOf, type Roll, weighted } from './roll.ts';
import { priorityNames, sourceNames, subTypesEach, teamsEach, typesEach } from './setup-tables.ts';
import type { Stage } from './stage.ts';
import { type Column, constant, pointer, type Table, type Tables } from './table.ts';
import type { TicketLife } from './ticket-life.ts';

const complaints = [
  'Printer is offline',
  'Cannot connect to VPN',
  'Mailbox is full',
  'Backup job failed last night',
  'Password reset',
  'Slow Wi-Fi in the meeting room',
  'Renew the SSL certificate',
  'New laptop for a starter',
  'Disable the account of a leaver',
  'Outlook asks for the password again and again',
  'Blue screen after the update',
  'Shared drive is missing',
  'Phishing mail reported',
  'Low disk space on the server',
  'Firewall drops the site-to-site tunnel',
  'Teams has no sound',
  'Scanner does not send to mail',
  'Application crashes on start',
  'Request for a software licence',
  'Monitor stays black',
] as const;

/** The parts that the columns of a ticket are put together from. */
interface Parts {
  readonly stage: Stage;
  readonly customers: Customers;
  readonly contracts: Contracts;
  readonly life: TicketLife;
  readonly roll: (key: string) => Roll;
}

type Columns = Readonly<Record<string, Column>>;

/** Whose ticket it is: the contact and the site belong to its company, the agreement as well. */
function customerColumns({ customers, contracts, life, roll, stage }: Parts): Columns {
  const who = roll('contact');
  const where = roll('site');
  const contract = roll('agreement');
  const { contacts, sites, tables } = customers;
  const contactOf = (id: number): number | undefined => {
    const people = contacts.under(life.companyOf(id));
    return who(id) < 0.06 ? undefined : people[Math.floor(((who(id) - 0.06) / 0.94) * people.length)];
  };
  const siteOf = (id: number): number => {
    const all = sites.under(life.companyOf(id));
    return all[Math.floor(where(id) ** 2 * all.length)] ?? 1;
  };
  const contactColumn = (name: string) => (id: number) => {
    const contact = contactOf(id);
    const column = tables['Contact']?.columns[name];
    return contact === undefined || typeof column !== 'function' ? undefined : column(contact);
  };
  return {
    company: pointer('Company', life.companyOf),
    contact: pointer('Contact', contactOf),
    contactName: contactColumn('name'),
    contactPhoneNumber: contactColumn('defaultPhoneNbr'),
    contactPhoneExtension: constant(undefined),
    contactEmailAddress: contactColumn('emailAddress'),
    site: pointer('CompanySite', siteOf),
    siteName: (id) => columnValue(tables['CompanySite'], 'name', siteOf(id)),
    ...columnsAt(
      tables['CompanySite']?.columns ?? {},
      ['addressLine1', 'city', 'stateIdentifier', 'zip'],
      siteOf,
    ),
    addressLine2: constant(undefined),
    agreement: pointer('Agreement', (id) =>
      contract(id) < 0.8 && stage.plan.companies > 0
        ? contracts.agreements.under(life.companyOf(id))[0]
        : undefined,
    ),
  };
}

function columnValue(table: Table | undefined, name: string, id: number) {
  const column = table?.columns[name];
  return typeof column === 'function' ? column(id) : undefined;
}

/** How it is sorted: the status, type and team belong to its board. */
function sortingColumns({ life, roll }: Parts): Columns {
  const [type, subType, team, priority, source, weight] = [
    'type',
    'subType',
    'team',
    'priority',
    'source',
    'weight',
  ].map(roll);
  const of = (one: Roll | undefined, each: number) => (id: number) =>
    (life.boardOf(id) - 1) * each + 1 + Math.floor((one?.(id) ?? 0) * each);
  const prioritised = (id: number): number => weighted(priority?.(id) ?? 0, [0.05, 0.18, 0.62, 0.15]) + 1;
  const level = (id: number): string => pickOf(weight?.(id) ?? 0, ['Low', 'Medium', 'Medium', 'High']);
  return {
    board: pointer('Board', life.boardOf),
    status: pointer('BoardStatus', life.statusOf),
    type: pointer('BoardType', of(type, typesEach)),
    subType: pointer('BoardSubType', of(subType, subTypesEach)),
    item: constant(undefined),
    team: pointer('BoardTeam', of(team, teamsEach)),
    priority: pointer('Priority', (id) => Math.min(prioritised(id), priorityNames.length)),
    source: pointer('Source', (id) => Math.floor((source?.(id) ?? 0) ** 1.5 * sourceNames.length) + 1),
    severity: level,
    impact: level,
    location: pointer('Location', () => 1),
    department: pointer('Department', (id) => (life.isProject(id) ? 2 : 1)),
    workRole: pointer('WorkRole', (id) => (life.isProject(id) ? 4 : 1)),
    workType: pointer('WorkType', (id) => (life.isProject(id) ? 3 : 1)),
  };
}

/** When things happened and who did them; closed after it was entered, and changed last when it was closed. */
function historyColumns({ life, roll, stage }: Parts): Columns {
  const touched = roll('touched');
  const answered = roll('responded');
  const due = roll('due');
  const { members } = stage.plan;
  const owner = (id: number): string => identifierFor('Member', life.ownerOf(id));
  const closed = (id: number): string | undefined =>
    life.isClosed(id) ? stampOf(life.endMs(id)) : undefined;
  const lifeMs = (id: number): number => life.endMs(id) - life.enteredMs(id);
  const updatedMs = (id: number): number =>
    life.isClosed(id) ? life.endMs(id) : life.enteredMs(id) + touched(id) * Math.min(lifeMs(id), 14 * dayMs);
  return {
    owner: pointer('Member', life.ownerOf),
    resources: owner,
    closedFlag: life.isClosed,
    closedDate: closed,
    closedBy: (id) => (life.isClosed(id) ? owner(id) : undefined),
    dateResolved: closed,
    dateResplan: constant(undefined),
    dateResponded: (id) => stampOf(life.enteredMs(id) + answered(id) * Math.min(lifeMs(id), 4 * 3_600_000)),
    requiredDate: (id) => (due(id) < 0.25 ? dayStampOf(life.enteredMs(id) + 7 * dayMs) : undefined),
    resolveMinutes: (id) => (life.isClosed(id) ? Math.round(lifeMs(id) / 60_000) : 0),
    isInSla: (id) => lifeMs(id) < 7 * dayMs,
    estimatedStartDate: constant(undefined),
    _info: {
      members: {
        lastUpdated: (id) => stampOf(updatedMs(id)),
        updatedBy: owner,
        dateEntered: (id) => stampOf(life.enteredMs(id)),
        enteredBy: (id) => identifierFor('Member', 1 + Math.floor(due(id) * members)),
      },
    },
  };
}

/** Members that would point to other tickets, or to records that have nothing to do with this one. */
const unused: Columns = Object.fromEntries(
  [
    'opportunity',
    'parentTicketId',
    'mergedParentTicket',
    'predecessorId',
    'predecessorType',
    'knowledgeBaseLinkId',
    'knowledgeBaseLinkType',
    'poNumber',
    'externalXRef',
    'automaticEmailCc',
  ].map((name) => [name, constant(undefined)]),
);

function ticketColumns(parts: Parts, hours: (ticket: number) => number): Columns {
  const { life, roll, stage } = parts;
  const summary = roll('summary');
  const place = roll('place');
  return {
    ...unused,
    summary: (id) => `${pickOf(summary(id), complaints)} (${pickOf(place(id), stage.names.lastNames)})`,
    ...customerColumns(parts),
    ...sortingColumns(parts),
    ...historyColumns(parts),
    actualHours: hours,
    budgetHours: (id) => (life.isProject(id) ? 2 + Math.round(place(id) * 40) : undefined),
    hasChildTicket: constant(false),
    hasMergedChildTicketFlag: constant(false),
  };
}

/** Service and project tickets. They share one id space, and each kind is found in its own place only (§2.3). */
export function createTicketTables(
  stage: Stage,
  customers: Customers,
  contracts: Contracts,
  projects: Projects,
  life: TicketLife,
  hours: (ticket: number) => number,
): Tables {
  const roll = (key: string): Roll => createRoll(stage.seed, 'Ticket', key);
  const columns = ticketColumns({ stage, customers, contracts, life, roll }, hours);
  const all = createRange(stage.plan.tickets);
  const phase = roll('phase');
  return {
    Ticket: {
      ids: createSubset(all, (id) => !life.isProject(id)),
      columns: { ...columns, recordType: constant('ServiceTicket') },
    },
    ProjectTicket: {
      ids: createSubset(all, life.isProject),
      columns: {
        ...columns,
        agreement: constant(undefined),
        recordType: constant('ProjectTicket'),
        isIssueFlag: constant(false),
        project: pointer('Project', life.projectOf),
        phase: pointer('ProjectPhase', (id) => {
          const under = projects.phases.under(life.projectOf(id));
          return under[Math.floor(phase(id) * under.length)];
        }),
      },
    },
  };
}
