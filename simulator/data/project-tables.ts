import { dayMs, officeInstant, stampOf } from './calendar.ts';
import type { Customers } from './customer-tables.ts';
import { createRange, createSlots, type Ids, placeOf } from './ids.ts';
import { createRoll, pickOf, wholeBetween } from './roll.ts';
import { projectBoard } from './setup-tables.ts';
import { type Stage, stampsOf } from './stage.ts';
import { constant, pointer, type Table, type Tables } from './table.ts';

/** Projects, and what their tickets must agree with. */
export interface Projects {
  readonly tables: Tables;
  readonly phases: Ids;
  readonly companyOf: (project: number) => number;
}

const phasesEach = 5;
const phaseNames = ['Discovery', 'Design', 'Build', 'Migration', 'Handover'] as const;
const undertakings = [
  'Office move',
  'Microsoft 365 migration',
  'Firewall replacement',
  'Server refresh',
  'Wi-Fi survey and rebuild',
  'Backup redesign',
  'Windows 11 roll-out',
  'Security assessment',
] as const;

function projectTable(stage: Stage, companyOf: (project: number) => number, customers: Customers): Table {
  const { seed, plan } = stage;
  const ids = createRange(plan.projects);
  const what = createRoll(seed, 'Project', 'what');
  const hour = createRoll(seed, 'Project', 'hour');
  const hours = createRoll(seed, 'Project', 'hours');
  const lead = createRoll(seed, 'Project', 'manager');
  // Older projects have lower ids, and all but the newest sixth are done.
  const startMs = (id: number): number => officeInstant((id - 1) / plan.projects, hour(id));
  const isClosed = (id: number): boolean => id <= plan.projects * 0.83;
  const endMs = (id: number): number => startMs(id) + wholeBetween(hours(id), 20, 90) * dayMs;
  const budget = (id: number): number => wholeBetween(hours(id), 4, 40) * 5;
  const firstOf = (people: Ids) => (id: number) => people.under(companyOf(id))[0];
  return {
    ids,
    columns: {
      name: (id) => `${pickOf(what(id), undertakings)} ${id}`,
      company: pointer('Company', companyOf),
      contact: pointer('Contact', firstOf(customers.contacts)),
      site: pointer('CompanySite', firstOf(customers.sites)),
      billToCompany: pointer('Company', companyOf),
      billToContact: pointer('Contact', firstOf(customers.contacts)),
      billToSite: pointer('CompanySite', firstOf(customers.sites)),
      shipToCompany: pointer('Company', companyOf),
      shipToContact: pointer('Contact', firstOf(customers.contacts)),
      shipToSite: pointer('CompanySite', firstOf(customers.sites)),
      agreement: constant(undefined),
      board: pointer('Board', () => projectBoard),
      manager: pointer('Member', (id) => wholeBetween(lead(id), 1, plan.members)),
      status: pointer('ProjectStatus', (id) => (isClosed(id) ? 3 : 1)),
      type: pointer('ProjectType', (id) => (id % 3) + 1),
      closedFlag: isClosed,
      percentComplete: (id) => (isClosed(id) ? 1 : Math.round(hours(id) * 80) / 100),
      budgetHours: budget,
      estimatedHours: budget,
      actualHours: (id) => (isClosed(id) ? budget(id) * (0.8 + hour(id) * 0.4) : budget(id) * 0.3),
      estimatedStart: (id) => stampOf(startMs(id)),
      estimatedEnd: (id) => stampOf(endMs(id)),
      scheduledStart: (id) => stampOf(startMs(id)),
      scheduledEnd: (id) => stampOf(endMs(id)),
      actualStart: (id) => stampOf(startMs(id)),
      actualEnd: (id) => (isClosed(id) ? stampOf(endMs(id)) : undefined),
      _info: stampsOf(seed, 'Project', plan.members, startMs),
    },
  };
}

/** Projects with their phases. */
export function createProjects(stage: Stage, customers: Customers): Projects {
  const { seed, plan } = stage;
  const owner = createRoll(seed, 'Project', 'company');
  const companyOf = (id: number): number => 1 + Math.floor(owner(id) ** 2 * plan.companies);
  const phases = createSlots({ parents: plan.projects, each: phasesEach, countOf: () => phasesEach });
  const entered = createRoll(seed, 'ProjectPhase', 'entered');
  const phaseMs = (id: number): number =>
    officeInstant((phases.parentOf(id) - 1) / plan.projects, entered(id));
  const phase: Table = {
    ids: phases,
    columns: {
      projectId: phases.parentOf,
      description: (id) => phaseNames[placeOf(id, phasesEach)] ?? phaseNames[0],
      name: (id) => phaseNames[placeOf(id, phasesEach)] ?? phaseNames[0],
      wbsCode: (id) => String(placeOf(id, phasesEach) + 1),
      board: pointer('Board', () => projectBoard),
      parentPhase: constant(undefined),
      agreement: constant(undefined),
      billToCompany: pointer('Company', (id) => companyOf(phases.parentOf(id))),
      billToContact: constant(undefined),
      billToSite: constant(undefined),
      shipToCompany: pointer('Company', (id) => companyOf(phases.parentOf(id))),
      shipToContact: constant(undefined),
      shipToSite: constant(undefined),
      locationId: constant(1),
      businessUnitId: constant(2),
      _info: stampsOf(seed, 'ProjectPhase', plan.members, phaseMs),
    },
  };
  return {
    tables: { Project: projectTable(stage, companyOf, customers), ProjectPhase: phase },
    phases,
    companyOf,
  };
}
