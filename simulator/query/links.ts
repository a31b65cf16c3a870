import type { Call } from '../call.ts';
import type { QueryRules } from './rules.ts';

export type Relation = 'first' | 'prev' | 'next' | 'last';

/** .NET's form encoding: blanks as `+`, lower-case escapes, `!*()` left alone (§4.5). */
function encoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replaceAll("'", '%27')
    .replaceAll('~', '%7e')
    .replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/**
 * A link to the same list: the caller's prefix and parameters kept, a slash before `?`, the paging parameter last
 * (§4.5). The host may be another than the caller's (§4.7), and an old bug left the `?` out (§4.6).
 */
export function linkTo(
  call: Call,
  relation: Relation,
  name: 'page' | 'pageId',
  value: number,
  rules: QueryRules,
): string {
  const kept = call.query.entries.filter(([known]) => !/^page(id)?$/i.test(known));
  const query = [...kept, [name, String(value)] as const].map(
    ([key, text]) => `${encoded(key)}=${encoded(text)}`,
  );
  const url = new URL(call.url);
  const path = url.pathname.replace(/\/*$/, '/');
  const mark = rules.links === 'old' ? '&' : '?';
  return `<${rules.linkOrigin || url.origin}${path}${mark}${query.join('&')}>; rel="${relation}"`;
}
