/** Where the rows of a page end in its bytes, each before the comma or bracket that follows, and their ids. */
export interface RowScan {
  readonly ends: readonly number[];
  readonly ids: readonly number[];
}

/**
 * Reads a page as far as paging needs it, at a fifth of what JSON.parse costs and without an object for every member. It takes only
 * what it fully understands: valid JSON that is an array of objects, each on one line with a whole number as its `id`. So what it
 * takes may go into a message unparsed, given that the bytes are UTF-8: whatever reads JSON reads it, as a value and line by line.
 * @returns undefined for anything else, which JSON.parse has to judge then.
 */
export function scanRows(bytes: Uint8Array): RowScan | undefined {
  const scan = { ends: [] as number[], ids: [] as number[] };
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== openList) return undefined;
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === closeList) return isOver(bytes, at + 1) ? scan : undefined;
  for (;;) {
    const end = readRow(bytes, at, scan.ids);
    if (end < 0) return undefined;
    scan.ends.push(end);
    if (scan.ids.length !== scan.ends.length) return undefined;
    at = skipSpace(bytes, end);
    if (bytes[at] === closeList) return isOver(bytes, at + 1) ? scan : undefined;
    if (bytes[at] !== comma) return undefined;
    at = skipSpace(bytes, at + 1);
  }
}

/**
 * Whether bytes that are UTF-8 are valid JSON, on one line: then they may go into a message unparsed. Deep nesting counts as none.
 * 1.4 MB take 0.9 ms, where JSON.parse and JSON.stringify take 6.5.
 */
export function isJsonLine(bytes: Uint8Array): boolean {
  const end = readValue(bytes, skipSpace(bytes, 0), 1);
  return end >= 0 && isOver(bytes, end);
}

const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const [quote, backslash, comma, colon, space] = [0x22, 0x5c, 0x2c, 0x3a, 0x20];
/** Deeper ones are left to JSON.parse, so that no page can exhaust the stack. */
const maxDepth = 60;

const isOver = (bytes: Uint8Array, at: number): boolean => skipSpace(bytes, at) === bytes.length;

function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  for (; ; next++) {
    const byte = bytes[next];
    if (byte !== space && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return next;
  }
}

/** Within a row a line end would break the row in two. */
function skipBlanks(bytes: Uint8Array, at: number): number {
  let next = at;
  while (bytes[next] === space || bytes[next] === 0x09) next++;
  return next;
}

/** All of them give where what they have read ends, or -1 where it is not what it should be. */
function readRow(bytes: Uint8Array, at: number, ids: number[]): number {
  if (bytes[at] !== openObject) return -1;
  let next = skipBlanks(bytes, at + 1);
  const place = ids.length;
  for (;;) {
    if (bytes[next] !== quote) return -1;
    // Of a name that is spelt by escapes only JSON.parse can tell whether it is `id`.
    const nameEnd = skipPlain(bytes, next + 1) + 1;
    if (bytes[nameEnd - 1] !== quote) return -1;
    const isId = nameEnd - next === 4 && bytes[next + 1] === 0x69 && bytes[next + 2] === 0x64;
    next = skipBlanks(bytes, nameEnd);
    if (bytes[next] !== colon) return -1;
    next = skipBlanks(bytes, next + 1);
    const end = readValue(bytes, next, 2);
    if (end < 0) return -1;
    if (isId) {
      const id = wholeNumber(bytes, next, end);
      if (id < 0) return -1;
      // Of two members of one name the last counts.
      ids[place] = id;
    }
    next = skipBlanks(bytes, end);
    if (bytes[next] === closeObject) return next + 1;
    if (bytes[next] !== comma) return -1;
    next = skipBlanks(bytes, next + 1);
  }
}

function readValue(bytes: Uint8Array, at: number, depth: number): number {
  const byte = bytes[at];
  if (byte === quote) return readString(bytes, at);
  if (byte === openObject || byte === openList) return readNested(bytes, at, depth);
  if (byte === 0x74) return readWord(bytes, at, 'true');
  if (byte === 0x66) return readWord(bytes, at, 'false');
  if (byte === 0x6e) return readWord(bytes, at, 'null');
  return readNumber(bytes, at);
}

function readNested(bytes: Uint8Array, at: number, depth: number): number {
  if (depth > maxDepth) return -1;
  const isObject = bytes[at] === openObject;
  const close = isObject ? closeObject : closeList;
  let next = skipBlanks(bytes, at + 1);
  if (bytes[next] === close) return next + 1;
  for (;;) {
    if (isObject) {
      if (bytes[next] !== quote) return -1;
      const nameEnd = readString(bytes, next);
      if (nameEnd < 0) return -1;
      next = skipBlanks(bytes, nameEnd);
      if (bytes[next] !== colon) return -1;
      next = skipBlanks(bytes, next + 1);
    }
    const end = readValue(bytes, next, depth + 1);
    if (end < 0) return -1;
    next = skipBlanks(bytes, end);
    if (bytes[next] === close) return next + 1;
    if (bytes[next] !== comma) return -1;
    next = skipBlanks(bytes, next + 1);
  }
}

/**
 * To the end of a text, or to what is special in it. Most bytes of a page pass here: with one way out of the loop, and no length to
 * compare with, the whole scan takes a third less.
 */
function skipPlain(bytes: Uint8Array, at: number): number {
  let next = at;
  let byte = bytes[next];
  while (byte !== undefined && byte !== quote && byte !== backslash && byte >= space) byte = bytes[++next];
  return next;
}

function readString(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  for (;;) {
    next = skipPlain(bytes, next);
    if (bytes[next] === quote) return next + 1;
    if (bytes[next] !== backslash) return -1;
    const escaped = String.fromCharCode(bytes[next + 1] ?? 0);
    next += 2;
    if (escaped === 'u') {
      if (!isHex(bytes, next)) return -1;
      next += 4;
    } else if (!'"\\/bfnrt'.includes(escaped)) return -1;
  }
}

function isHex(bytes: Uint8Array, at: number): boolean {
  return /^[0-9a-fA-F]{4}$/.test(String.fromCharCode(...bytes.subarray(at, at + 4)));
}

function readWord(bytes: Uint8Array, at: number, word: string): number {
  for (let place = 0; place < word.length; place++)
    if (bytes[at + place] !== word.charCodeAt(place)) return -1;
  return at + word.length;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

function readDigits(bytes: Uint8Array, at: number): number {
  let next = at;
  while (isDigit(bytes[next])) next++;
  return next === at ? -1 : next;
}

/** By the grammar of JSON: no plus, no leading zeros, digits around the point. */
function readNumber(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === 0x2d ? at + 1 : at;
  let next = bytes[start] === 0x30 ? start + 1 : readDigits(bytes, start);
  if (next > 0 && bytes[next] === 0x2e) next = readDigits(bytes, next + 1);
  if (next > 0 && (bytes[next] === 0x65 || bytes[next] === 0x45)) {
    const isSigned = bytes[next + 1] === 0x2b || bytes[next + 1] === 0x2d;
    next = readDigits(bytes, next + (isSigned ? 2 : 1));
  }
  return next;
}

/** A number of more than 15 digits may not be exact. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === undefined || !isDigit(byte)) return -1;
    value = value * 10 + byte - 0x30;
  }
  return value;
}
