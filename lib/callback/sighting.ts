import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { VersionedStore } from '../versioned-store.ts';

/** What is known of a callback that came before. `taking`: somebody is at it until then, or died. */
export const sightingSchema = z.strictObject({ state: z.enum(['taking', 'taken']), untilMs: z.number() });

export type Sighting = z.infer<typeof sightingSchema>;

/** How long a callback is known again. */
export const sightingDays = 14;

/**
 * A change that is older than this when it is told of is a replay: one day less than callbacks are known again, so that each replay is
 * either known or too old. A replayed deletion says what is true for ever.
 */
export const oldestChangeMs = (sightingDays - 1) * 86_400_000;

/** As long as the function runs. ConnectWise sends again two and six seconds after a failure: one of the two must find it clear. */
const takingMs = 5_000;

type Taken = 'taken' | 'seen' | 'busy';

interface SightingParts {
  readonly sightings: VersionedStore<Sighting>;
  readonly now: () => number;
}

/**
 * Does what a callback asks for, once. The same bytes again are `seen`; at the very moment at which they are worked on, `busy`.
 * @param deliver resolves when the event is safe. Where it throws, or its worker dies, the callback may come again.
 * @throws StoreUnavailable before anything was done, and whatever `deliver` throws.
 */
export async function takeOnce(
  connection: string,
  bytes: Uint8Array,
  deliver: () => Promise<void>,
  { sightings, now }: SightingParts,
): Promise<Taken> {
  const key = `${connection}/${createHash('sha256').update(bytes).digest('base64url')}`;
  const found = await sightings.read(key);
  if (found?.value.state === 'taken') return 'seen';
  if (found && found.value.untilMs > now()) return 'busy';
  const taking: Sighting = { state: 'taking', untilMs: now() + takingMs };
  if (!(await sightings.write(key, taking, found?.version))) return 'busy';
  const version = (found?.version ?? 0) + 1;
  try {
    await deliver();
  } catch (error) {
    // ConnectWise sends it again in two seconds: it must not find us busy. Where this fails too, it comes too early once.
    await sightings.write(key, { state: 'taking', untilMs: 0 }, version).catch(() => false);
    throw error;
  }
  // The event is safe: a mark that is not set lets at the most a replay through.
  await sightings.write(key, { state: 'taken', untilMs: 0 }, version).catch(() => false);
  return 'taken';
}
