import { createHash } from 'node:crypto';
import type { Result } from '../result.ts';
import type { Ending } from '../sending.ts';
import type { Page, Stretch } from './page.ts';
import type { Book, Shard } from './progress.ts';
import { type Rows, rowsOf } from './rows.ts';
import type { Sieve, Sifted } from './sieve.ts';

/** Why a lane stopped before its shards were done; undefined where there was nothing left to do. */
export type Stop =
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'broken'; readonly why: string; readonly reason?: string }
  /** No time is left, or another lane stopped. */
  | { readonly kind: 'paused' };

export interface LaneParts {
  readonly book: Book;
  /** Names the pages of this pull. */
  readonly key: string;
  /** The shard to be walked next; undefined where there is none, or none may be begun any more. */
  readonly next: () => Shard | undefined;
  readonly fetch: (stretch: Stretch) => Promise<Page>;
  /** Sends a page to whoever wants it. @throws where it did not get out. */
  readonly emit: (page: EmittedPage) => Promise<void>;
  /** What leaves out of the pages what need not be sent. */
  readonly sieve?: Sieve | undefined;
  /** No further page is begun. */
  readonly isOver: () => boolean;
  /** No page is sent any more, not even one that has come: there are enough, or no time is left for it. */
  readonly isSpent: () => boolean;
}

export interface EmittedPage {
  readonly page: NonNullable<Result['page']>;
  readonly rows: Rows;
}

/** A page of a shard that was asked for. */
interface Step {
  readonly shard: Shard;
  readonly page: Promise<Page>;
}

/**
 * Walks shard after shard, page by page. Before a page leaves, its bounds are written down, so that one that leaves twice, because
 * its worker died, is cut the same and has the same name. The next page, of this shard or of the next, is asked for while that is
 * written and the page is sent.
 * @returns why it stopped; undefined where there is no further shard.
 */
export async function walkLane(parts: LaneParts): Promise<Stop | undefined> {
  let step = begin(parts);
  while (step) {
    const next = await take(step, parts);
    if (next && 'kind' in next) return next;
    step = next ?? begin(parts);
  }
  return undefined;
}

/** Takes a page that was asked for. @returns the next one, where it was asked for meanwhile; or why the lane stops. */
async function take({ shard, page: asked }: Step, parts: LaneParts): Promise<Step | Stop | undefined> {
  const { book, isOver, isSpent } = parts;
  const page = await asked;
  if (page.kind !== 'rows') return page;
  // Where only another lane has stopped, it is sent: at a slow rate one of them always does, and no page would ever get out.
  if (!shard.pending && page.rows.count > 0 && isSpent()) return { kind: 'paused' };
  const sifted = await sift(shard, page, parts);
  if ('why' in sifted) return { kind: 'broken', ...sifted };
  const isRepeat = shard.pending !== undefined;
  const pending = shard.pending ?? nextPage(shard, page, sifted, book);
  if (pending && !isRepeat) shard.pending = { ...pending, note: sifted.note };
  const bound = pending?.last ?? page.ids?.last ?? shard.after + 1;
  const isEnd = page.isEnd && (!isRepeat || shard.until === bound);
  const last = isRepeat && !page.isEnd ? cutShort(page, bound, book) : bound;
  const following = isOver() ? undefined : isEnd ? begin(parts) : goOn(shard, last, parts);
  if (pending && !isRepeat) await book.save();
  const sent = { rows: sifted.rows, bounds: page.ids ? boundsOf(sifted.rows) : {} };
  if (pending) await parts.emit(emitted(shard, pending, sent, parts.key));
  sifted.keep();
  count(sent, book);
  if (sifted.rest) await sendRest(shard, last, sifted.rest, parts);
  shard.after = last;
  delete shard.pending;
  shard.ended = isEnd;
  if (following) return following;
  await book.save();
  return isEnd ? undefined : { kind: 'paused' };
}

/** The first page of the next shard, if there is one. A page that may be out already is asked for within its own bounds. */
function begin({ next, fetch }: LaneParts): Step | undefined {
  const shard = next();
  if (!shard) return undefined;
  const { after, until, pending } = shard;
  return stepOf(shard, pending ? fetchAgain(shard, pending, fetch) : fetch({ after, until }));
}

const goOn = (shard: Shard, after: number, { fetch }: LaneParts): Step =>
  stepOf(shard, fetch({ after, until: shard.until }));

/** Whoever waits for the page comes later, or never: a page that is not sent ends the walk. */
function stepOf(shard: Shard, page: Promise<Page>): Step {
  page.catch(() => undefined);
  return { shard, page };
}

/** Far more records than fitted into it were changed within the page meanwhile: it ends before its bound, and what follows repeats some of it. */
function cutShort({ ids }: RowsPage, bound: number, { progress }: Book): number {
  if (ids === undefined || ids.last >= bound) return bound;
  progress.repeats = true;
  return ids.last;
}

/** What changed within a page that was sent again: under a name of its own, whichever of the two its consumer has. */
async function sendRest(shard: Shard, last: number, { rows, note, keep }: Sifted, parts: LaneParts) {
  const { book, key, emit } = parts;
  book.progress.pages += 1;
  const pending = { number: book.progress.pages, last, note, isRest: true };
  // In one go with what was kept of the page before, or another lane's save would have one without the other.
  shard.pending = pending;
  await book.save();
  const rest = rowsOf(rows);
  const sent = { rows: rest, bounds: boundsOf(rest) };
  await emit(emitted(shard, pending, sent, key));
  keep();
  count(sent, book);
}

const unsifted = { note: undefined, keep: () => undefined, rest: undefined };

/** A page that may be out already is told as such. */
async function sift({ pending }: Shard, { rows }: RowsPage, { sieve }: LaneParts) {
  if (!sieve) return { rows, ...unsifted };
  const sifted = await sieve.sift(rows.parsed(), pending);
  rows.release?.();
  return 'why' in sifted ? sifted : { ...sifted, rows: rowsOf(sifted.rows) };
}

/** What is held in memory, the calls that fit into a worker's time, and how often calls may have to wait before it is cut short. */
const mostAgain = { rows: 10_000, calls: 40, tries: 3 };

/**
 * The whole of a page as it was cut, though records may have become visible within it meanwhile, and it takes more than a call.
 * Where ConnectWise is slow to let calls in, a delivery may never get all of them: after some tries it is cut short, so that the
 * pull comes to an end.
 */
async function fetchAgain(shard: Shard, cut: Pending, fetch: LaneParts['fetch']): Promise<Page> {
  let whole = await fetch({ after: shard.after, until: cut.last });
  for (let calls = 1; calls < mostAgain.calls; calls++) {
    if (whole.kind !== 'rows' || whole.isEnd || whole.ids === undefined) return whole;
    if (whole.rows.count >= mostAgain.rows) return whole;
    const more = await fetch({ after: whole.ids.last, until: cut.last });
    if (more.kind !== 'rows') {
      const { tries = 0 } = cut;
      shard.pending = { ...cut, tries: tries + 1 };
      return tries < mostAgain.tries ? more : whole;
    }
    const ids = { first: whole.ids.first, last: more.ids?.last ?? whole.ids.last };
    whole = { ...more, rows: rowsOf([...whole.rows.parsed(), ...more.rows.parsed()]), ids };
  }
  return whole;
}

type RowsPage = Page & { readonly kind: 'rows' };
type Pending = NonNullable<Shard['pending']>;

/** undefined where there is nothing to send. */
function nextPage(
  shard: Shard,
  { ids }: RowsPage,
  { rows }: { readonly rows: Rows },
  { progress }: Book,
): Pending | undefined {
  if (rows.count === 0) return undefined;
  progress.pages += 1;
  return { number: progress.pages, last: ids?.last ?? shard.after + 1 };
}

interface SentRows {
  readonly rows: Rows;
  readonly bounds: { readonly firstId?: number; readonly lastId?: number };
}

function emitted(
  shard: Shard,
  { number, last }: Pending,
  { rows, bounds }: SentRows,
  key: string,
): EmittedPage {
  const name = createHash('sha256')
    .update(JSON.stringify([key, number, shard.after, last]))
    .digest('hex');
  return { page: { id: name.slice(0, 32), number, rows: rows.count, ...bounds }, rows };
}

function count({ rows, bounds }: SentRows, { progress }: Book): void {
  progress.rows += rows.count;
  const { firstId, lastId } = bounds;
  if (firstId === undefined || lastId === undefined) return;
  progress.firstId = Math.min(progress.firstId ?? firstId, firstId);
  progress.lastId = Math.max(progress.lastId ?? lastId, lastId);
}

function boundsOf({ ids }: Rows): SentRows['bounds'] {
  const [firstId, lastId] = [ids[0], ids.at(-1)];
  return firstId === undefined || lastId === undefined ? {} : { firstId, lastId };
}
