import type { Dice } from './dice.ts';

type Words = readonly [string, ...string[]];

const firstNames: Words = [
  'Ada',
  'Ben',
  'Clara',
  'Dmitri',
  'Elena',
  'Farid',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Kavya',
  'Liam',
];
const lastNames: Words = [
  'Abbott',
  'Brandt',
  'Castillo',
  'Dahl',
  'Eriksen',
  'Fontaine',
  'Okafor',
  'Petrov',
  'Rossi',
  'Tanaka',
];
const companies: Words = [
  'Northfield Dental',
  'Bayview Haulage',
  'Blue Ridge Clinics',
  'Cedar & Sons Builders',
  'Lakeside Credit Union',
  'Summit Legal Group',
  'Redwood Realty',
  'Granite State Foods',
  'Pioneer Machine Works',
  'Tidewater Insurance',
];
const cities: Words = ['Tampa', 'Columbus', 'Leeds', 'Ghent', 'Perth', 'Austin', 'Boise', 'Cardiff'];
const streets: Words = ['Harbor Street', 'Mill Lane', 'Second Avenue', 'Orchard Road', 'Station Square'];
const boards: Words = [
  'Service Desk',
  'Projects',
  'Alerts',
  'Professional Services',
  'Internal IT',
  'Onboarding',
];
const statuses: Words = ['New', 'In Progress', 'Waiting on Customer', 'Scheduled', 'Completed', '>Closed'];
const priorities: Words = [
  'Priority 1 - Critical',
  'Priority 2 - High',
  'Priority 3 - Medium',
  'Priority 4 - Low',
];
const countries: Words = ['United States', 'United Kingdom', 'Australia', 'Germany', 'South Africa'];
const sites: Words = ['Main', 'Warehouse', 'Branch North', 'Branch South'];
const summaries: Words = [
  'Printer on the second floor is offline',
  'New laptop for a starter',
  'Cannot connect to VPN',
  'Mailbox is full',
  'Backup job failed last night',
  'Password reset',
  'Slow Wi-Fi in the meeting room',
  'Renew the SSL certificate',
];
const sentences: Words = [
  'Called the user and left a message.',
  'Replaced the cable; the link is up again.',
  'Waiting for the vendor to answer.',
  'Checked the event log, nothing unusual.',
  'Agreed on a visit next Tuesday.',
];

const phone = (dice: Dice): string => `813555${String(dice.whole(0, 9999)).padStart(4, '0')}`;
const person = (dice: Dice): string => `${dice.pick(firstNames)} ${dice.pick(lastNames)}`;
const hex = (dice: Dice, digits: number): string =>
  dice
    .whole(0, 16 ** digits - 1)
    .toString(16)
    .padStart(digits, '0');

/** A version 4 UUID of the dice. */
export const guid = (dice: Dice): string =>
  `${hex(dice, 8)}-${hex(dice, 4)}-4${hex(dice, 3)}-a${hex(dice, 3)}-${hex(dice, 12)}`;

/** What a string member reads like, by its name; the first pattern that fits decides. */
const byName: readonly (readonly [RegExp, (dice: Dice) => string])[] = [
  // What /system/info says of the server (connectwise-api.md §2.4).
  [/^version$/, () => 'v2026.1.98765'],
  [/^serverTimeZone$/, () => 'Eastern Standard Time'],
  [/^cloudRegion$/, () => 'NA'],
  [/e?mail(address|login)?$/i, (dice) => `${dice.pick(firstNames).toLowerCase()}@example.com`],
  [/extension$/i, (dice) => String(dice.whole(100, 999))],
  [/phone|fax|mobile|pager/i, phone],
  [/url|website|hyperlink|link$/i, (dice) => `https://www.example.com/${hex(dice, 6)}`],
  [/guid|token|connectwiseid$/i, guid],
  [/^firstname/i, (dice) => dice.pick(firstNames)],
  [/^lastname/i, (dice) => dice.pick(lastNames)],
  [/addressline|^address|street/i, (dice) => `${dice.whole(1, 400)} ${dice.pick(streets)}`],
  [/city$/i, (dice) => dice.pick(cities)],
  [/^state|stateidentifier/i, (dice) => dice.pick(['FL', 'OH', 'TX', 'ID'])],
  [/zip|postal/i, (dice) => String(dice.whole(10_000, 99_999))],
  [/country/i, (dice) => dice.pick(countries)],
  [/currency/i, (dice) => dice.pick(['USD', 'GBP', 'EUR', 'AUD'])],
  [/ipaddress|ip$|server/i, (dice) => `10.0.${dice.whole(0, 255)}.${dice.whole(1, 254)}`],
  [/time$|hour$/i, (dice) => `${String(dice.whole(7, 18)).padStart(2, '0')}:00:00`],
  [/filename|file$|path$/i, (dice) => `report-${hex(dice, 4)}.pdf`],
  [/color/i, (dice) => `#${hex(dice, 6)}`],
  [/companyname|^company/i, (dice) => dice.pick(companies)],
  [/contactname|enteredby|updatedby|createdby|closedby|author|owner|member/i, person],
  [/sitename/i, (dice) => dice.pick(sites)],
  [/board/i, (dice) => dice.pick(boards)],
  [/status/i, (dice) => dice.pick(statuses)],
  [/priority/i, (dice) => dice.pick(priorities)],
  [/title|summary|subject|caption|name$/i, (dice) => dice.pick(summaries)],
  [/number|identifier|code|key|ref/i, (dice) => `${hex(dice, 2).toUpperCase()}-${dice.whole(1000, 9999)}`],
];

/** A string that reads like what its member's name promises; a sentence where the name promises nothing. */
export function stringFor(name: string, dice: Dice): string {
  const entry = byName.find(([pattern]) => pattern.test(name));
  return entry === undefined ? dice.pick(sentences) : entry[1](dice);
}

const byEntity: readonly (readonly [RegExp, Words])[] = [
  [/^Company$|^Vendor/, companies],
  [/Board$/, boards],
  [/Status$/, statuses],
  [/Priority$/, priorities],
  [/Country$/, countries],
  [/Site$/, sites],
  [/Ticket$|^Project$|Opportunity$/, summaries],
];

/** `ServiceTeam` reads `Service Team`. */
const spelledOut = (entity: string): string =>
  entity.replace(/^.*\./, '').replaceAll(/([a-z])([A-Z])/g, '$1 $2');

/**
 * The name of record `id` of an entity. It depends on nothing else, so a reference to board 3 and board 3 itself
 * carry the same name.
 */
export function nameFor(schemaName: string, id: number): string {
  // An Info is another view of the same record.
  const entity = schemaName.replace(/(?<=.)Info$/, '');
  const place = Math.max(0, id - 1);
  if (/Member$|Contact$/.test(entity)) {
    const first = firstNames[place % firstNames.length] ?? firstNames[0];
    return `${first} ${lastNames[Math.floor(place / firstNames.length) % lastNames.length] ?? lastNames[0]}`;
  }
  const words = byEntity.find(([pattern]) => pattern.test(entity))?.[1];
  const word = words?.[place % words.length];
  if (words === undefined || word === undefined) return `${spelledOut(entity)} ${id}`;
  const round = Math.floor(place / words.length) + 1;
  return round === 1 ? word : `${word} ${round}`;
}

/** The natural key of record `id`: its name without blanks, and the id where the name alone would not be unique. */
export function identifierFor(entity: string, id: number): string {
  const letters = nameFor(entity, id).replaceAll(/[^A-Za-z0-9]/g, '');
  return letters.endsWith(String(id)) ? letters : `${letters.slice(0, 16)}${id}`;
}
