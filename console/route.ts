import { useEffect, useState } from 'preact/hooks';

/** Where in the console a person is. It stands in the address, so that it can be linked and gone back to. */
export type Route =
  | { readonly view: 'start' | 'queue' | 'history' }
  | { readonly view: 'operation'; readonly operationId: string };

export function readRoute(hash: string): Route {
  const [, view = '', rest = ''] = /^#\/([a-z]+)\/?(.*)$/.exec(hash) ?? [];
  if (view === 'queue' || view === 'history') return { view };
  if (view === 'operations' && rest !== '') return { view: 'operation', operationId: decoded(rest) };
  return { view: 'start' };
}

export const operationLink = (operationId: string): string =>
  `#/operations/${encodeURIComponent(operationId)}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
