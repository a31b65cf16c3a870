import { dayMs, dayStampOf, officeInstant } from './calendar.ts';
import type { Ids } from './ids.ts';
import { createRoll, weighted } from './roll.ts';
import { type Stage, stampsOf } from './stage.ts';
import { constant, pointer, type Table } from './table.ts';

const hardware = ['WS', 'LT', 'SRV', 'FW', 'SW', 'PRN'] as const;

/** The machines of companies, each with the person who sits at it. */
export function configurationTable(
  { seed, plan }: Stage,
  ids: Ids,
  contacts: Ids,
  mainSite: (id: number) => number,
): Table {
  const type = createRoll(seed, 'Configuration', 'type');
  const status = createRoll(seed, 'Configuration', 'status');
  const owner = createRoll(seed, 'Configuration', 'owner');
  const bought = createRoll(seed, 'Configuration', 'bought');
  const kind = (id: number): number => weighted(type(id), [0.4, 0.25, 0.1, 0.05, 0.1, 0.1]);
  const boughtMs = (id: number): number => officeInstant(bought(id), owner(id));
  const ofCompany = (id: number): number | undefined => {
    const people = contacts.under(ids.parentOf(id));
    return people[Math.floor(owner(id) * people.length)];
  };
  const isActive = (id: number): boolean => status(id) < 0.85;
  return {
    ids,
    columns: {
      name: (id) => `${hardware[kind(id)] ?? hardware[0]}-${String(id).padStart(5, '0')}`,
      type: pointer('ConfigurationType', (id) => kind(id) + 1),
      status: pointer('ConfigurationStatus', (id) => (isActive(id) ? 1 : 2)),
      activeFlag: isActive,
      company: pointer('Company', ids.parentOf),
      contact: pointer('Contact', (id) => (kind(id) < 2 ? ofCompany(id) : undefined)),
      site: pointer('CompanySite', (id) => mainSite(ids.parentOf(id))),
      locationId: constant(1),
      businessUnitId: constant(1),
      companyLocationId: constant(1),
      parentConfigurationId: constant(undefined),
      purchaseDate: (id) => dayStampOf(boughtMs(id)),
      installationDate: (id) => dayStampOf(boughtMs(id) + 7 * dayMs),
      warrantyExpirationDate: (id) => dayStampOf(boughtMs(id) + 3 * 365 * dayMs),
      serialNumber: (id) => `SN${Math.imul(id, 2654435761) >>> 0}`,
      _info: stampsOf(seed, 'Configuration', plan.members, boughtMs),
    },
  };
}
