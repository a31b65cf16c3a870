import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { ask, jsonOf } from '../api.ts';
import { messageOf } from '../loading.ts';
import { type Overview, overviewSchema, type RecentResult } from '../overview.ts';

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
  readonly perMinute: number | undefined;
  readonly answeredPerMinute: number | undefined;
}

const everyMs = 1_000;
/** Five minutes. */
const mostMoments = 300;
const mostResults = 100;

export async function readOverview(after: number): Promise<Overview> {
  const { status, text } = await ask(`/local/overview?after=${after}`);
  if (status !== 200) throw new Error(`The queues could not be read (${status}).`);
  return z.parse(overviewSchema, jsonOf(text));
}

/** Sends the dead letters back to the invocation queue. */
export async function redrive(): Promise<void> {
  const { status } = await ask('/local/redrive', { method: 'POST' });
  if (status !== 204) throw new Error(`The dead letters could not be sent back (${status}).`);
}

export const nothingWatched: Watched = { overview: undefined, results: [], moments: [], problem: undefined };

/** What is known after one more look; bounded, however long the view stays open. */
export function withLook(watched: Watched, overview: Overview): Watched {
  const [governor] = overview.governors;
  const moment: Moment = {
    atMs: overview.atMs,
    totalResults: overview.results.total,
    perMinute: governor?.perMinute,
    answeredPerMinute: governor?.answeredPerMinute,
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
