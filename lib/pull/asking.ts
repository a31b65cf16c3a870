import type { Connection } from '../connection.ts';
import { type Ending, sendOrder } from '../sending.ts';
import { type Page, pageRequest, readPage, type Stretch } from './page.ts';
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

export async function fetchPage(
  { parts, pull, connection }: Asking,
  way: Way,
  stretch: Stretch,
): Promise<Page> {
  const request = pageRequest({ ...pull, catalogue: parts.catalogue }, way, stretch);
  if (!request) return { kind: 'broken', why: tooLong };
  const ending = await sendOrder(parts, { ...pull, request }, connection);
  return readPage(ending, way, stretch, pull.plan.pageSize);
}
