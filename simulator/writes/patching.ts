import { badRequest } from '../failures.ts';
import { isArray, isRecord, type Json, type JsonRecord } from '../json.ts';
import { mergeCustomFields } from './defaults.ts';

interface Patch {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: readonly string[];
  readonly value: Json;
}

/** What the server says to a bad operation or path is not known (§13.8); the status is. */
function patchOf(entry: Json, index: number): Patch {
  const { op, path, value } = isRecord(entry) ? entry : {};
  const word = typeof op === 'string' ? op.toLowerCase() : '';
  if (word !== 'add' && word !== 'replace' && word !== 'remove')
    throw badRequest(`Operation ${index} has the op '${String(op)}'; it must be add, replace or remove.`);
  if (typeof path !== 'string' || path === '') throw badRequest(`Operation ${index} has no path.`);
  // With or without a leading slash (§7.3).
  return { op: word, path: path.replace(/^\//, '').split('/'), value: value ?? null };
}

function patchArray(items: readonly Json[], { op, path, value }: Patch, whole: string): Json {
  const [step = '', ...rest] = path;
  const index = step === '-' ? items.length : Number(step);
  const isThere = index < items.length;
  if (
    !/^(\d{1,6}|-)$/.test(step) ||
    index > items.length ||
    (!isThere && (op === 'remove' || rest.length > 0))
  )
    throw badRequest(`The path '${whole}' does not exist.`);
  if (rest.length > 0)
    return items.with(index, patchValue(items[index] ?? null, { op, path: rest, value }, whole));
  if (op === 'remove') return items.toSpliced(index, 1);
  return op === 'add' || !isThere ? items.toSpliced(index, 0, value) : items.with(index, value);
}

function patchValue(target: Json, patch: Patch, whole: string): Json {
  const [name, ...rest] = patch.path;
  if (name === undefined) return patch.value;
  if (isArray(target)) return patchArray(target, patch, whole);
  const record = isRecord(target) ? target : {};
  if (rest.length > 0)
    return { ...record, [name]: patchValue(record[name] ?? null, { ...patch, path: rest }, whole) };
  return { ...record, [name]: patch.op === 'remove' ? null : patch.value };
}

/** What a path into a reference does: see `patchIntoReferences` of the options. */
type IntoReferences = 'ids' | 'none' | 'all';

const keys = ['id', 'identifier', 'name'];

/** Whether a path leads to the key of a reference; the guide says to replace the whole reference instead (§7.3). */
function isIntoReference(record: JsonRecord, { path }: Patch): boolean {
  const [name = '', key = ''] = path;
  const stored = record[name];
  return (
    path.length === 2 && keys.includes(key) && (isRecord(stored) || (key === 'id' && stored === undefined))
  );
}

/** A reference by the one key that was patched: what the others said is not true any more. */
function byKeyAlone(record: JsonRecord, { path, value }: Patch): JsonRecord {
  const [name = '', key = ''] = path;
  return { ...record, [name]: { [key]: value } };
}

function applied(
  record: JsonRecord,
  patch: Patch,
  names: readonly string[],
  into: IntoReferences,
): JsonRecord {
  const [name = '', key] = patch.path;
  const whole = patch.path.join('/');
  // Names are case-sensitive here, and nowhere else (§7.3).
  if (!names.includes(name)) throw badRequest(`The path '${whole}' does not exist.`);
  if (patch.path.length === 1 && name === 'customFields')
    return { ...record, [name]: mergeCustomFields(record[name], patch.value) };
  if (isIntoReference(record, patch)) {
    const hasEffect = into === 'all' || (into === 'ids' && key === 'id');
    return hasEffect ? byKeyAlone(record, patch) : record;
  }
  const patched = patchValue(record, patch, whole);
  return isRecord(patched) ? patched : record;
}

/**
 * A record after the operations of a PATCH; `names` are the members that its schema knows, in their own letters. A path
 * into a reference may be a 200 without effect (§7.3).
 */
export function patchRecord(
  record: JsonRecord,
  body: readonly Json[],
  names: readonly string[],
  into: IntoReferences,
): JsonRecord {
  return body.map(patchOf).reduce((current, patch) => applied(current, patch, names, into), record);
}
