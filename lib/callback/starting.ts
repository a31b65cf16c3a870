import * as z from 'zod/mini';
import { timeText } from '../time-text.ts';
import type { VersionedStore } from '../versioned-store.ts';
import type { Start } from './registry.ts';

/** The pull that events have started the last time. `reserved`: somebody is putting it on the queue until then, or died. */
export const startedSchema = z.strictObject({
  state: z.enum(['reserved', 'queued']),
  beginsAtMs: z.number(),
  untilMs: z.number(),
});

export type Started = z.infer<typeof startedSchema>;

/** Only until the next event: a day is plenty. */
export const startedDays = 1;

/** Clocks differ: an event that comes so shortly before the pull begins starts another. */
const marginMs = 5_000;
/** As for sightings: as long as the function runs. */
const reservedMs = 5_000;
/** How long is waited for somebody who is putting the pull on the queue, each time. */
const glanceMs = 150;
const mostGlances = 4;

type StartOutcome = 'started' | 'coalesced' | 'busy';

export interface StartingParts {
  readonly started: VersionedStore<Started>;
  /** Puts an invocation on the invocation queue, to be delivered after so long. @throws where it is not there */
  readonly queue: (text: string, connection: string, delaySeconds: number) => Promise<void>;
  readonly now: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
}

/**
 * Starts a pull for an event, so that a storm of events starts few: the pull begins `afterSeconds` after the first, and what comes until
 * then is in it. `coalesced` is said only once that pull is on the queue.
 * @throws StoreUnavailable, and whatever `queue` throws.
 */
export async function startPull(
  { pull, afterSeconds, invocation }: Start,
  parts: StartingParts,
): Promise<StartOutcome> {
  const { started, now } = parts;
  const { connection } = invocation;
  const key = `${connection}/${pull}`;
  for (let glance = 0; glance < mostGlances; glance++) {
    const found = await started.read(key);
    if (found?.value.state === 'queued' && found.value.beginsAtMs - marginMs > now()) return 'coalesced';
    const isOthers = found?.value.state === 'reserved' && found.value.untilMs > now();
    const beginsAtMs = now() + afterSeconds * 1_000 + marginMs;
    const reserved: Started = { state: 'reserved', beginsAtMs, untilMs: now() + reservedMs };
    if (isOthers || !(await started.write(key, reserved, found?.version))) {
      await parts.sleep(glanceMs);
      continue;
    }
    const version = (found?.version ?? 0) + 1;
    const id = `callback:${pull}:${timeText(beginsAtMs)}`;
    const delaySeconds = afterSeconds + marginMs / 1_000;
    try {
      await parts.queue(JSON.stringify({ ...invocation, id }), connection, delaySeconds);
    } catch (error) {
      await started.write(key, { ...reserved, untilMs: 0 }, version).catch(() => false);
      throw error;
    }
    // Where this fails, the next event starts one more.
    await started.write(key, { ...reserved, state: 'queued' }, version).catch(() => false);
    return 'started';
  }
  return 'busy';
}
