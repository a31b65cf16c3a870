import * as z from 'zod/mini';
import { described } from '../described.ts';
import { timeText } from '../time-text.ts';
import type { Stop } from './lane.ts';
import type { Progress } from './progress.ts';

const incrementSchema = z.strictObject({
  checkpoint: z.string(),
  by: described(
    z.enum(['lastUpdated', 'content']),
    'By what a change is told: records without lastUpdated are all read and compared with the last time.',
  ),
  since: described(
    z.optional(z.string()),
    'Only records were asked for that were changed since then: the watermark before, less the overlap. Absent: all.',
  ),
  watermark: described(z.optional(z.string()), 'Where the next pull goes on from, less the overlap.'),
  moved: described(
    z.boolean(),
    'false: the checkpoint is where it was, and the next pull begins where this one did.',
  ),
  sequence: described(
    z.optional(z.number()),
    'Counts the pulls that moved the checkpoint: their order, whatever order their results come in.',
  ),
  alreadySent: described(
    z.number(),
    'Rows that were left out because an earlier pull sent them just as they are.',
  ),
  leftForNext: described(
    z.optional(z.number()),
    'Rows that came after the sweep and were left for the next pull.',
  ),
  deleted: described(
    z.optional(z.number()),
    'How many records are gone, each a row { id, deleted: true } of a page.',
  ),
  repeats: described(
    z.optional(z.boolean()),
    'true: too much was changed lately to be remembered; the next pull sends some of it again.',
  ),
});

export type IncrementClaim = z.infer<typeof incrementSchema>;

/** What a pull says of itself when it ends: evidence, not hope. */
export const certificateSchema = z.strictObject({
  complete: described(
    z.boolean(),
    'true: every record that was there all the time and that the filter lets through is in the pages.',
  ),
  why: described(z.optional(z.string()), 'Why it is not complete, or what weakens the claim.'),
  way: described(
    z.enum(['keyset', 'forward-only', 'numbers']),
    "How the pages were asked for: by id, by ConnectWise's own walk by id, or by page number.",
  ),
  stable: described(z.boolean(), 'Records that come or go meanwhile cannot move others out of the pages.'),
  pages: z.number(),
  rows: z.number(),
  repeats: described(
    z.optional(z.boolean()),
    'true: a page that was sent again had become far too long, so some of its rows came in another page too.',
  ),
  firstId: z.optional(z.number()),
  lastId: z.optional(z.number()),
  countBefore: described(
    z.optional(z.number()),
    'What ConnectWise counted by the same filter when the pull began.',
  ),
  countAfter: described(z.optional(z.number()), 'And when it ended.'),
  incremental: z.optional(incrementSchema),
  startedAt: z.string(),
  endedAt: z.string(),
});

export type Certificate = z.infer<typeof certificateSchema>;

/** A pull is complete where every stretch was walked to its end in the order of ids, and the counts do not speak against it. */
export function certify(
  progress: Progress,
  stop: Stop | undefined,
  countAfter: number | undefined,
  nowMs: number,
): Certificate {
  const { way, pages, rows, repeats, firstId, lastId, countBefore, startedAtMs } = progress;
  const why = whyIncomplete(progress, stop, countAfter);
  return {
    complete: why === undefined,
    ...(why !== undefined && { why }),
    way,
    stable: way !== 'numbers',
    pages,
    rows,
    ...(repeats && { repeats }),
    ...(firstId !== undefined && { firstId }),
    ...(lastId !== undefined && { lastId }),
    ...(countBefore !== undefined && { countBefore }),
    ...(countAfter !== undefined && { countAfter }),
    startedAt: timeText(startedAtMs),
    endedAt: timeText(nowMs),
  };
}

function whyIncomplete(
  { way, pages, rows, countBefore, shards, increment }: Progress,
  stop: Stop | undefined,
  countAfter: number | undefined,
): string | undefined {
  if (stop?.kind === 'ended') return 'ConnectWise did not answer one of the pages.';
  if (stop?.kind === 'broken') return stop.why;
  if (!shards.every(({ ended }) => ended)) return `It ended after ${pages} pages, as it was asked to.`;
  // Also where the second page was empty: what was on it may have moved to the first meanwhile.
  if (way === 'numbers' && shards.some(({ after }) => after > 1))
    return 'Pages by number are no picture of one moment: records that come or go shift others from page to page.';
  const isSteady = countBefore !== undefined && countBefore === countAfter;
  const given = rows + (increment ? increment.alreadySent + increment.leftForNext : 0);
  if (isSteady && given < countBefore)
    return `ConnectWise counts ${countBefore} records by the same filter, before and after, but gave ${given}.`;
  return undefined;
}
