/**
 * A request's path and query as they came. `new URL` would tidy them (`a/../b`, `//`), and a key or a signature may
 * depend on what it tidies.
 */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
