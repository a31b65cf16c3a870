import type { Connection } from '../connection.ts';
import type { OnHead } from '../response.ts';
import { type Ending, sendOrder } from '../sending.ts';
import { namedNext, type Page, pageRequest, readPage, type Stretch } from './page.ts';
import type { Way } from './plan.ts';
import type { Pull, PullParts } from './pull.ts';

/** A pull whose calls can be made. */
export interface Asking {
  readonly parts: PullParts;
  readonly pull: Pull;
  readonly connection: Connection;
}

/** The call has to wait, or cannot be made: the pull ends as it does. */
export interface Unasked {
  readonly ending: Ending;
}

const tooLong =
  'The filter is too long for a URL, and pages cannot be asked for in parts. Take several pulls with a part of the filter each.';

/** @param onNext hears after which id the walk goes on, where ConnectWise names it, before the page is there. */
export async function fetchPage(
  { parts, pull, connection }: Asking,
  way: Way,
  stretch: Stretch,
  onNext?: (after: number) => void,
): Promise<Page> {
  const request = pageRequest({ ...pull, catalogue: parts.catalogue }, way, stretch);
  if (!request) return { kind: 'broken', why: tooLong };
  const onHead: OnHead = (headers) => {
    const next = namedNext(headers);
    if (next !== undefined) onNext?.(next);
  };
  const order = { ...pull, request, ...(way === 'forward-only' && { onHead }) };
  const ending = await sendOrder(parts, order, connection);
  return readPage(ending, way, stretch, pull.plan.pageSize);
}
