import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { ask, jsonOf } from '../api.ts';
import { messageOf } from '../loading.ts';
import { type Governed, type Overview, overviewSchema, type RecentResult } from '../overview.ts';
import { isLocal } from '../place.ts';

/** Everything that the queue view knows: the newest overview, and what came before it. */
export interface Watched {
  readonly overview: Overview | undefined;
  /** The newest first. */
  readonly results: readonly RecentResult[];
  /** Oldest first, one a look. */
  readonly moments: readonly Moment[];
  readonly problem: string | undefined;
}

/** What the charts draw of one look. */
export interface Moment {
  readonly atMs: number;
  readonly totalResults: number;
  /** The governor's, by connection. */
  readonly paces: ReadonlyMap<string, Pace>;
}

/** In calls a minute. */
export type Pace = Pick<Governed, 'perMinute' | 'answeredPerMinute'>;

const everyMs = 1_000;
/** Five minutes. */
const mostMoments = 300;
const mostResults = 100;

export async function readOverview(after: number): Promise<Overview> {
  const { status, text } = await ask(`local/overview?after=${after}`);
  if (status !== 200) throw new Error(`The queues could not be read (${status}).`);
  return z.parse(overviewSchema, jsonOf(text));
}

/** What the page needs of it before the queue is looked at; nothing where nobody tells. */
export async function fetchPlaces(): Promise<Pick<Overview, 'places' | 'connections'> | undefined> {
  return isLocal() ? readOverview(Number.MAX_SAFE_INTEGER) : undefined;
}

/** Sends the dead letters back to the invocation queue, or the one of this message id. Throws a sentence where that failed. */
export async function redrive(messageId?: string): Promise<void> {
  const query = messageId === undefined ? '' : `?message=${encodeURIComponent(messageId)}`;
  const { status } = await ask(`local/redrive${query}`, { method: 'POST' });
  if (status === 409)
    throw new Error('It is not there any more, or somebody looks at it just now. Try again.');
  if (status !== 204) throw new Error(`The dead letters could not be sent back (${status}).`);
}

export const nothingWatched: Watched = { overview: undefined, results: [], moments: [], problem: undefined };

/** What is known after one more look; bounded, however long the view stays open. */
export function withLook(watched: Watched, overview: Overview): Watched {
  const moment: Moment = {
    atMs: overview.atMs,
    totalResults: overview.results.total,
    paces: new Map(overview.governors.map((governed) => [governed.connection, governed])),
  };
  return {
    overview,
    results: [...overview.results.recent.toReversed(), ...watched.results].slice(0, mostResults),
    moments: [...watched.moments, moment].slice(-mostMoments),
    problem: undefined,
  };
}

/** Looks once a second while the view is open and in sight. */
export function useWatching(): Watched {
  const [watched, setWatched] = useState(nothingWatched);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOpen = true;
    let last = 0;
    const look = async () => {
      try {
        const overview = document.hidden ? undefined : await readOverview(last);
        last = overview?.results.total ?? last;
        if (isOpen && overview) setWatched((before) => withLook(before, overview));
      } catch (error) {
        if (isOpen) setWatched((before) => ({ ...before, problem: messageOf(error) }));
      }
      if (isOpen) timer = setTimeout(look, everyMs);
    };
    void look();
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, []);
  return watched;
}
