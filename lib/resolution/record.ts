import { isPatch } from '../preflight/patch.ts';
import type { LookUp, Row } from './look-up.ts';
import { bearers, candidateOf, conditionsFor, conditionsLike, fieldsOf, standing } from './naming.ts';
import { parentOf } from './parent.ts';
import type { NamedRecord, Owner } from './place.ts';
import { currentRecord, inputOf, type Session } from './session.ts';
import type { Source } from './source.ts';
import { ambiguous, missing, Unresolved, unaskable } from './unresolved.ts';

/** What ConnectWise gives at the most in a page (connectwise-api.md §4). */
const pageSize = 1_000;

/** A list, with the record that it lies within filled in. */
interface Listing {
  readonly named: NamedRecord;
  readonly source: Source;
  readonly within: Readonly<Record<string, string>>;
  /** As a sentence names it: `/service/boards/3/statuses`. */
  readonly listed: string;
}

/**
 * The id of the one record that is called so.
 * @throws Unresolved where none is, or several are, or it cannot be found out; LookUpFailed where a look-up was not answered.
 */
export async function recordId(named: NamedRecord, session: Session): Promise<number> {
  const source = session.sources(named.reference);
  if (!source)
    throw unaskable(named.path, `is a ${named.reference}, for which there is no list to look a name up in`);
  const listing = await listingOf(named, source, session);
  const found = await rowsCalled(listing, undefined, session);
  const [only, ...others] = found;
  if (only && others.length === 0) return only.id;
  if (!only) throw new Unresolved([await nothing(listing, session)]);
  const [ofCompany, ...more] = await rowsOfCompany(listing, session);
  if (ofCompany && more.length === 0) return ofCompany.id;
  const candidates = (ofCompany ? [ofCompany, ...more] : found).map((row) => candidateOf(row, source));
  throw new Unresolved([ambiguous(named.path, listing.listed, candidates)]);
}

function lookUpIn(
  { named, source, within }: Listing,
  inputs: Readonly<Record<string, string | number>>,
): LookUp {
  const asked = { ...within, fields: fieldsOf(source), ...inputs };
  return { path: named.path, operation: source.list, inputs: asked };
}

/** The records that bear the name. One is remembered; none and several are asked for again, as they may be mended any time. */
async function rowsCalled(
  listing: Listing,
  company: number | undefined,
  { inquiry }: Session,
): Promise<readonly Row[]> {
  const { named, source } = listing;
  const conditions = conditionsFor(named.path, source, named.name, company);
  const bearing = (rows: readonly Row[]) => bearers(rows, source, named.name);
  const lookUp = lookUpIn(listing, { conditions, pageSize: 50 });
  return bearing(await inquiry.rows(lookUp, (rows) => bearing(rows).length === 1));
}

/** Where several bear the name: those of the company that the request names beside it. That is said, not guessed. */
async function rowsOfCompany(listing: Listing, session: Session): Promise<readonly Row[]> {
  const { source, named } = listing;
  const hasSibling = named.owner.schema.properties?.['company']?.$ref === 'CompanyReference';
  if (!source.isOfCustomer || !hasSibling) return [];
  const company = await siblingId(named, 'company', session);
  return company === undefined ? [] : rowsCalled(listing, company, session);
}

/** What there is instead: the whole list where a page holds it, else also what holds a word of the name. */
async function nothing(listing: Listing, { inquiry }: Session) {
  const { named, source, listed } = listing;
  const never = () => false;
  const first = await inquiry.rows(lookUpIn(listing, { pageSize }), never);
  const conditions = first.length < pageSize ? undefined : conditionsLike(named.path, source, named.name);
  const like =
    conditions === undefined ? [] : await inquiry.rows(lookUpIn(listing, { conditions, pageSize }), never);
  const rows = new Map([...first, ...like].map((row) => [row.id, row]));
  const candidates = standing([...rows.values()])
    .map((row) => candidateOf(row, source))
    .filter(({ names }) => names.length > 0);
  return missing(named.path, listed, named.name, candidates);
}

async function listingOf(named: NamedRecord, source: Source, session: Session): Promise<Listing> {
  const { list, within } = source;
  if (within === undefined) return { named, source, within: {}, listed: list.path };
  const parent = await parentId(named, within, session);
  const [input] = list.inputs.filter((it) => it.in === 'path');
  const listed = list.path.replace(/\{[^{}]+\}/, parent);
  return { named, source, within: input ? { [input.name]: parent } : {}, listed };
}

/** The id of the record within which the name is looked up: the board of a status. */
async function parentId(named: NamedRecord, within: string, session: Session): Promise<string> {
  const { operation, sources } = session;
  const { owner, member, path } = named;
  const parent = parentOf(within, { operation, owner: owner.schema, member }, sources);
  const beside = parent?.member === undefined ? undefined : await siblingId(named, parent.member, session);
  if (beside !== undefined) return String(beside);
  const above = parent?.input === undefined ? undefined : inputOf(session, parent.input);
  if (above !== undefined) return above;
  const why = `is looked up within a record of ${within}, and the request does not say which`;
  const mend =
    parent?.member === undefined ? undefined : `Give '${parent.member}' as well, or the id: { "id": … }.`;
  throw unaskable(path, why, mend);
}

/** The id of another member of the same object: as it is given, by name too; in a patch that leaves it, as the record has it. */
async function siblingId({ owner, path }: NamedRecord, member: string, session: Session) {
  const given = owner.sibling(member);
  if (given) return givenId(given, owner, member, session);
  if (!owner.isRecord || !isPatch(session.operation)) return undefined;
  const record = await currentRecord(path, `id,${member}`, session);
  return idIn(record?.[member]);
}

const idIn = (value: unknown): number | undefined =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number'
    ? value.id
    : undefined;

async function givenId(
  { value, path }: { readonly value: unknown; readonly path: string },
  owner: Owner,
  member: string,
  session: Session,
): Promise<number | undefined> {
  const id = idIn(value);
  const reference = owner.schema.properties?.[member]?.$ref;
  const name = typeof value === 'string' ? value : nameIn(value);
  if (id !== undefined || reference === undefined || name === undefined || name.trim() === '') return id;
  return recordId({ kind: 'record', path, name, reference, member, owner }, session);
}

/** ConnectWise takes a reference by its natural key as well (connectwise-api.md §7.1). */
function nameIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const texts = [Reflect.get(value, 'identifier'), Reflect.get(value, 'name')];
  return texts.find((text) => typeof text === 'string');
}
