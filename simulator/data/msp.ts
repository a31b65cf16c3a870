import { createContracts } from './contract-tables.ts';
import { createCustomers } from './customer-tables.ts';
import { createNames } from './names.ts';
import { entityOf, tableAt } from './places.ts';
import { type Plan, planFor } from './plan.ts';
import { createProjects } from './project-tables.ts';
import { createSetupTables } from './setup-tables.ts';
import type { Table, Tables } from './table.ts';
import { createTicketLife } from './ticket-life.ts';
import { createTicketTables } from './ticket-tables.ts';
import { createWork } from './work-tables.ts';

/** Where records are: a table, or the part of it that belongs to one parent. */
interface Place {
  readonly table: Table;
  readonly parent?: number;
}

/** A fictional managed service provider: companies that call for help, and the people who help them. */
export interface Msp {
  readonly plan: Plan;
  /** The table that a reference of this entity points into; undefined where the MSP has none. */
  table(entity: string): Table | undefined;
  /** The table behind a collection's path such as `service/tickets/5/notes`; undefined where the MSP has none. */
  at(path: string): Place | undefined;
  /** The entity in whose collection a record of an entity lives: a ticket may be a project's (connectwise-api.md §2.3). */
  homeOf(entity: string, id: number): string;
}

/** The MSP of a seed with so many tickets. */
export function createMsp(seed: number, tickets: number): Msp {
  const plan = planFor(tickets);
  const stage = { seed, plan, names: createNames(seed) };
  const customers = createCustomers(stage);
  const contracts = createContracts(stage, customers);
  const projects = createProjects(stage, customers);
  const life = createTicketLife(stage, projects);
  const work = createWork(stage, life, customers, contracts.agreements);
  const tables: Tables = {
    ...createSetupTables(seed, plan),
    ...customers.tables,
    ...contracts.tables,
    ...projects.tables,
    ...work.tables,
    ...createTicketTables(stage, customers, contracts, projects, life, work.hoursOf),
  };
  return {
    plan,
    table: (entity) => tables[entityOf(entity)],
    homeOf: (entity, id) =>
      entity === 'Ticket' && id <= plan.tickets && life.isProject(id) ? 'ProjectTicket' : entity,
    at: (path) => {
      const table = tables[tableAt(path) ?? ''];
      if (table === undefined) return undefined;
      const parent = /\/(\d+)\//.exec(path)?.[1];
      return parent === undefined ? { table } : { table, parent: Number(parent) };
    },
  };
}
