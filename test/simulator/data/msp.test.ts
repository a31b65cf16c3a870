import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isArray, isRecord, type Json } from '../../../simulator/json.ts';
import { memberAt } from '../../../simulator/records.ts';
import { faultsOf } from '../conformity.ts';
import { catalogue, createRecords, entities } from './records-of-an-msp.ts';

const records = createRecords(4000);
const tickets = records.some('service/tickets', 1000);
const numberAt = (record: Json, ...path: string[]): number => Number(memberAt(record, path));
const textAt = (record: Json, ...path: string[]): string => String(memberAt(record, path));

/** Every path of names in a record, arrays as a whole. */
function pathsOf(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (!isRecord(value) || isArray(value)) return [path];
  const inner = Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

describe.each(Object.entries(entities))('%s', (path, entity) => {
  const some = records.some(path, 40);

  test('holds records that its schema allows', () => {
    expect(some.length).toBeGreaterThan(0);
    expect(some.flatMap((one) => faultsOf(one, { $ref: entity }, path, catalogue))).toEqual([]);
  });

  test('gives each value as its record has it', () => {
    const collection = records.at(path);
    const properties = Object.keys(catalogue.schema(entity)?.properties ?? {}).map((name) => [name]);
    for (const record of some)
      for (const names of [...pathsOf(record), ...properties])
        expect(collection.value(numberAt(record, 'id'), names), names.join('/')).toEqual(
          memberAt(record, names),
        );
  });

  test('is the same for the same seed only', () => {
    const again = createRecords(4000).some(path, 40);
    expect(again).toEqual(some);
    expect(createRecords(4000, 2).some(path, 40)).not.toEqual(some);
  });
});

/** Where references of an entity must be found. */
const homes: Readonly<Record<string, (id: number) => readonly [path: string, entity: string]>> = {
  company: () => ['company/companies', 'Company'],
  contact: () => ['company/contacts', 'Contact'],
  agreement: () => ['finance/agreements', 'Agreement'],
  project: () => ['project/projects', 'Project'],
  member: () => ['system/members', 'Member'],
  owner: () => ['system/members', 'Member'],
  manager: () => ['system/members', 'Member'],
  territoryManager: () => ['system/members', 'Member'],
  board: () => ['service/boards', 'Board'],
  priority: () => ['service/priorities', 'Priority'],
  source: () => ['service/sources', 'Source'],
  ticket: (id) => (id % 10 === 0 ? ['project/tickets', 'ProjectTicket'] : ['service/tickets', 'Ticket']),
};

test.each(Object.keys(entities))('references of %s lead to records of that name', (path) => {
  for (const record of records.some(path, 60))
    for (const [name, reference] of Object.entries(record)) {
      if (!isRecord(reference) || homes[name] === undefined) continue;
      const id = numberAt(reference, 'id');
      const [home, entity] = homes[name](id);
      const target = records.at(home, entity);
      expect(target.has(id), `${path} ${name} ${id}`).toBe(true);
      if (reference['name'] !== undefined && entity !== 'Contact' && entity !== 'Member')
        expect(reference['name']).toBe(target.get(id)?.['name']);
    }
});

describe('a ticket', () => {
  test('has a contact and a site of its company', () => {
    for (const ticket of tickets) {
      const company = numberAt(ticket, 'company', 'id');
      const contact = memberAt(ticket, ['contact', 'id']);
      if (contact !== undefined)
        expect(records.at('company/contacts').value(Number(contact), ['company', 'id'])).toBe(company);
      const sites = records.at(`company/companies/${company}/sites`, 'CompanySite');
      expect(sites.has(numberAt(ticket, 'site', 'id'))).toBe(true);
    }
  });

  test('has a status of its board, closed where it is', () => {
    for (const ticket of tickets) {
      const statuses = records.at(
        `service/boards/${numberAt(ticket, 'board', 'id')}/statuses`,
        'BoardStatus',
      );
      const status = statuses.get(numberAt(ticket, 'status', 'id'));
      expect(status?.['closedStatus']).toBe(ticket['closedFlag']);
      expect(status?.['name']).toBe(textAt(ticket, 'status', 'name'));
    }
  });

  test('was closed after it was entered, before the last day', () => {
    for (const ticket of tickets.filter((one) => one['closedFlag'] === true)) {
      const entered = Date.parse(textAt(ticket, '_info', 'dateEntered'));
      const closed = Date.parse(textAt(ticket, 'closedDate'));
      expect(closed).toBeGreaterThan(entered);
      expect(closed).toBeLessThanOrEqual(Date.UTC(2026, 5, 1));
    }
  });

  test('shows the hours of its time entries', () => {
    const entries = records.at('time/entries');
    for (const ticket of tickets.slice(0, 200)) {
      const own = records
        .at(`service/tickets/${numberAt(ticket, 'id')}/timeentries`, 'TimeEntryReference')
        .ids();
      const hours = own.map((id) => Number(entries.value(id, ['actualHours'])));
      expect(ticket['actualHours']).toBe(hours.reduce((sum, one) => sum + one, 0));
      expect(own.every((id) => entries.value(id, ['chargeToId']) === ticket['id'])).toBe(true);
    }
  });
});

test('service and project tickets share one id space', () => {
  const service = records.at('service/tickets');
  const project = records.at('project/tickets');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4000 }), (id) => {
      expect(service.has(id)).not.toBe(project.has(id));
    }),
  );
  expect(service.ids().length + project.ids().length).toBe(4000);
});

test('a new ticket takes an id that neither kind has', () => {
  const { at } = createRecords(100);
  at('project/tickets').set(at('project/tickets').nextId(), { summary: 'x' });
  expect([at('service/tickets').nextId(), at('project/tickets').ids().at(-1)]).toEqual([102, 101]);
});

test('an invoice bills an agreement of its company', () => {
  for (const invoice of records.some('finance/invoices', 100)) {
    const agreement = records.at('finance/agreements').get(numberAt(invoice, 'agreement', 'id'));
    expect(memberAt(agreement, ['company', 'id'])).toBe(numberAt(invoice, 'company', 'id'));
    expect(agreement?.['billAmount']).toBe(invoice['total']);
  }
});

test('billed time is old, and of an agreement of its company', () => {
  const billed = records.some('time/entries', 400).filter((one) => one['status'] === 'BilledAgreement');
  expect(billed.length).toBeGreaterThan(40);
  for (const entry of billed) {
    const agreement = records.at('finance/agreements').get(numberAt(entry, 'agreement', 'id'));
    expect(memberAt(agreement, ['company', 'id'])).toBe(numberAt(entry, 'company', 'id'));
    expect(Date.parse(textAt(entry, 'timeEnd'))).toBeLessThan(Date.UTC(2026, 4, 1));
  }
});

test('few companies have most tickets, and most tickets are closed in office hours', () => {
  const large = tickets.filter((one) => numberAt(one, 'company', 'id') <= 4).length;
  const closed = tickets.filter((one) => one['closedFlag'] === true).length;
  const office = tickets.filter((one) => {
    const entered = new Date(textAt(one, '_info', 'dateEntered'));
    return entered.getUTCDay() % 6 !== 0 && entered.getUTCHours() >= 12 && entered.getUTCHours() < 22;
  }).length;
  expect(large / tickets.length).toBeGreaterThan(0.5);
  expect(closed / tickets.length).toBeGreaterThan(0.85);
  expect(closed).toBeLessThan(tickets.length);
  expect(office / tickets.length).toBeGreaterThan(0.7);
});

test('every board has one default status and one that closes', () => {
  for (const board of records.at('service/boards').ids()) {
    const statuses = records.at(`service/boards/${board}/statuses`, 'BoardStatus');
    const all = statuses.ids().map((id) => statuses.get(id));
    expect(all.filter((one) => one?.['defaultFlag'] === true)).toHaveLength(1);
    expect(all.filter((one) => one?.['closedStatus'] === true)).toHaveLength(1);
  }
});

test('company names and identifiers are unique', () => {
  const companies = createRecords(1_000_000).at('company/companies');
  for (const name of ['name', 'identifier']) {
    const values = companies.ids().map((id) => companies.value(id, [name]));
    expect(new Set(values).size).toBe(5000);
  }
});

test('sizes out of bounds are refused in a sentence', () => {
  expect(() => createRecords(99)).toThrow('asked for 99 tickets. Give a whole number from 100 to 1000000.');
});
