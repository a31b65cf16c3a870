import { dayMs, dayStampOf, lastDayMs, stampOf } from './calendar.ts';
import type { Customers } from './customer-tables.ts';
import { createSlots, type Ids, placeOf } from './ids.ts';
import { createRoll, pickOf, weighted, wholeBetween } from './roll.ts';
import { type Stage, stampsOf } from './stage.ts';
import { constant, pointer, type Table, type Tables } from './table.ts';

/** Agreements, and what is charged under them. */
export interface Contracts {
  readonly tables: Tables;
  /** Agreements under their companies. */
  readonly agreements: Ids;
}

const agreementsEach = 2;
const additionsEach = 6;
const invoicesEach = 36;

/** What is sold, and its price a month. */
type Product = readonly [string, number];

const products: readonly [Product, ...Product[]] = [
  ['Endpoint protection', 6.5],
  ['Cloud backup, 1 TB', 49],
  ['Microsoft 365 Business Premium', 22],
  ['Managed workstation', 45],
  ['Managed server', 150],
  ['Managed firewall', 95],
];

/** The agreement runs since the start of a month, at most three years ago. */
function startOf(monthsAgo: number): number {
  return Date.UTC(2026, 5 - monthsAgo, 1);
}

function agreementTable(
  { seed, plan }: Stage,
  ids: Ids,
  customers: Customers,
  months: (id: number) => number,
): Table {
  const type = createRoll(seed, 'Agreement', 'type');
  const ended = createRoll(seed, 'Agreement', 'ended');
  const amount = createRoll(seed, 'Agreement', 'amount');
  const kind = (id: number): number => weighted(type(id), [0.7, 0.15, 0.1, 0.05]);
  const isCancelled = (id: number): boolean => ended(id) < 0.08;
  const kinds = ['Managed Services', 'Block Hours', 'Cloud Backup', 'Hardware Rental'] as const;
  const firstOf = (people: Ids) => (id: number) => people.under(ids.parentOf(id))[0];
  return {
    ids,
    columns: {
      name: (id) => `${kinds[kind(id)] ?? kinds[0]} ${new Date(startOf(months(id))).getUTCFullYear()}`,
      type: pointer('AgreementType', (id) => kind(id) + 1),
      company: pointer('Company', ids.parentOf),
      contact: pointer('Contact', firstOf(customers.contacts)),
      site: pointer('CompanySite', firstOf(customers.sites)),
      billToCompany: pointer('Company', ids.parentOf),
      billToContact: pointer('Contact', firstOf(customers.contacts)),
      billToSite: pointer('CompanySite', firstOf(customers.sites)),
      subContractCompany: constant(undefined),
      subContractContact: constant(undefined),
      parentAgreement: constant(undefined),
      startDate: (id) => stampOf(startOf(months(id))),
      billStartDate: (id) => stampOf(startOf(months(id))),
      endDate: (id) => (isCancelled(id) ? dayStampOf(lastDayMs - dayMs) : undefined),
      noEndingDateFlag: (id) => !isCancelled(id),
      cancelledFlag: isCancelled,
      dateCancelled: (id) => (isCancelled(id) ? dayStampOf(lastDayMs - dayMs) : undefined),
      reasonCancelled: (id) => (isCancelled(id) ? 'Moved to another provider' : undefined),
      agreementStatus: (id) => (isCancelled(id) ? 'Cancelled' : 'Active'),
      nextInvoiceDate: (id) => (isCancelled(id) ? undefined : stampOf(startOf(-1))),
      billAmount: (id) => wholeBetween(amount(id), 4, 80) * 50,
      _info: stampsOf(seed, 'Agreement', plan.members, (id) => startOf(months(id))),
    },
  };
}

function additionTable({ seed, plan }: Stage, ids: Ids, months: (id: number) => number): Table {
  const product = createRoll(seed, 'Addition', 'product');
  const count = createRoll(seed, 'Addition', 'quantity');
  const chosen = (id: number) => pickOf(product(id), products);
  const quantity = (id: number): number => wholeBetween(count(id) * count(id), 1, 60);
  const cents = (amount: number): number => Math.round(amount * 100) / 100;
  return {
    ids,
    columns: {
      agreementId: ids.parentOf,
      description: (id) => chosen(id)[0],
      invoiceDescription: (id) => chosen(id)[0],
      quantity,
      billedQuantity: quantity,
      unitPrice: (id) => chosen(id)[1],
      unitCost: (id) => cents(chosen(id)[1] * 0.6),
      extPrice: (id) => cents(quantity(id) * chosen(id)[1]),
      extCost: (id) => cents(quantity(id) * chosen(id)[1] * 0.6),
      effectiveDate: (id) => stampOf(startOf(months(ids.parentOf(id)))),
      cancelledDate: constant(undefined),
      sequenceNumber: (id) => placeOf(id, additionsEach) + 1,
      _info: stampsOf(seed, 'Addition', plan.members, (id) => startOf(months(ids.parentOf(id)))),
    },
  };
}

/** One invoice for every month that an agreement ran: its amount and its additions. */
function invoiceTable(
  { seed, plan }: Stage,
  ids: Ids,
  agreements: Ids,
  agreement: Table,
  months: (id: number) => number,
): Table {
  const paid = createRoll(seed, 'Invoice', 'paid');
  const issued = (id: number): number => startOf(months(ids.parentOf(id)) - placeOf(id, invoicesEach));
  const company = (id: number): number => agreements.parentOf(ids.parentOf(id));
  const amount = (id: number): number => {
    const column = agreement.columns['billAmount'];
    const value = typeof column === 'function' ? column(ids.parentOf(id)) : 0;
    return typeof value === 'number' ? value : 0;
  };
  const isPaid = (id: number): boolean => lastDayMs - issued(id) > 45 * dayMs && paid(id) < 0.95;
  const number = (id: number): string => `INV${String(id).padStart(7, '0')}`;
  return {
    ids,
    columns: {
      invoiceNumber: number,
      identifier: number,
      type: constant('Agreement'),
      billingType: constant('Agreement'),
      applyToType: constant('Agreement'),
      applyToId: ids.parentOf,
      agreement: pointer('Agreement', ids.parentOf),
      company: pointer('Company', company),
      billToCompany: pointer('Company', company),
      shipToCompany: pointer('Company', company),
      ticket: constant(undefined),
      project: constant(undefined),
      phase: constant(undefined),
      salesOrder: constant(undefined),
      date: (id) => stampOf(issued(id)),
      dueDate: (id) => stampOf(issued(id) + 30 * dayMs),
      locationId: constant(1),
      departmentId: constant(1),
      territoryId: constant(1),
      agreementAmount: amount,
      serviceTotal: constant(0),
      expenseTotal: constant(0),
      productTotal: constant(0),
      downpaymentApplied: constant(0),
      credits: constant(0),
      salesTax: constant(0),
      subtotal: amount,
      total: amount,
      payments: (id) => (isPaid(id) ? amount(id) : 0),
      balance: (id) => (isPaid(id) ? 0 : amount(id)),
      _info: stampsOf(seed, 'Invoice', plan.members, issued),
    },
  };
}

/** Agreements with additions, and an invoice for each month of each. */
export function createContracts(stage: Stage, customers: Customers): Contracts {
  const { seed, plan } = stage;
  const has = createRoll(seed, 'Agreement', 'count');
  const agreements = createSlots({
    parents: plan.companies,
    each: agreementsEach,
    countOf: (company) => weighted(has(company), [0.25, 0.6, 0.15]),
  });
  const since = createRoll(seed, 'Agreement', 'since');
  const months = (id: number): number => wholeBetween(since(id), 1, invoicesEach);
  const lines = createRoll(seed, 'Addition', 'count');
  const parents = agreements.last;
  const exists = (count: (id: number) => number) => (id: number) => (agreements.has(id) ? count(id) : 0);
  const additions = createSlots({
    parents,
    each: additionsEach,
    countOf: exists((id) => wholeBetween(lines(id), 1, additionsEach)),
  });
  const invoices = createSlots({ parents, each: invoicesEach, countOf: exists(months) });
  const agreement = agreementTable(stage, agreements, customers, months);
  const tables: Tables = {
    Agreement: agreement,
    Addition: additionTable(stage, additions, months),
    Invoice: invoiceTable(stage, invoices, agreements, agreement, months),
  };
  return { tables, agreements };
}
