import { dayMs, dayStampOf, lastDayMs, officeInstant } from './calendar.ts';
import { configurationTable } from './configuration-table.ts';
import { createRange, createSlots, type Ids, placeOf } from './ids.ts';
import type { Names } from './names.ts';
import { createRoll, pickOf, type Roll, weighted, wholeBetween } from './roll.ts';
import { type Stage, stampsOf } from './stage.ts';
import { constant, pointer, type Table, type Tables } from './table.ts';

/** What the rest of the MSP hangs on: who a company's people are and where they sit. */
export interface Customers {
  readonly tables: Tables;
  readonly contacts: Ids;
  readonly sites: Ids;
  readonly configurations: Ids;
}

const trades = [
  'Dental',
  'Haulage',
  'Clinics',
  'Builders',
  'Credit Union',
  'Legal Group',
  'Realty',
  'Foods',
  'Machine Works',
  'Insurance',
  'Accounting',
  'Logistics',
  'Hotels',
  'Engineering',
  'Pharmacy',
  'Design Studio',
  'Motors',
  'Farm Supplies',
] as const;
const siteNames = ['Main', 'Warehouse', 'Branch North', 'Branch South'] as const;
const states = ['FL', 'OH', 'TX', 'ID', 'NC', 'WA', 'CO', 'GA'] as const;

const sitesEach = siteNames.length;
const contactsEach = 9;
const configurationsEach = 24;

/** Each place and trade together once before any repeats, so that names stay unique for thousands of companies. */
function companyName({ places }: Names, id: number): string {
  const total = places.length * trades.length;
  const place = ((id - 1) * 7919) % total;
  const name = `${places[place % places.length] ?? ''} ${trades[Math.floor(place / places.length)] ?? ''}`;
  const round = Math.floor((id - 1) / total);
  return round === 0 ? name : `${name} ${round + 1}`;
}

const phoneOf = (share: number): string => `813555${String(Math.floor(share * 10_000)).padStart(4, '0')}`;

/** The address of a site, and of its company where it is the main one. */
function addressOf({ seed, names }: Stage): Table['columns'] {
  const roll = (key: string): Roll => createRoll(seed, 'Site', key);
  const [number, street, city, state, zip, phone] = ['number', 'street', 'city', 'state', 'zip', 'phone'].map(
    roll,
  );
  const share = (one: Roll | undefined, id: number): number => one?.(id) ?? 0;
  return {
    addressLine1: (id) =>
      `${wholeBetween(share(number, id), 1, 900)} ${pickOf(share(street, id), names.streets)}`,
    addressLine2: constant(undefined),
    city: (id) => pickOf(share(city, id), names.places),
    state: (id) => pickOf(share(state, id), states),
    stateIdentifier: (id) => pickOf(share(state, id), states),
    zip: (id) => String(wholeBetween(share(zip, id), 10_000, 99_999)),
    phoneNumber: (id) => phoneOf(share(phone, id)),
  };
}

/** Columns of another table, read at an id that this record has for it. */
export function columnsAt(
  columns: Table['columns'],
  names: readonly string[],
  idOf: (id: number) => number,
): Table['columns'] {
  return Object.fromEntries(
    names.flatMap((name) => {
      const column = columns[name];
      return typeof column === 'function' ? [[name, (id: number) => column(idOf(id))]] : [];
    }),
  );
}

function companyTable(stage: Stage, site: Table, mainSite: (id: number) => number, contacts: Ids): Table {
  const { seed, plan, names } = stage;
  const status = createRoll(seed, 'Company', 'status');
  const type = createRoll(seed, 'Company', 'type');
  const size = createRoll(seed, 'Company', 'size');
  const joined = (id: number): number => lastDayMs - (1100 + (id % 2000)) * dayMs;
  const firstContact = (id: number): number | undefined => contacts.under(id)[0];
  return {
    ids: createRange(plan.companies),
    columns: {
      identifier: (id) => identifierOf(companyName(names, id), id),
      name: (id) => companyName(names, id),
      status: pointer('CompanyStatus', (id) => weighted(status(id), [0.92, 0.04, 0.02, 0.02]) + 1),
      types: (id) => [typeEntry(weighted(type(id), [0.85, 0.09, 0.04, 0.02]))],
      ...columnsAt(site.columns, ['addressLine1', 'city', 'state', 'zip', 'phoneNumber'], mainSite),
      addressLine2: constant(undefined),
      website: (id) => `https://${identifierOf(companyName(names, id), id).toLowerCase()}.example`,
      territory: pointer('Location', (id) => (id % 2) + 1),
      defaultContact: pointer('Contact', firstContact),
      site: pointer('CompanySite', mainSite),
      billToCompany: pointer('Company', (id) => id),
      billingSite: pointer('CompanySite', mainSite),
      billingContact: pointer('Contact', firstContact),
      parentCompany: constant(undefined),
      // Few companies are large, and those have the low ids, as they have most of the tickets.
      numberOfEmployees: (id) => Math.max(3, Math.round((400 / Math.sqrt(id)) * (0.3 + size(id)))),
      dateAcquired: (id) => dayStampOf(joined(id)),
      leadFlag: constant(false),
      deletedFlag: constant(false),
      dateDeleted: constant(undefined),
      deletedBy: constant(undefined),
      _info: stampsOf(seed, 'Company', plan.members, joined),
    },
  };
}

const companyTypes = ['Client', 'Prospect', 'Vendor', 'Former Client'] as const;
const typeEntry = (place: number) => ({ id: place + 1, name: companyTypes[place] ?? companyTypes[0] });

/** At most 25 characters, and unique by its id. */
const identifierOf = (name: string, id: number): string =>
  `${name.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 17)}${id}`;

function contactTable(stage: Stage, ids: Ids, site: Table, siteOf: (id: number) => number): Table {
  const { seed, plan, names } = stage;
  const roll = (key: string): Roll => createRoll(seed, 'Contact', key);
  const [first, last, title, phone, gone, when] = ['first', 'last', 'title', 'phone', 'gone', 'when'].map(
    roll,
  );
  const share = (one: Roll | undefined, id: number): number => one?.(id) ?? 0;
  const firstName = (id: number): string => pickOf(share(first, id), names.firstNames);
  const lastName = (id: number): string => pickOf(share(last, id), names.lastNames);
  const domain = (id: number): string =>
    `${identifierOf(companyName(names, ids.parentOf(id)), ids.parentOf(id)).toLowerCase()}.example`;
  const user = (id: number): string =>
    `${firstName(id)}.${lastName(id)}`.toLowerCase().replaceAll(/[^a-z.]/g, '');
  return {
    ids,
    columns: {
      firstName,
      lastName,
      name: (id) => `${firstName(id)} ${lastName(id)}`,
      company: pointer('Company', ids.parentOf),
      site: pointer('CompanySite', siteOf),
      ...columnsAt(site.columns, ['addressLine1', 'city', 'state', 'zip'], siteOf),
      addressLine2: constant(undefined),
      title: (id) => pickOf(share(title, id), names.titles),
      managerContact: pointer('Contact', (id) =>
        placeOf(id, contactsEach) === 0 ? undefined : ids.under(ids.parentOf(id))[0],
      ),
      assistantContact: constant(undefined),
      defaultMergeContactId: constant(undefined),
      defaultFlag: (id) => placeOf(id, contactsEach) === 0,
      inactiveFlag: (id) => share(gone, id) < 0.08 && placeOf(id, contactsEach) > 0,
      defaultPhoneType: constant('Direct'),
      defaultPhoneNbr: (id) => phoneOf(share(phone, id)),
      communicationItems: (id) => [
        {
          id: 2 * id - 1,
          type: { id: 1, name: 'Email' },
          value: `${user(id)}@${domain(id)}`,
          defaultFlag: true,
          domain: `@${domain(id)}`,
          communicationType: 'Email',
        },
        {
          id: 2 * id,
          type: { id: 2, name: 'Direct' },
          value: phoneOf(share(phone, id)),
          defaultFlag: true,
          communicationType: 'Phone',
        },
      ],
      // Not a member of a contact: tickets show it as contactEmailAddress.
      emailAddress: (id) => `${user(id)}@${domain(id)}`,
      _info: stampsOf(seed, 'Contact', plan.members, (id) =>
        officeInstant(share(when, id) * 0.9, share(phone, id)),
      ),
    },
  };
}

/** Companies with their sites, people and machines. */
export function createCustomers(stage: Stage): Customers {
  const { seed, plan } = stage;
  const parents = plan.companies;
  const counted = (key: string, from: number, to: number) => {
    const roll = createRoll(seed, key, 'count');
    return (id: number): number => wholeBetween(roll(id), from, to);
  };
  const sites = createSlots({ parents, each: sitesEach, countOf: counted('Site', 1, 3) });
  const contacts = createSlots({ parents, each: contactsEach, countOf: counted('Contact', 1, contactsEach) });
  const configurations = createSlots({
    parents,
    each: configurationsEach,
    countOf: counted('Configuration', 3, configurationsEach),
  });
  const mainSite = (company: number): number => (company - 1) * sitesEach + 1;
  const site: Table = {
    ids: sites,
    columns: {
      name: (id) => siteNames[placeOf(id, sitesEach)] ?? siteNames[0],
      ...addressOf(stage),
      company: pointer('Company', sites.parentOf),
      primaryAddressFlag: (id) => placeOf(id, sitesEach) === 0,
      inactiveFlag: constant(false),
      _info: stampsOf(
        seed,
        'Site',
        plan.members,
        (id) => lastDayMs - (1095 + (sites.parentOf(id) % 2000)) * dayMs,
      ),
    },
  };
  const seat = createRoll(seed, 'Contact', 'site');
  const siteOf = (contact: number): number => {
    const all = sites.under(contacts.parentOf(contact));
    return (
      all[Math.floor(seat(contact) * seat(contact) * all.length)] ?? mainSite(contacts.parentOf(contact))
    );
  };
  const tables: Tables = {
    CompanySite: site,
    Company: companyTable(stage, site, mainSite, contacts),
    Contact: contactTable(stage, contacts, site, siteOf),
    Configuration: configurationTable(stage, configurations, contacts, mainSite),
  };
  return { tables, contacts, sites, configurations };
}
