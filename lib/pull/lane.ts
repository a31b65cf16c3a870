import { createHash } from 'node:crypto';
import type { Result } from '../result.ts';
import type { Ending } from '../sending.ts';
import type { Page, Stretch } from './page.ts';
import type { Book, Shard } from './progress.ts';
import type { Rows } from './rows.ts';

/** Why a lane stopped before its shards were done; undefined where there was nothing left to do. */
export type Stop =
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'broken'; readonly why: string }
  /** No time is left, or another lane stopped. */
  | { readonly kind: 'paused' };

export interface LaneParts {
  readonly book: Book;
  /** Names the pages of this pull. */
  readonly key: string;
  readonly fetch: (stretch: Stretch) => Promise<Page>;
  /** Sends a page to whoever wants it. @throws where it did not get out. */
  readonly emit: (page: EmittedPage) => Promise<void>;
  /** No further page is begun. */
  readonly isOver: () => boolean;
}

export interface EmittedPage {
  readonly page: NonNullable<Result['page']>;
  readonly rows: Rows;
}

/**
 * Walks a shard page by page. Before a page leaves, its bounds are written down, so that one that leaves twice, because its
 * worker died, is cut the same and has the same name; the next page is asked for while this one is sent.
 */
export async function walkShard(shard: Shard, parts: LaneParts): Promise<Stop | undefined> {
  const { book, isOver } = parts;
  let fetching = begin(shard, parts);
  for (;;) {
    const page = await fetching;
    if (page.kind !== 'rows') return page;
    if (!shard.pending && page.rows.count > 0 && isOver()) return { kind: 'paused' };
    const pending = shard.pending ?? nextPage(shard, page, book);
    if (!pending) {
      shard.ended = true;
      await book.save();
      return undefined;
    }
    const isRepeat = shard.pending !== undefined;
    shard.pending = pending;
    if (!isRepeat) await book.save();
    const isEnd = page.isEnd && (!isRepeat || shard.until === pending.last);
    // Records that became visible meanwhile may not fit into a page that is sent again: then it ends before its bound.
    const last = isRepeat && !page.isEnd ? (page.ids?.last ?? pending.last) : pending.last;
    const goesOn = !isEnd && !isOver();
    const following = goesOn ? parts.fetch({ after: last, until: shard.until }) : undefined;
    await parts.emit(emitted(shard, pending, page, parts.key));
    advance(shard, last, page, isEnd, book);
    if (!following) {
      await book.save();
      return isEnd ? undefined : { kind: 'paused' };
    }
    fetching = following;
  }
}

/** A page that may be out already is asked for within its own bounds. */
const begin = ({ after, until, pending }: Shard, { fetch }: LaneParts) =>
  fetch(pending ? { after, until: pending.last } : { after, until });

type RowsPage = Page & { readonly kind: 'rows' };
type Pending = NonNullable<Shard['pending']>;

/** undefined where the page is empty: then there is nothing to send. */
function nextPage(shard: Shard, { rows, ids }: RowsPage, { progress }: Book): Pending | undefined {
  if (rows.count === 0) return undefined;
  progress.pages += 1;
  return { number: progress.pages, last: ids?.last ?? shard.after + 1 };
}

function emitted(shard: Shard, { number, last }: Pending, { rows, ids }: RowsPage, key: string): EmittedPage {
  const name = createHash('sha256')
    .update(JSON.stringify([key, number, shard.after, last]))
    .digest('hex');
  const bounds = ids && { firstId: ids.first, lastId: ids.last };
  return { page: { id: name.slice(0, 32), number, rows: rows.count, ...bounds }, rows };
}

function advance(
  shard: Shard,
  last: number,
  { rows, ids }: RowsPage,
  isEnd: boolean,
  { progress }: Book,
): void {
  shard.after = last;
  delete shard.pending;
  shard.ended = isEnd;
  progress.rows += rows.count;
  if (!ids) return;
  progress.firstId = Math.min(progress.firstId ?? ids.first, ids.first);
  progress.lastId = Math.max(progress.lastId ?? ids.last, ids.last);
}
