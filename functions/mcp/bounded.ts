import type { Operation } from '../../lib/catalogue/operation.ts';

/** Some 6,000 tokens: an agent can read several such answers without losing what it was about. */
const maxBytes = 20_000;
/** A longer text inside of a record that does not fit is cut. */
const maxTextBytes = 1_000;
/** ConnectWise's page where nothing is asked (connectwise-api.md §4.1). */
const defaultPageSize = 25;

/** A response in a size that an agent can read, with what is left out and how to get it. */
interface Bounded {
  readonly value: unknown;
  readonly more?: More;
}

interface More {
  readonly note: string;
  /** What to change in the inputs for what follows. */
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a response fit: whole records of a list from its beginning, the first members of a record, a text's beginning. Bytes
 * are never shown. @param given the inputs of the call, which say what page it was.
 */
export function bounded(
  response: unknown,
  operation: Operation,
  given: Readonly<Record<string, unknown>>,
): Bounded {
  if (Array.isArray(response)) return boundedList(response, operation, given);
  if (isBinary(response)) return boundedFile(response);
  if (bytesOf(response) <= maxBytes) return { value: response };
  return typeof response === 'string' ? boundedText(response) : boundedRecord(response);
}

/** Signs that JSON escapes take up to six bytes for one. */
function boundedText(text: string): Bounded {
  let limitBytes = maxBytes;
  while (bytesOf(textBytes(text, limitBytes)) > maxBytes) limitBytes /= 2;
  const note = `The text has ${Buffer.byteLength(text)} bytes, and its beginning is shown.`;
  return { value: textBytes(text, limitBytes), more: { note } };
}

/** A text of at the most so many bytes of UTF-8, and a mark where it is cut. */
export function textBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  // A character that is cut in its middle becomes a mark of replacement, which goes.
  return `${bytes
    .subarray(0, limitBytes)
    .toString('utf8')
    .replace(/\uFFFD$/, '')}…`;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

function boundedList(
  rows: readonly unknown[],
  operation: Operation,
  given: Readonly<Record<string, unknown>>,
): Bounded {
  const fitting = countFitting(rows);
  if (fitting < rows.length) return cutList(rows, Math.max(1, fitting), operation, given);
  const { page, pageSize } = pageOf(given);
  if (rows.length < pageSize || !isPaged(operation)) return { value: rows };
  const note = `The page is full with ${rows.length} records, so more may follow.`;
  return { value: rows, more: { note, ...nextPage(page + 1, pageSize, given) } };
}

function countFitting(rows: readonly unknown[]): number {
  let bytes = 2;
  for (const [index, row] of rows.entries()) {
    bytes += bytesOf(row) + 1;
    if (bytes > maxBytes) return index;
  }
  return rows.length;
}

/** Shows what fits, and names the page that begins with the first record that is left out. */
function cutList(
  rows: readonly unknown[],
  fitting: number,
  operation: Operation,
  given: Readonly<Record<string, unknown>>,
): Bounded {
  const { page, pageSize } = pageOf(given);
  const before = (page - 1) * pageSize;
  const next = isPaged(operation) ? alignedPage(before, fitting) : { shown: fitting, pageSize: fitting };
  const { shown } = next;
  const all = rows.slice(0, shown);
  const value = bytesOf(all) <= maxBytes ? all : all.map((row) => boundedRecord(row).value);
  const note = `${shown} of ${rows.length} records are shown, the first ones: more would not fit. Narrow it with inputs.conditions, or ask for fewer members with inputs.fields, such as "id,name".`;
  if (!isPaged(operation)) return { value, more: { note } };
  const number = (before + shown) / next.pageSize + 1;
  return { value, more: { note, ...nextPage(number, next.pageSize, given) } };
}

/**
 * The largest page that begins exactly behind what is shown: a page begins at a multiple of its size only, so a few fewer are shown
 * where that lets it be larger. It has at least half as many as fit.
 * @param before how many records stand before the page that is cut.
 */
function alignedPage(before: number, fitting: number) {
  for (let pageSize = fitting; pageSize > 1; pageSize--) {
    const over = before % pageSize;
    const shown = over === 0 ? pageSize : 2 * pageSize - over;
    if (shown <= fitting) return { shown, pageSize };
  }
  return { shown: 1, pageSize: 1 };
}

const isPaged = ({ inputs }: Operation): boolean =>
  inputs.some(({ name }) => name === 'page') && inputs.some(({ name }) => name === 'pageSize');

/** Forward-only paging goes on after an id, and not by the number of a page. */
const nextPage = (page: number, pageSize: number, given: Readonly<Record<string, unknown>>) =>
  given['pageId'] === undefined ? { inputs: { page, pageSize } } : {};

function pageOf(given: Readonly<Record<string, unknown>>) {
  return { page: wholeOr(given['page'], 1), pageSize: wholeOr(given['pageSize'], defaultPageSize) };
}

/** Inputs may be given as texts. */
function wholeOr(value: unknown, otherwise: number): number {
  const number = Number(value);
  return Number.isInteger(number) && number >= 1 ? number : otherwise;
}

function boundedRecord(record: unknown): Bounded {
  if (typeof record !== 'object' || record === null) return boundedText(String(record));
  const kept: Record<string, unknown> = {};
  const left: string[] = [];
  let bytes = 2;
  for (const [name, member] of Object.entries(record)) {
    const value = typeof member === 'string' ? textBytes(member, maxTextBytes) : member;
    const size = bytesOf(name) + bytesOf(value) + 2;
    if (bytes + size > maxBytes) {
      left.push(name);
      continue;
    }
    bytes += size;
    kept[name] = value;
  }
  const names = textBytes(left.join(', '), maxTextBytes);
  const gone = left.length === 0 ? '' : ` Left out: ${names}. Ask for a few of them with inputs.fields.`;
  return { value: kept, more: { note: `The record does not fit whole; long texts are cut.${gone}` } };
}

interface File {
  readonly contentType: string;
  readonly fileName?: string;
  readonly base64: string;
}

const isBinary = (value: unknown): value is File =>
  typeof value === 'object' &&
  value !== null &&
  'base64' in value &&
  typeof value.base64 === 'string' &&
  'contentType' in value &&
  typeof value.contentType === 'string';

function boundedFile({ base64, ...file }: File): Bounded {
  const bytes = Buffer.byteLength(base64, 'base64');
  const note = `It is a file, and its bytes are not shown. Your user can keep it with: npx manage invoke OPERATION -i return=binary -o FILE`;
  return { value: { ...file, bytes }, more: { note } };
}
