import { and, field, or } from '../conditions/builder.ts';
import type { Condition } from '../conditions/condition.ts';
import { printConditions, UnprintableCondition } from '../conditions/printing.ts';
import type { Row } from './look-up.ts';
import type { Key, Source } from './source.ts';
import { type Candidate, unaskable } from './unresolved.ts';

/** In any case, as ConnectWise compares (connectwise-api.md §3.2.6), and with one space where there are several. */
const folded = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether two names are the same one. */
export const isSameName = (one: string, other: string): boolean => folded(one) === folded(other);

const textAt = (row: Row, key: Key): string =>
  key
    .map((member) => row[member])
    .filter((text) => typeof text === 'string')
    .join(' ');

/** The records that bear the name whole: the server's answer is not trusted to hold no others. */
export const bearers = (rows: readonly Row[], { keys }: Source, name: string): readonly Row[] =>
  standing(rows).filter((row) => keys.some((key) => isSameName(textAt(row, key), name)));

/** A record as the caller is told of it. */
export function candidateOf(row: Row, { keys }: Source): Candidate {
  const names = [...new Set(keys.map((key) => textAt(row, key)).filter((text) => text !== ''))];
  const company = nameOf(row['company']);
  return { id: row.id, names, ...(company !== undefined && { company }) };
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
    ? value.name
    : undefined;

/** The members that tell what a record is called. */
export const fieldsOf = ({ keys, isOfCustomer, keepsDeleted }: Source): string =>
  ['id', ...keys.flat(), ...(isOfCustomer ? ['company/name'] : []), ...(keepsDeleted ? [deleted] : [])].join(
    ',',
  );

const deleted = 'deletedFlag';

/** The records that are not deleted. They are not left out by the filter, which would leave out those without the flag too. */
export const standing = (rows: readonly Row[]): readonly Row[] => rows.filter((row) => row[deleted] !== true);

/** With everything else in the URL, it stays below the 2,000 characters that are taken (connectwise-api.md §3.6). */
const maxConditionsLength = 1_500;

/**
 * The filter for what bears a name, as text.
 * @param company the id of the company that it must belong to.
 * @throws Unresolved where the name cannot be asked for.
 */
export function conditionsFor(path: string, source: Source, name: string, company?: number): string {
  return printed(path, () => {
    const tests = source.keys.map((key) => bears(key, name));
    const ofCompany = company === undefined ? [] : [field('company/id').equals(company)];
    return and(either(tests), ...ofCompany);
  });
}

/** The filter for what holds a word of the name; undefined where it has none that can be asked for. */
export function conditionsLike(path: string, source: Source, name: string): string | undefined {
  const [fragment] = name.match(/[\p{L}\p{N}]{3,20}/u) ?? [];
  if (fragment === undefined) return undefined;
  const tests = source.keys.flat().map((member) => field(member).contains(fragment));
  return printed(path, () => either(tests));
}

function either([first, ...others]: readonly Condition[]): Condition {
  if (!first) throw new UnprintableCondition('A source has at least one key.');
  return or(first, ...others);
}

/** A name of several members is cut between its words, wherever it may be: "Ada de Vries" is "Ada" and "de Vries". */
function bears([first, second]: Key, name: string): Condition {
  if (second === undefined) return field(first).equals(name.trim());
  const words = name.trim().split(/\s+/).slice(0, maxWords);
  if (words.length === 1) return field(first).equals(name.trim());
  const cuts = words.slice(1).map((_, place) => {
    const [one, other] = [words.slice(0, place + 1).join(' '), words.slice(place + 1).join(' ')];
    return and(field(first).equals(one), field(second).equals(other));
  });
  return either(cuts);
}

/** Nobody is called by more, and each makes the filter longer. */
const maxWords = 6;

function printed(path: string, build: () => Condition): string {
  try {
    const text = printConditions(build());
    if (encodeURIComponent(text).length <= maxConditionsLength) return text;
  } catch (error) {
    if (!(error instanceof UnprintableCondition)) throw error;
    throw unaskable(path, `cannot be looked up: ${error.message.replace(/\.$/, '')}`);
  }
  throw unaskable(path, 'is too long for a name to be looked up');
}
