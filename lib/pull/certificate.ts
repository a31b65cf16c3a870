import * as z from 'zod/mini';
import { described } from '../described.ts';

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
  firstId: z.optional(z.number()),
  lastId: z.optional(z.number()),
  countBefore: described(
    z.optional(z.number()),
    'What ConnectWise counted by the same filter when the pull began.',
  ),
  countAfter: described(z.optional(z.number()), 'And when it ended.'),
  startedAt: z.string(),
  endedAt: z.string(),
});

export type Certificate = z.infer<typeof certificateSchema>;
