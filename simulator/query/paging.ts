import type { Call } from '../call.ts';
import { badRequest } from '../failures.ts';
import { linkTo, type Relation } from './links.ts';
import type { QueryRules } from './rules.ts';

/** The part of a list that one answer carries, and the `Link` header that leads on. */
interface Page {
  readonly ids: readonly number[];
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

const sizeOf = (call: Call): number => Math.min(positive(call, 'pageSize', defaultSize), largestSize);

function withLink(ids: readonly number[], links: readonly string[]): Page {
  return links.length === 0 ? { ids } : { ids, link: links.join(', ') };
}

/** The pages that a page leads to: `prev` and `next` only where there is one, and none at all on a single page (§4.4–4.6). */
function relations(page: number, last: number, isAlways: boolean): [Relation, number][] {
  const all: readonly [Relation, number, boolean][] = [
    ['first', 1, page > 1 || isAlways],
    ['prev', page - 1, page > 1 && page <= last],
    ['next', page + 1, page < last],
    ['last', last, page !== last || isAlways],
  ];
  if (last === 1 && !isAlways) return [];
  return all.flatMap(([relation, to, isThere]) => (isThere ? [[relation, to]] : []));
}

/** Navigable paging: by number, and `[]` past the end (§4.1–4.3). */
function numbered(call: Call, all: readonly number[], rules: QueryRules): Page {
  const size = sizeOf(call);
  const page = positive(call, 'page', 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const links = relations(page, last, rules.links === 'always').map(([relation, to]) =>
    linkTo(call, relation, 'page', to, rules),
  );
  return withLink(all.slice((page - 1) * size, page * size), links);
}

/** Forward-only paging: records after `pageId` in the order of their ids; `page` is ignored (§4.8). */
function forward(call: Call, all: readonly number[], rules: QueryRules): Page {
  if (call.query.get('orderBy')) throw badRequest('orderBy is not allowed with forward-only pagination.');
  const after = positive(call, 'pageId', 0);
  const rest = all.filter((id) => id > after);
  const ids = rest.slice(0, sizeOf(call));
  const last = ids.at(-1);
  const isEnd = last === undefined || rest.length === ids.length;
  if (!isEnd) return withLink(ids, [linkTo(call, 'next', 'pageId', last, rules)]);
  // The recordings leave open what ends a walk (§13.6).
  if (rules.lastForwardLink === 'missing') return { ids };
  return { ids, link: rules.lastForwardLink === 'empty' ? '' : linkTo(call, 'next', 'pageId', after, rules) };
}

/** The audit trail knows page numbers alone (§4.8, §9.3). */
function isForward(call: Call): boolean {
  return (
    call.headers['pagination-type']?.toLowerCase() === 'forward-only' &&
    !/\/audittrail\/?$/i.test(call.operation.path)
  );
}

/** The page of a list that a call asks for; `all` is in ascending order of ids unless `orderBy` said otherwise. */
export function pageOf(call: Call, all: readonly number[], rules: QueryRules): Page {
  return isForward(call) ? forward(call, all, rules) : numbered(call, all, rules);
}
