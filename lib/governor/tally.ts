import * as z from 'zod/mini';

/** Answered calls of the last minute, in buckets of five seconds. */
export const tallySchema = z.object({
  /** The number of the newest bucket since 1970. */
  bucket: z.number(),
  /** Newest first. */
  counts: z.array(z.number()).check(z.maxLength(12)),
});

type Tally = z.infer<typeof tallySchema>;

const bucketMs = 5_000;
const buckets = 12;

export const emptyTally: Tally = { bucket: 0, counts: [] };

/** A clock that is behind counts into the newest bucket: time never goes back. */
export function counted(tally: Tally, count: number, nowMs: number): Tally {
  const { bucket, counts } = upTo(tally, nowMs);
  const [newest = 0, ...older] = counts;
  return { bucket, counts: [newest + count, ...older] };
}

/** How many were answered in the last `spanMs`, which is at most a minute; the newest bucket counts as a whole one. */
export function sumOf(tally: Tally, spanMs: number, nowMs: number): number {
  return upTo(tally, nowMs)
    .counts.slice(0, Math.ceil(spanMs / bucketMs))
    .reduce((sum, count) => sum + count, 0);
}

/** Calls a minute over the last `spanMs`: of whole buckets only, since the newest one is still filling. */
export function ratePerMinute(tally: Tally, spanMs: number, nowMs: number): number {
  const whole = upTo(tally, nowMs).counts.slice(1, 1 + Math.floor(spanMs / bucketMs));
  return whole.length === 0 ? 0 : (whole.reduce((sum, count) => sum + count, 0) * 60_000) / spanMs;
}

function upTo({ bucket, counts }: Tally, nowMs: number): Tally {
  const now = Math.max(bucket, Math.floor(nowMs / bucketMs));
  const passed = Math.min(buckets, now - bucket);
  return { bucket: now, counts: [...Array.from({ length: passed }, () => 0), ...counts].slice(0, buckets) };
}
