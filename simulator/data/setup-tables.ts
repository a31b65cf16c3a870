import { identifierFor, nameFor } from '../words.ts';
import { dayMs, dayStampOf, lastDayMs, stampOf } from './calendar.ts';
import { createRange, createSlots, type Ids, placeOf } from './ids.ts';
import type { Plan } from './plan.ts';
import { createRoll, wholeBetween } from './roll.ts';
import { constant, type Group, pointer, type Table, type Tables, wordsOf } from './table.ts';

/** Boards 1 to 5 take service tickets, board 6 project tickets. */
export const boardNames = [
  'Service Desk',
  'Alerts',
  'Onboarding',
  'Professional Services',
  'Internal IT',
  'Projects',
] as const;
export const projectBoard = boardNames.length;

/** Every board has statuses of its own, in this order: the first is the default, the last the one that closes. */
const statusNames = [
  ['New', 'In Progress', 'Waiting on Customer', 'Scheduled', 'Completed', '>Closed'],
  ['New', 'Acknowledged', 'Monitoring', 'Escalated', 'Recovered', '>Closed'],
  ['Requested', 'In Progress', 'Waiting on Hardware', 'Scheduled', 'Handed Over', '>Closed'],
  ['New', 'Scoping', 'Waiting on Approval', 'Scheduled', 'Delivered', '>Closed'],
  ['New', 'In Progress', 'On Hold', 'Scheduled', 'Completed', '>Closed'],
  ['Not Started', 'In Progress', 'Waiting on Customer', 'Scheduled', 'In Review', '>Closed'],
] as const;
export const statusesEach = 6;
export const closedPlace = statusesEach - 1;

const typeNames = ['Workstation', 'Network', 'Email', 'Security'] as const;
const subTypeNames = ['Hardware', 'Software', 'Access', 'Configuration', 'Outage', 'Request'] as const;
const teamNames = ['Dispatch', 'Field Engineers'] as const;
export const typesEach = typeNames.length;
export const subTypesEach = subTypeNames.length;
export const teamsEach = teamNames.length;

export const priorityNames = [
  'Priority 1 - Critical',
  'Priority 2 - High',
  'Priority 3 - Medium',
  'Priority 4 - Low',
] as const;
const priorityColors = ['Pink', 'Orange', 'Blue', 'Gray'] as const;
export const sourceNames = ['Phone', 'Email Connector', 'Portal', 'Monitoring', 'Walk-in'] as const;

/** Set up once by an administrator, years before the first ticket. */
function setUp(): Group {
  const enteredMs = Date.UTC(2021, 2, 1, 14, 30);
  return {
    members: {
      lastUpdated: (id) => stampOf(enteredMs + (id % 400) * dayMs),
      updatedBy: constant(identifierFor('Member', 1)),
      dateEntered: constant(stampOf(enteredMs)),
      enteredBy: constant(identifierFor('Member', 1)),
    },
  };
}

/** A list of names without parents; the first of them is the default where the schema has such a flag. */
function listTable(names: readonly [string, ...string[]], columns: Table['columns'] = {}): Table {
  return {
    ids: createRange(names.length),
    columns: {
      name: wordsOf(names),
      defaultFlag: (id) => id === 1,
      inactiveFlag: constant(false),
      sortOrder: (id) => id,
      _info: setUp(),
      ...columns,
    },
  };
}

/** What every board has the same number of. */
function perBoard(each: number, nameOf: (id: number) => string, columns: Table['columns'] = {}): Table {
  const ids = createSlots({ parents: boardNames.length, each, countOf: () => each });
  return {
    ids,
    columns: {
      name: nameOf,
      board: pointer('Board', ids.parentOf),
      boardId: ids.parentOf,
      defaultFlag: (id) => placeOf(id, each) === 0,
      inactiveFlag: constant(false),
      location: pointer('Location', constantId(1)),
      department: pointer('Department', constantId(1)),
      locationId: constant(1),
      businessUnitId: constant(1),
      _info: setUp(),
      ...columns,
    },
  };
}

const constantId = (id: number) => (): number => id;

function boardTables(): Tables {
  const word = (names: readonly string[]) => (id: number) => names[placeOf(id, names.length)] ?? '';
  return {
    Board: listTable(boardNames, {
      projectFlag: (id) => id === projectBoard,
      location: pointer('Location', constantId(1)),
      department: pointer('Department', constantId(1)),
      workRole: pointer('WorkRole', constantId(1)),
      workType: pointer('WorkType', constantId(1)),
      autoCloseStatus: pointer('BoardStatus', (id) => id * statusesEach),
      emailConnectorReopenStatus: pointer('BoardStatus', (id) => (id - 1) * statusesEach + 2),
    }),
    BoardStatus: perBoard(
      statusesEach,
      (id) => statusNames[Math.floor((id - 1) / statusesEach)]?.[placeOf(id, statusesEach)] ?? 'New',
      {
        sortOrder: (id) => placeOf(id, statusesEach),
        closedStatus: (id) => placeOf(id, statusesEach) === closedPlace,
        inactive: constant(false),
        timeEntryNotAllowed: constant(false),
        displayOnBoard: (id) => placeOf(id, statusesEach) !== closedPlace,
      },
    ),
    BoardType: perBoard(typesEach, word(typeNames)),
    BoardSubType: perBoard(subTypesEach, word(subTypeNames), {
      typeAssociationIds: (id) => {
        const first = Math.floor((id - 1) / subTypesEach) * typesEach + 1;
        return Array.from({ length: typesEach }, (_, index) => first + index);
      },
    }),
    BoardTeam: perBoard(teamsEach, word(teamNames), {
      teamLeader: pointer('Member', (id) => id),
      leader: pointer('Member', (id) => id),
      members: (id) => [id, (id % 12) + 1],
    }),
  };
}

/** Members 1 to 12 carry the names of the samples; all of them are people whose records agree with every reference. */
function memberTable(seed: number, ids: Ids): Table {
  const hired = createRoll(seed, 'Member', 'hired');
  const [first, last] = [0, 1].map((part) => (id: number) => nameFor('Member', id).split(' ')[part] ?? '');
  const email = (id: number): string => `${identifierFor('Member', id).toLowerCase()}@msp.example`;
  return {
    ids,
    columns: {
      identifier: (id) => identifierFor('Member', id),
      name: (id) => nameFor('Member', id),
      firstName: (id) => first?.(id),
      lastName: (id) => last?.(id),
      middleInitial: constant(undefined),
      primaryEmail: email,
      officeEmail: email,
      hireDate: (id) => dayStampOf(lastDayMs - wholeBetween(hired(id), 100, 3000) * dayMs),
      inactiveFlag: constant(false),
      inactiveDate: constant(undefined),
      adminFlag: (id) => id === 1,
      reportsTo: pointer('Member', (id) => (id === 1 ? undefined : Math.ceil(id / 6))),
      dailyCapacity: constant(8),
      hourlyCost: (id) => 35 + (id % 6) * 5,
      hourlyRate: (id) => 120 + (id % 5) * 15,
      _info: setUp(),
    },
  };
}

/** What an administrator of the MSP sets up: boards with all that belongs to them, people, and lists of choices. */
export function createSetupTables(seed: number, plan: Plan): Tables {
  const words = (...names: [string, ...string[]]): Table => listTable(names);
  return {
    ...boardTables(),
    Member: memberTable(seed, createRange(plan.members)),
    Priority: listTable(priorityNames, {
      color: (id) => priorityColors[id - 1] ?? 'Gray',
      defaultFlag: (id) => id === 3,
    }),
    Source: listTable(sourceNames),
    Location: words('Tampa Office', 'Columbus Office'),
    Department: listTable(['Managed Services', 'Projects', 'Sales'], {
      identifier: wordsOf(['Services', 'Projects', 'Sales']),
    }),
    WorkRole: words('Engineer', 'Senior Engineer', 'Project Manager', 'Consultant'),
    WorkType: words('Remote Support', 'On-site Support', 'Project Work', 'Travel'),
    CompanyStatus: words('Active', 'Inactive', 'Credit Hold', 'Problem'),
    CompanyType: listTable(['Client', 'Prospect', 'Vendor', 'Former Client'], {
      vendorFlag: (id) => id === 3,
    }),
    AgreementType: words('Managed Services', 'Block Hours', 'Cloud Backup', 'Hardware Rental'),
    ConfigurationType: words('Workstation', 'Laptop', 'Server', 'Firewall', 'Switch', 'Printer'),
    ConfigurationStatus: listTable(['Active', 'Inactive'], {
      description: wordsOf(['Active', 'Inactive']),
      closedFlag: (id) => id === 2,
    }),
    ProjectStatus: listTable(['Open', 'On Hold', 'Closed'], { closedFlag: (id) => id === 3 }),
    ProjectType: words('Migration', 'Roll-out', 'Assessment'),
  };
}
