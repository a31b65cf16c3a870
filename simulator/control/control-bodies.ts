import * as z from 'zod/mini';
import { type FaultKind, faultKinds, isFaultKind } from '../faults/fault-answers.ts';
import type { FaultRule } from '../faults/fault-rule.ts';
import type { Json } from '../json.ts';
import { codebaseOf } from '../options.ts';

const longestWaitMs = 600_000;

const whole = (least: number, most: number, unit: string) =>
  z
    .int(`Give a whole number of ${unit}.`)
    .check(z.gte(least, `Give at least ${least} ${unit}.`), z.lte(most, `Give at most ${most} ${unit}.`));
const share = z
  .number('Give a share from 0 to 1.')
  .check(z.gte(0, 'Give a share from 0 to 1.'), z.lte(1, 'Give a share from 0 to 1.'));
const waitMs = whole(0, longestWaitMs, 'milliseconds');
const text = z.string('Give a text.').check(z.minLength(1, 'Give a text that is not empty.'));
const flag = z.boolean('Give true or false.');

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'i');
    return true;
  } catch {
    return false;
  }
}

/** A fault rule as JSON; the names are those of FaultRule, but for a pattern of the path. */
const faultBody = z.strictObject({
  operation: z.optional(text),
  method: z.optional(
    z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'Give GET, POST, PUT, PATCH or DELETE.'),
  ),
  path: z.optional(text),
  pathPattern: z.optional(text.check(z.refine(isPattern, 'Give a regular expression.'))),
  nth: z.optional(whole(1, 1e9, 'calls')),
  probability: z.optional(share),
  times: z.optional(
    z.union([whole(1, 1e9, 'calls'), z.literal('always')], "Give a whole number from 1, or 'always'."),
  ),
  kind: z.optional(
    z.custom<FaultKind>(
      (value) => typeof value === 'string' && isFaultKind(value),
      `Give one of ${faultKinds.join(', ')}.`,
    ),
  ),
  status: z.optional(whole(200, 599, 'status')),
  body: z.optional(z.custom<Json>((value) => value !== undefined)),
  headers: z.optional(z.record(z.string(), z.string('Give each header a text.'))),
  takesEffect: z.optional(flag),
  delayMs: z.optional(
    z.union(
      [waitMs, z.strictObject({ from: waitMs, to: waitMs })],
      `Give milliseconds up to ${longestWaitMs}, or {"from":…,"to":…}.`,
    ),
  ),
  cut: z.optional(z.enum(['before', 'after'], "Give 'before' or 'after'.")),
  trickle: z.optional(
    z.strictObject({
      bytes: whole(1, 1e6, 'bytes'),
      intervalMs: whole(1, longestWaitMs, 'milliseconds'),
      isEndless: z.optional(flag),
    }),
  ),
  truncateAfterBytes: z.optional(whole(0, 1e9, 'bytes')),
  contentType: z.optional(text),
  isEmptied: z.optional(flag),
});

/** The bodies of the control calls, by what they set. */
export const controlBodies = {
  fault: faultBody,
  throttle: z.strictObject({
    perMinute: z.nullable(whole(0, 1e9, 'requests; null lets all through')),
    sendsRetryAfter: z.optional(flag),
  }),
  codebase: z.strictObject({
    codebase: text.check(z.refine(isCodebase, 'Give a name and a slash, such as v2026_2/.')),
  }),
  clock: z.union(
    [
      z.strictObject({ advanceMs: whole(0, 1e12, 'milliseconds') }),
      z.strictObject({ standsAt: z.iso.datetime() }),
    ],
    'Give {"advanceMs":60000}, or {"standsAt":"2026-01-01T00:00:00Z"}.',
  ),
  permissions: z.strictObject({ forbidden: z.array(text, 'Give a list of paths.') }),
  callbacks: z.strictObject({
    drop: z._default(share, 0),
    duplicate: z._default(share, 0),
    reorder: z._default(share, 0),
  }),
  mutate: z.strictObject({ count: whole(1, 10_000, 'changes') }),
} as const;

function isCodebase(codebase: string): boolean {
  try {
    return codebaseOf(codebase) === codebase;
  } catch {
    return false;
  }
}

/** A fault rule out of its JSON. */
export function ruleOf({ pathPattern, ...rule }: z.infer<typeof faultBody>): FaultRule {
  return pathPattern === undefined ? rule : { ...rule, path: new RegExp(pathPattern, 'i') };
}
