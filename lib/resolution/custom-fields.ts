import * as z from 'zod/mini';
import type { Operation } from '../catalogue/operation.ts';
import { memberPath } from '../preflight/finding.ts';
import { resolved } from '../preflight/walk.ts';
import type { Row } from './look-up.ts';
import { isSameName } from './naming.ts';
import type { NamedFields } from './place.ts';
import { currentRecord, pathInputs, type Session } from './session.ts';
import { ambiguous, type Candidate, missing, Unresolved, unaskable } from './unresolved.ts';

/** An entry of a record's custom fields, as a write takes it (connectwise-api.md §7.3). */
interface FieldEntry {
  readonly id: number;
  readonly value: unknown;
}

/**
 * The entries that captions mean. The definitions are read from records of the same list, since every record lists all its
 * fields, empty ones too (connectwise-api.md §7.9), while `/system/userDefinedFields` mixes those of all screens, needs a
 * right of its own, and does not say which record has them.
 * @throws Unresolved with each caption that means no field or several; LookUpFailed where a look-up was not answered.
 */
export async function fieldEntries(named: NamedFields, session: Session): Promise<readonly FieldEntry[]> {
  const captions = [...named.values.keys()];
  const known = await fieldsKnown(named, captions, session);
  const findings = captions.flatMap((caption) => {
    const path = memberPath(named.path, caption);
    const meant = called(caption, known);
    if (meant.length === 1) return [];
    const place = 'the custom fields of the record';
    return meant.length === 0 ? [missing(path, place, caption, known)] : [ambiguous(path, place, meant)];
  });
  if (findings.length > 0) throw new Unresolved(findings);
  const entries = [...named.values].flatMap(([caption, value]) =>
    called(caption, known).map(({ id }) => ({ id, value })),
  );
  if (new Set(entries.map(({ id }) => id)).size < entries.length)
    throw unaskable(named.path, 'gives one field twice', 'Give each caption once.');
  return entries;
}

const called = (caption: string, known: readonly Candidate[]) =>
  known.filter(({ names }) => names.some((name) => isSameName(name, caption)));

/** The newest are the likeliest to have the fields of today. A field may be kept to some locations, so there is more than one. */
const sampled = { fields: 'id,customFields', orderBy: 'id desc', pageSize: 5 };

/** Those of a few records of the list; where a caption is not among them, also those of the record that is written. */
async function fieldsKnown({ path, isOfRecord }: NamedFields, captions: readonly string[], session: Session) {
  const list = isOfRecord ? listOf(session) : undefined;
  if (!list)
    throw unaskable(path, 'are custom fields that no list shows', 'Give them as [{ "id": …, "value": … }].');
  const hasAll = (rows: readonly Row[]) => {
    const known = fieldsIn(rows);
    return captions.every((caption) => called(caption, known).length === 1);
  };
  const lookUp = { path, operation: list, inputs: { ...pathInputs(list, session), ...sampled } };
  const rows = await session.inquiry.rows(lookUp, hasAll);
  if (hasAll(rows)) return fieldsIn(rows);
  const current = await currentRecord(path, sampled.fields, session);
  const all = current ? [current, ...rows] : rows;
  if (all.length > 0) return fieldsIn(all);
  const why = 'cannot be looked up: there is no record yet that shows which custom fields there are';
  throw unaskable(path, why, 'Give them as [{ "id": …, "value": … }].');
}

/** The list of the records that the operation writes. */
function listOf({ operation, catalogue }: Session): Operation | undefined {
  const path = operation.path.replace(/\/(?:\{[^{}]+\}|bulk)\/?$/, '');
  const list = catalogue.find(`GET ${path}`) ?? catalogue.find(`GET ${path}/`);
  const items = list?.success.kind === 'list' ? list.success.schema?.items : undefined;
  const { properties } = resolved(items ?? {}, { schemaOf: catalogue.schema });
  return properties?.['customFields'] === undefined ? undefined : list;
}

const fieldSchema = z.looseObject({ id: z.int(), caption: z.string() });

/** Every field once, by its id. What cannot be read as one is no field to choose from. */
function fieldsIn(rows: readonly Row[]): readonly Candidate[] {
  const fields = new Map<number, Candidate>();
  for (const entry of rows.flatMap(({ customFields }) => customFields)) {
    const parsed = fieldSchema.safeParse(entry);
    if (parsed.success) fields.set(parsed.data.id, { id: parsed.data.id, names: [parsed.data.caption] });
  }
  return [...fields.values()];
}
