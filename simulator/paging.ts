import type { Call } from './call.ts';
import { badRequest } from './failures.ts';

/** The part of a list that one answer carries, and the `Link` header that leads on. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Absent where everything fits one page (§4.6). */
  readonly link?: string;
}

const defaultSize = 25;
/** Asking for more gives this many, without a word (§4.2). */
const largestSize = 1000;

/** Zero and below fall back to the default: what the server does with them is not known (§13.5). */
function positive(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name);
  if (text === undefined || text === '') return fallback;
  if (!/^-?\d{1,10}$/.test(text)) throw badRequest(`The value '${text}' is not valid for ${name}.`);
  const value = Number(text);
  return value > 0 ? value : fallback;
}

/** .NET's form encoding: blanks as `+`, lower-case escapes, `!*()` left alone (§4.5). */
function encoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll("'", '%27')
    .replaceAll('~', '%7e')
    .replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** A link to the same list: the caller's parameters kept, a slash before `?`, the paging parameter last (§4.5). */
function linkTo(call: Call, rel: string, name: 'page' | 'pageId', value: number): string {
  const kept = call.query.entries.filter(([known]) => !/^page(id)?$/i.test(known));
  const query = [...kept, [name, String(value)] as const].map(
    ([key, text]) => `${encoded(key)}=${encoded(text)}`,
  );
  return `<${call.url.replace(/\/*$/, '/')}?${query.join('&')}>; rel="${rel}"`;
}

function links(parts: readonly string[]): { link?: string } {
  return parts.length === 0 ? {} : { link: parts.join(', ') };
}

/** Navigable paging: by number, `[]` past the end, `prev` and `next` only where there is such a page (§4.1–4.5). */
function numbered<T>(call: Call, all: readonly T[]): Page<T> {
  const size = Math.min(positive(call, 'pageSize', defaultSize), largestSize);
  const page = positive(call, 'page', 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const items = all.slice((page - 1) * size, page * size);
  if (last === 1) return { items };
  const parts = [
    ...(page > 1 ? [linkTo(call, 'first', 'page', 1)] : []),
    ...(page > 1 && page <= last ? [linkTo(call, 'prev', 'page', page - 1)] : []),
    ...(page < last ? [linkTo(call, 'next', 'page', page + 1)] : []),
    ...(page !== last ? [linkTo(call, 'last', 'page', last)] : []),
  ];
  return { items, ...links(parts) };
}

/** Forward-only paging: records after `pageId` in the order of their ids; `page` is ignored (§4.8). */
function forward<T>(call: Call, all: readonly T[], idOf: (item: T) => number): Page<T> {
  if (call.query.get('orderBy')) throw badRequest('orderBy is not allowed with forward-only pagination.');
  const size = Math.min(positive(call, 'pageSize', defaultSize), largestSize);
  const after = positive(call, 'pageId', 0);
  const rest = all.filter((item) => idOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  // No next link at the end: the recordings leave open whether it is missing or empty (§13.6).
  const parts = rest.length > size && last !== undefined ? [linkTo(call, 'next', 'pageId', idOf(last))] : [];
  return { items, ...links(parts) };
}

/** The page of a list that a call asks for; `all` is in ascending order of ids unless `orderBy` said otherwise. */
export function pageOf<T>(call: Call, all: readonly T[], idOf: (item: T) => number): Page<T> {
  const isForward = call.headers['pagination-type']?.toLowerCase() === 'forward-only';
  return isForward ? forward(call, all, idOf) : numbered(call, all);
}
