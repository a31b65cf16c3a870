import * as z from 'zod/mini';
import { StoreUnavailable, type VersionedStore } from '../lib/versioned-store.ts';

/** What is known of a message that came again and again. */
export const deliveriesSchema = z.strictObject({
  /** How often we ourselves let it rest. */
  rests: z.number(),
  /** Why it came back the last time without having rested. */
  why: z.optional(z.string()),
});

export type Deliveries = z.infer<typeof deliveriesSchema>;

/** From this receive on it is counted why a message comes back: most never get here, and cost nothing. */
const countedFrom = 5;
/** A message that came back so often without having rested ends its worker, or cannot be answered. */
const maxUnexplained = 10;

/** A message's record, as far as it was read. */
export interface Count {
  /** The table could not be asked: then nobody knows how often the message rested. */
  readonly isUnknown?: boolean;
  readonly deliveries: Deliveries;
  readonly version: number | undefined;
}

const nothing: Count = { deliveries: { rests: 0 }, version: undefined };

/** What the table knows of a message; nothing where it has not come often. */
export async function readCount(
  store: VersionedStore<Deliveries>,
  messageId: string,
  receives: number,
): Promise<Count> {
  if (receives < countedFrom) return nothing;
  try {
    const found = await store.read(messageId);
    return found ? { deliveries: found.value, version: found.version } : nothing;
  } catch (error) {
    if (error instanceof StoreUnavailable) return { ...nothing, isUnknown: true };
    throw error;
  }
}

/** Notes why a message comes back. Where that fails, it only counts as unexplained. */
export async function noteReturn(
  store: VersionedStore<Deliveries>,
  messageId: string,
  receives: number,
  { deliveries, version }: Count,
  why: 'rest' | { readonly why: string },
): Promise<void> {
  if (receives < countedFrom) return;
  const next = why === 'rest' ? { ...deliveries, rests: deliveries.rests + 1 } : { ...deliveries, ...why };
  await store.write(messageId, next, version).catch(() => false);
}

/**
 * Why a message is to be given up; undefined while it is not. A rest is no reason: a message that waits for a rate limit may
 * come as often as it has to. Nor is one given up while the table is away, which alone knows of the rests.
 */
export function givenUp({ deliveries, isUnknown }: Count, receives: number): string | undefined {
  if (isUnknown) return undefined;
  const unexplained = receives - 1 - deliveries.rests;
  if (unexplained < maxUnexplained) return undefined;
  const last = deliveries.why ?? 'its worker ended without a word: out of memory or out of time';
  return `It came back ${unexplained} times without a result. The last time: ${last}.`;
}

/** SQS gives up what it has delivered 1,000 times, the most that it lets one set (aws.md §7). */
const longestRestMs = 30 * 60_000;
const slopeMs = 10_000;

/**
 * How long a message rests that asks for a wait. It grows with every receive, so that no wait of the 14 days that a message is
 * kept can use up the deliveries that it has.
 */
export const restMs = (waitMs: number, receives: number): number =>
  Math.max(waitMs, Math.min(longestRestMs, receives * slopeMs - slopeMs));
