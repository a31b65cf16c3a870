import { useEffect, useState } from 'preact/hooks';

/** Something that is fetched: every view shows each of the three. */
export type Loading<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'ready'; readonly value: T };

/** Loads when `key` changes; what comes for an older key is dropped. */
export function useLoading<T>(key: string, load: () => Promise<T>): Loading<T> {
  const [loaded, setLoaded] = useState<{ readonly key: string; readonly it: Loading<T> }>();
  useEffect(() => {
    let isWanted = true;
    const settle = (it: Loading<T>) => {
      if (isWanted) setLoaded({ key, it });
    };
    load().then(
      (value) => settle({ state: 'ready', value }),
      (error: unknown) => settle({ state: 'failed', message: messageOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return loaded?.key === key ? loaded.it : { state: 'loading' };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
