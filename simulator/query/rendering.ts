import type { JsonRecord } from '../json.ts';
import { withoutNulls } from './view.ts';

/**
 * The JSON text of records that were shown. A record is never changed, only replaced, so its text stays true; it goes
 * when its record goes, which the shelf sees to.
 */
const texts = new WeakMap<JsonRecord, Buffer>();

/** The JSON text of a record as replies show it. Printing a page of whole tickets takes ten times as long as joining it. */
export function recordText(record: JsonRecord): Buffer {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const text = Buffer.from(JSON.stringify(withoutNulls(record)));
  texts.set(record, text);
  return text;
}

const opening = Buffer.from('[');
const comma = Buffer.from(',');
const closing = Buffer.from(']');

/** A JSON array of items that are JSON texts already. */
export function arrayText(items: readonly Buffer[]): Buffer {
  const parts = items.flatMap((item, index) => [index === 0 ? opening : comma, item]);
  return Buffer.concat(parts.length === 0 ? [opening, closing] : [...parts, closing]);
}
