import { AsyncLocalStorage } from 'node:async_hooks';
import type { Manage } from '../lib/clients/manage.ts';
import type { CountedStore } from '../lib/counted-store.ts';
import { floorPerMinute } from '../lib/governor/learning.ts';
import type { GovernorState } from '../lib/governor/state.ts';
import type { Governor } from '../lib/governor.ts';
import type { Checkpoint } from '../lib/pull/checkpoint.ts';
import type { VersionedStore } from '../lib/versioned-store.ts';
import type { Meter } from './meter.ts';

/** What an attempt did at ConnectWise. */
interface Noted {
  calls: number;
  /** Of these: answered with 429. */
  limited: number;
  /** How long its calls took together: more than the attempt, where they went at the same time. */
  connectWiseMs: number;
  /** How long they waited for their turn before they went out. */
  turnMs: number;
  /** What the governor let through when this attempt last told the others, in calls a minute. */
  perMinute?: number;
  checkpoint?: string;
  checkpointAgeSeconds?: number;
  /** ConnectWise's own id of the last request. */
  requestId?: string;
}

/**
 * Whose attempt it is that a call belongs to. The attempts of a batch run at the same time over the same sender and governor, and
 * the line between them knows nothing of logs: this tells them apart without a parameter in each of its functions.
 */
const current = new AsyncLocalStorage<Noted>();

/** Runs an attempt, and notes what it does. */
export async function noting<T>(
  execute: () => Promise<T>,
): Promise<{ readonly value: T; readonly noted: Noted }> {
  const noted: Noted = { calls: 0, limited: 0, connectWiseMs: 0, turnMs: 0 };
  return { value: await current.run(noted, execute), noted };
}

interface Watching {
  readonly meter: Meter;
  readonly now: () => number;
}

/** The same sender, watched. */
export const watchedSend =
  (send: Manage['send'], { meter, now }: Watching): Manage['send'] =>
  async (...order) => {
    const startedAtMs = now();
    const sent = await send(...order);
    const tookMs = now() - startedAtMs;
    const isLimited = sent.kind === 'response' && sent.response.status === 429;
    const requestId = sent.kind === 'response' ? sent.response.headers.get('x-cw-request-id') : null;
    meter.count('Calls');
    meter.measure('CallLatency', tookMs);
    if (isLimited) meter.count('LimitedCalls');
    const noted = current.getStore();
    if (!noted) return sent;
    noted.calls += 1;
    noted.connectWiseMs += tookMs;
    if (isLimited) noted.limited += 1;
    if (requestId !== null) noted.requestId = requestId;
    return sent;
  };

/** The same governor, watched. */
export const watchedGovernor = (governor: Governor, { now }: Pick<Watching, 'now'>): Governor => ({
  ...governor,
  admit: async (connection, wish) => {
    const startedAtMs = now();
    const admission = await governor.admit(connection, wish);
    const noted = current.getStore();
    if (noted) noted.turnMs += now() - startedAtMs;
    return admission;
  },
});

/** The store of what governors know, watched. @param ceilingOf the user's own limit for a connection: what stands at that is not stuck. */
export const watchedRates = (
  store: CountedStore<GovernorState>,
  meter: Meter,
  ceilingOf: (connection: string) => number | undefined,
): CountedStore<GovernorState> => ({
  ...store,
  update: async (connection, update) => {
    const updated = await store.update(connection, update);
    const state = updated.found.value;
    if (!state) return updated;
    const { perMinute } = state.limit;
    meter.measure('GovernorRate', perMinute);
    const ceiling = ceilingOf(connection) ?? Number.POSITIVE_INFINITY;
    if (perMinute <= floorPerMinute && perMinute < ceiling) meter.count('StuckGovernors');
    // A governor's exchanges are about one connection, so this is that of the attempt.
    const noted = current.getStore();
    if (noted) noted.perMinute = perMinute;
    return updated;
  },
});

/** The store of checkpoints as pulls use it, watched. */
export const watchedCheckpoints = (
  store: VersionedStore<Checkpoint>,
  { meter, now }: Watching,
): VersionedStore<Checkpoint> => ({
  ...store,
  read: async (key) => {
    const found = await store.read(key);
    const { movedAtMs } = found?.value ?? {};
    if (movedAtMs === undefined) return found;
    const ageSeconds = Math.max(0, Math.round((now() - movedAtMs) / 1_000));
    meter.measure('CheckpointAge', ageSeconds);
    const noted = current.getStore();
    if (noted) Object.assign(noted, { checkpoint: key, checkpointAgeSeconds: ageSeconds });
    return found;
  },
});
