import type { Invocation } from '../invocation.ts';
import { errorOf } from '../response.ts';
import { askedAhead, type NamingFetch } from './ahead.ts';
import { type LaneParts, type Stop, walkLane } from './lane.ts';
import type { Page } from './page.ts';
import type { Book } from './progress.ts';

export interface Walk extends Pick<LaneParts, 'book' | 'key' | 'emit' | 'sieve'> {
  readonly fetch: NamingFetch;
  /** How many are asked for; anything else is all. */
  readonly pages: Invocation['pages'];
  /** A page that is begun now might not get out in time. */
  readonly isLate: () => boolean;
}

/** ConnectWise answers ten calls at a time without complaint as long as they keep to its rate, which the governor sees to. */
export const maxLanes = 10;

/**
 * Where ConnectWise does not filter a collection by id, its own walk by id is taken (connectwise-api.md §3.3, §4.8). It goes on where
 * the other came to: a first page is asked for without a filter by id, so it may be out already.
 */
export async function orFallBack(
  { progress }: Book,
  walk: () => Promise<Stop | undefined>,
): Promise<Stop | undefined> {
  const stop = await walk();
  if (progress.way !== 'keyset' || !isUnfilterable(stop)) return stop;
  progress.way = 'forward-only';
  return walk();
}

function isUnfilterable(stop: Stop | undefined): boolean {
  if (stop?.kind !== 'ended' || stop.ending.kind !== 'sent') return false;
  const { sent } = stop.ending;
  return sent.kind === 'response' && errorOf(sent.response)?.code === 'ApiFindCondition';
}

const paused: Stop = { kind: 'paused' };

/** Walks all shards, several at a time. @returns why it stopped before the end; undefined where it is through. */
export async function walkAll(walk: Walk): Promise<Stop | undefined> {
  const { book, key, emit, sieve } = walk;
  const { progress } = book;
  const limit = typeof walk.pages === 'number' ? walk.pages : Number.POSITIVE_INFINITY;
  const state: { stop?: Stop } = {};
  const isSpent = () => progress.pages >= limit || walk.isLate();
  const isOver = () => state.stop !== undefined || isSpent();
  const crowd = createCrowd();
  const seen: NamingFetch = async (stretch, onNext) => crowd.seen(await walk.fetch(stretch, onNext));
  // One page is coming already, which is not counted yet.
  const mayAsk = () => !isOver() && progress.pages + 1 < limit && crowd.lanes() > 1;
  const fetch = progress.way === 'forward-only' ? askedAhead(seen, mayAsk) : seen;
  const open = progress.shards.filter((shard) => !shard.ended).values();
  const next = (lane: number) => () => {
    if (state.stop || lane >= crowd.lanes()) return undefined;
    const shard = open.next().value;
    if (!shard || shard.pending || !isOver()) return shard;
    state.stop = paused;
    return undefined;
  };
  const walkOne = async (lane: number) => {
    const reason = await walkLane({ book, key, fetch, next: next(lane), emit, sieve, isOver, isSpent });
    // What really went wrong says more than that others paused because of it.
    if (reason && (state.stop ?? paused).kind === 'paused') state.stop = reason;
  };
  const stopOthers = (error: unknown) => {
    state.stop ??= paused;
    throw error;
  };
  const lanes = await Promise.allSettled(
    Array.from({ length: maxLanes }, (_, lane) => walkOne(lane).catch(stopOthers)),
  );
  const crashed = lanes.find((it) => it.status === 'rejected');
  if (crashed) throw crashed.reason;
  return state.stop;
}

/** The first page is there already for the stretch that begins with it. It is asked for once more where it is needed again. */
export function servedFirst(first: Page | undefined, fetch: NamingFetch): NamingFetch {
  let ahead = first;
  return async (stretch, onNext) => {
    const page = ahead;
    if (!page || stretch.after > 0) return fetch(stretch, onNext);
    ahead = undefined;
    const isAll = page.kind === 'rows' && page.ids !== undefined && page.ids.last === stretch.until;
    return isAll ? { ...page, isEnd: true } : page;
  };
}

/**
 * What the pages of all lanes may take of memory: each lane holds one that is sent, and one that comes. A worker has 512 MB, and a
 * page is there up to three times: as it comes, whole, and as a message or a file.
 */
const maxPagesBytes = 64 * 1_048_576;

/** How many lanes there is room for, by the largest page that was seen. The others end with the shard that they are at. */
function createCrowd() {
  let largestBytes = 1;
  return {
    seen: (page: Page): Page => {
      if (page.kind === 'rows') largestBytes = Math.max(largestBytes, page.rows.bytes);
      return page;
    },
    lanes: () => Math.max(1, Math.floor(maxPagesBytes / largestBytes / 2)),
  };
}
