import { badRequest } from './failures.ts';
import { isArray, isRecord, type Json, type JsonRecord } from './json.ts';

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

/**
 * Custom fields are merged by id: entries that are not sent stay, an empty array clears nothing (§7.3).
 */
function mergeCustomFields(stored: Json | undefined, sent: Json): Json {
  if (!isArray(stored) || !isArray(sent)) return stored ?? sent;
  return stored.map((entry) => {
    const change = sent.find((one) => isRecord(one) && isRecord(entry) && one['id'] === entry['id']);
    return isRecord(entry) && isRecord(change) ? { ...entry, ...change } : entry;
  });
}

/**
 * A path into a reference. The id works in production code; a natural key answers 200 and changes nothing, which is
 * why the guide says to replace the whole reference (§7.3).
 */
function hasNoEffect(record: JsonRecord, { path }: Patch): boolean {
  const [name = '', key] = path;
  return path.length === 2 && (key === 'identifier' || key === 'name') && isRecord(record[name]);
}

function withoutStaleNames(record: JsonRecord, { path }: Patch): JsonRecord {
  const [name = '', key] = path;
  const reference = record[name];
  return key === 'id' && isRecord(reference) && path.length === 2
    ? { ...record, [name]: { id: reference['id'] ?? null } }
    : record;
}

function applied(record: JsonRecord, patch: Patch, names: readonly string[]): JsonRecord {
  const [name = ''] = patch.path;
  const whole = patch.path.join('/');
  if (!names.includes(name)) throw badRequest(`The path '${whole}' does not exist.`);
  if (patch.path.length === 1 && name === 'customFields')
    return { ...record, [name]: mergeCustomFields(record[name], patch.value) };
  if (hasNoEffect(record, patch)) return record;
  const patched = patchValue(record, patch, whole);
  return isRecord(patched) ? withoutStaleNames(patched, patch) : record;
}

/** A record after the operations of a PATCH; `names` are the members that its schema knows, in their own letters. */
export function patchRecord(record: JsonRecord, body: Json, names: readonly string[]): JsonRecord {
  if (!isArray(body)) return record;
  return body.map(patchOf).reduce((current, patch) => applied(current, patch, names), record);
}
