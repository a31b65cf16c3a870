import type { Page, Stretch } from './page.ts';

/** @param onNext hears after which id the walk goes on, before the page is there. */
export type NamingFetch = (stretch: Stretch, onNext?: (after: number) => void) => Promise<Page>;

/** A page that was asked for, and after which id the next one begins, as soon as ConnectWise has said so. */
interface Asked {
  readonly after: number;
  readonly page: Promise<Page>;
  next?: number;
}

/**
 * In ConnectWise's own walk each page has to come before the next can be asked for; but the next is named in the head of its answer
 * (connectwise-api.md §4.8), so it is asked for while the body still comes. One page ahead of the one that is waited for, whatever its
 * reader takes. The name is no more than a hint: a page is taken only where the walk itself comes to it, by the ids that came, and
 * where it does not, nothing is asked for ahead any more.
 * @param mayAsk whether the page after the one that is waited for will be wanted.
 */
export function askedAhead(fetch: NamingFetch, mayAsk: () => boolean): (stretch: Stretch) => Promise<Page> {
  let awaited: Asked | undefined;
  let ahead: Asked | undefined;
  let misled = false;
  const lookAhead = () => {
    const { after = 0, next = after } = awaited ?? {};
    if (!misled && !ahead && next > after && mayAsk()) ahead = ask(next);
  };
  const ask = (after: number): Asked => {
    const onNext = (next: number) => {
      asked.next = next;
      if (asked === awaited) lookAhead();
    };
    const page = fetch({ after, until: null }, onNext);
    // Whoever waits for the page comes later, or never.
    page.catch(() => undefined);
    const asked: Asked = { after, page };
    return asked;
  };
  return (stretch) => {
    // A stretch with an end is one that is taken again.
    if (stretch.until !== null) return fetch(stretch);
    const found = ahead?.after === stretch.after ? ahead : undefined;
    misled ||= ahead !== undefined && found === undefined;
    ahead = undefined;
    awaited = found ?? ask(stretch.after);
    lookAhead();
    return awaited.page;
  };
}
