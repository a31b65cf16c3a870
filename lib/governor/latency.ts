import * as z from 'zod/mini';

/** What calls take, by which a server shows that it is saturated where no throttle says so (connectwise-api.md §5.8). */
export const latencySchema = z.object({
  /** What a call takes while the server is at ease; 0 until that is known. */
  usualMs: z.number(),
  /** The window that is being filled. */
  sinceMs: z.number(),
  sumMs: z.number(),
  count: z.number(),
});

type Latency = z.infer<typeof latencySchema>;

const windowMs = 10_000;
/** Fewer calls than these say nothing about the server. */
const enough = 5;

export const unknownLatency: Latency = { usualMs: 0, sinceMs: 0, sumMs: 0, count: 0 };

/**
 * Counts calls in. `slow` is said once for a window whose mean is far over the usual: heavy operations double a mean, a
 * queue in the server multiplies it. What is usual falls quickly and rises slowly, so that a server that became slower
 * for good (a new release, more data) is not held back for ever.
 */
export function timed(
  latency: Latency,
  seen: { readonly count: number; readonly sumMs: number },
  nowMs: number,
): { readonly latency: Latency; readonly slow: boolean } {
  const filled = { ...latency, sumMs: latency.sumMs + seen.sumMs, count: latency.count + seen.count };
  if (nowMs - latency.sinceMs < windowMs || filled.count < enough) return { latency: filled, slow: false };
  const meanMs = filled.sumMs / filled.count;
  const slow = latency.usualMs > 0 && meanMs > 3 * latency.usualMs + 500;
  return {
    latency: { usualMs: usual(latency.usualMs, meanMs, slow), sinceMs: nowMs, sumMs: 0, count: 0 },
    slow,
  };
}

function usual(usualMs: number, meanMs: number, slow: boolean): number {
  if (usualMs === 0) return meanMs;
  const share = meanMs < usualMs ? 0.3 : slow ? 0.003 : 0.02;
  return usualMs + share * (meanMs - usualMs);
}
