import * as z from 'zod/mini';
import { latencySchema, timed, unknownLatency } from './latency.ts';
import { counted, emptyTally, ratePerMinute, sumOf, tallySchema } from './tally.ts';

/** What is known of a connection's hidden limit. All rates are calls a minute. */
export const limitSchema = z.object({
  /** What calls are paced at. */
  perMinute: z.number(),
  /** The highest rate that was held without a punishment; 0 while nothing is known. */
  safePerMinute: z.number(),
  /** The lowest rate that was punished; 0 where none is known. */
  wallPerMinute: z.number(),
  /** By which share the next step goes up where no wall is known. */
  step: z.number(),
  /** Probes that failed, one after the other. */
  failures: z.number(),
  /** Punishments one after the other, without a time between them in which a rate was held. */
  falls: z.number(),
  /** Since when this rate is being held. */
  sinceMs: z.number(),
  /** Not before this is the wall probed again. */
  probeAtMs: z.number(),
  /** No call goes out before this. */
  blockedUntilMs: z.number(),
  /** What was sent before this and is refused belongs to the punishment that is known. */
  punishmentEndsMs: z.number(),
  answered: tallySchema,
  latency: latencySchema,
});

export type Limit = z.infer<typeof limitSchema>;

export type Seen =
  | { readonly kind: 'answered'; readonly count: number; readonly latencySumMs: number }
  | { readonly kind: 'limited'; readonly sentAtMs: number; readonly retryAfterMs?: number | undefined };

/** Below this a connection would stand still, and what stands still learns nothing. */
export const floorPerMinute = 6;
/** Half of what a connection is known to bear (connectwise-api.md §5.1). */
const firstPerMinute = 480;

const minuteMs = 60_000;
/** ConnectWise names about 30 s itself (connectwise-api.md §5.2); without a header the same is taken (§5.3). */
const minBlockMs = 30_000;
export const blockMs = (retryAfterMs = 0) => Math.max(minBlockMs, retryAfterMs);

/** What the clocks of two workers may differ by. */
const skewMs = 2_000;
/** A window of a minute that began just before a step is followed by one that shows the whole of it. */
const holdMs = 130_000;
/** A step that is far over the limit shows sooner. */
const holdOfLargeStepMs = 90_000;
const holdOfFirstStepsMs = 20_000;
const longHeldMs = 10 * minuteMs;
const largeStep = 0.04;
const maxStep = 0.5;
/** A minute holds up to four calls in a thousand more than its pace, and the minute that was refused is known as closely. */
const belowWall = 0.99;
const aboveWall = 1.01;
/** What is told of the last minute may be some seconds short of it. */
const toldLate = 1.15;
/** A wider gap between what is safe and what is punished is looked into soon. */
const wideGap = 1.025;
/** So much over the wall is a probe. */
const probeStep = 1.01;
/** A rate that was punished by chance gives way by so much. */
const slightly = 0.993;
/** After a probe that failed; doubled with each further one. */
const probeEveryMs = 30 * minuteMs;
const maxProbeEveryMs = 60 * minuteMs;
/** Where the limit lies in a wide gap, looking again soon gains more than it costs. */
const probeWideGapEveryMs = 2 * minuteMs;

/** @param ceiling the user's own, in calls a minute. */
export function unknownLimit(nowMs: number, ceiling = Number.POSITIVE_INFINITY): Limit {
  return {
    perMinute: bounded(firstPerMinute, ceiling),
    safePerMinute: 0,
    wallPerMinute: 0,
    step: 1,
    failures: 0,
    falls: 0,
    sinceMs: nowMs,
    probeAtMs: 0,
    blockedUntilMs: 0,
    punishmentEndsMs: 0,
    answered: emptyTally,
    latency: { ...unknownLatency, sinceMs: nowMs },
  };
}

/** The user's ceiling stands over our floor. */
export const bounded = (perMinute: number, ceiling = Number.POSITIVE_INFINITY) =>
  Math.min(ceiling, Math.max(floorPerMinute, perMinute));

/**
 * The longest that a message rests. Long enough that a backlog of an hour is received a few times only, short enough that
 * a limit which went up finds messages to be used on; and shorter while nobody knows how soon it can go.
 */
export const maxRestMs = ({ safePerMinute }: Limit) => (safePerMinute === 0 ? 1 : 10) * minuteMs;

/**
 * What is known after something was seen. A rate is safe when it was held under load; it is doubled while nothing is known,
 * halved into the gap between safe and punished afterwards, and then left alone but for rare probes. Pure.
 * @param ceiling the user's own, in calls a minute.
 */
export function learn(limit: Limit, seen: Seen, nowMs: number, ceiling = Number.POSITIVE_INFINITY): Limit {
  const next = seen.kind === 'limited' ? punished(limit, seen, nowMs) : answered(limit, seen, nowMs);
  const perMinute = bounded(next.perMinute, ceiling);
  if (perMinute === next.perMinute) return next;
  // Where the user's own limit is reached there is nothing above to be learnt.
  const safePerMinute = next.perMinute > perMinute ? perMinute : next.safePerMinute;
  return { ...next, perMinute, safePerMinute };
}

/** One decrease a punishment: what was sent before it was over, by any worker, only makes the block longer, never shorter. */
function punished(limit: Limit, seen: Seen & { kind: 'limited' }, nowMs: number): Limit {
  const untilMs = nowMs + blockMs(seen.retryAfterMs);
  const blockedUntilMs = Math.max(limit.blockedUntilMs, untilMs);
  if (seen.sentAtMs < limit.punishmentEndsMs) return { ...limit, blockedUntilMs };
  const fallen = lowered(limit, seen.sentAtMs, nowMs);
  return { ...fallen, blockedUntilMs, punishmentEndsMs: untilMs + skewMs, sinceMs: blockedUntilMs };
}

/**
 * Where to after a punishment: a little below what went through in the last minute, which is what the server let through. A
 * rate that was held for long gives way by less, for it may have been chance; one that is punished again and again by more.
 */
function lowered(limit: Limit, sentAtMs: number, nowMs: number): Limit {
  const { perMinute, safePerMinute, falls } = limit;
  const isProbe = perMinute > safePerMinute * 1.001;
  const isChance = !isProbe && falls === 0 && nowMs - limit.sinceMs > longHeldMs;
  const passed = wentThrough(limit, sentAtMs, nowMs);
  // A rate that was held for so long is about right: calls that bunched together may have been too many once.
  if (isChance)
    return {
      ...limit,
      perMinute: perMinute * slightly,
      safePerMinute: perMinute * slightly,
      falls: falls + 1,
    };
  const lost =
    falls === 0 && isProbe
      ? Math.max(safePerMinute, perMinute * 0.25)
      : perMinute * ([0.9, 0.9, 0.75][falls] ?? 0.5);
  const most = perMinute * ([slightly, 0.95, 0.85, 0.7][falls] ?? 0.5);
  const wished = passed * (safePerMinute === 0 ? 0.9 : belowWall);
  const next = Math.max(Math.min(wished, most), lost);
  const wallPerMinute =
    safePerMinute === 0
      ? perMinute
      : Math.max(next, Math.min(perMinute, letOut(limit, sentAtMs) * aboveWall));
  const isWide = wallPerMinute / next > wideGap;
  const failures = limit.failures + (isWide ? 0 : 1);
  return {
    ...limit,
    perMinute: next,
    safePerMinute: next,
    wallPerMinute,
    failures,
    falls: falls + 1,
    probeAtMs: nowMs + (isWide ? probeWideGapEveryMs : restOfProbes(failures)),
  };
}

/** How many calls the pace let out in the minute before the one that was refused: more than these cannot have gone through. */
function letOut({ perMinute, safePerMinute, sinceMs }: Limit, sentAtMs: number): number {
  const share = Math.min(1, Math.max(0, (sentAtMs - sinceMs) / minuteMs));
  // A probe came after the safe rate, any other rate after a block.
  const before = perMinute > safePerMinute * 1.001 ? safePerMinute : 0;
  return perMinute * share + before * (1 - share);
}

/** How many went through: answers are told late, so that where the calls used their pace it is exact and they are too few. */
function wentThrough(limit: Limit, sentAtMs: number, nowMs: number): number {
  const told = Math.min(limit.perMinute, sumOf(limit.answered, minuteMs, nowMs));
  if (limit.safePerMinute === 0) return told;
  return Math.max(told, Math.min(letOut(limit, sentAtMs), told * toldLate));
}

const restOfProbes = (failures: number) => Math.min(maxProbeEveryMs, probeEveryMs * 2 ** (failures - 1));

function answered(limit: Limit, seen: Seen & { kind: 'answered' }, nowMs: number): Limit {
  const { latency, slow } = timed(limit.latency, { count: seen.count, sumMs: seen.latencySumMs }, nowMs);
  const next = { ...limit, latency, answered: counted(limit.answered, seen.count, nowMs) };
  return slow ? eased(next, nowMs) : raised(next, nowMs);
}

/** A saturated server answers as many as it can: what it answered is its limit, and a little below its queue drains. */
function eased(limit: Limit, nowMs: number): Limit {
  // Only once its queue has had time to drain: what comes back meanwhile is slow because it waited, not because of us.
  if (nowMs - limit.sinceMs < 30_000) return limit;
  const { perMinute } = limit;
  const served = Math.min(perMinute, ratePerMinute(limit.answered, 20_000, nowMs));
  const next = Math.min(Math.max(served * 0.95, perMinute * 0.7), perMinute * 0.97);
  return {
    ...limit,
    perMinute: next,
    safePerMinute: next,
    // What is still slow because it queued before says nothing of the lower rate.
    wallPerMinute: limit.falls > 0 && limit.wallPerMinute > 0 ? limit.wallPerMinute : perMinute,
    failures: 0,
    falls: limit.falls + 1,
    sinceMs: nowMs,
    probeAtMs: nowMs + probeWideGapEveryMs,
  };
}

/** Goes up where the rate was held long enough and really used. */
function raised(limit: Limit, nowMs: number): Limit {
  if (!isHeld(limit, nowMs)) return limit;
  const held = limit.falls === 0 ? limit : { ...limit, falls: 0 };
  const { perMinute, safePerMinute, wallPerMinute } = held;
  if (wallPerMinute === 0) {
    const isFirst = held.step === 1;
    const safe = isFirst ? 0 : perMinute;
    return stepped(
      { ...held, safePerMinute: safe, step: isFirst ? 1 : Math.min(maxStep, held.step * 2) },
      nowMs,
    );
  }
  if (perMinute >= wallPerMinute * 0.999) {
    const free = { ...held, safePerMinute: perMinute, wallPerMinute: 0, failures: 0, step: largeStep };
    return stepped(free, nowMs);
  }
  if (perMinute <= safePerMinute) return nowMs < held.probeAtMs ? held : stepped(held, nowMs);
  const wide = wallPerMinute / perMinute > wideGap;
  const probeAtMs = wide ? nowMs : nowMs + restOfProbes(Math.max(1, held.failures));
  const safe = { ...held, safePerMinute: perMinute, probeAtMs };
  return wide ? stepped(safe, nowMs) : safe;
}

/** Into the middle of the gap below the wall while that is wide; else just over the wall. */
function stepped(limit: Limit, nowMs: number): Limit {
  const { perMinute, wallPerMinute } = limit;
  const gap = wallPerMinute / perMinute;
  const factor = wallPerMinute === 0 ? 1 + limit.step : gap > probeStep ? Math.sqrt(gap) : probeStep;
  return { ...limit, perMinute: perMinute * factor, sinceMs: nowMs };
}

/** A rate that nobody used says nothing: the calls of the time in which it was held must nearly fill it. */
function isHeld(limit: Limit, nowMs: number): boolean {
  const { wallPerMinute, perMinute, safePerMinute, step } = limit;
  const isFirst = wallPerMinute === 0 && step === 1;
  const isLarge = safePerMinute > 0 && perMinute / safePerMinute > 1 + largeStep;
  const neededMs = isFirst ? holdOfFirstStepsMs : isLarge ? holdOfLargeStepMs : holdMs;
  if (nowMs - limit.sinceMs < neededMs) return false;
  const spanMs = isFirst ? 10_000 : 50_000;
  return ratePerMinute(limit.answered, spanMs, nowMs) > perMinute * (isFirst ? 0.7 : 0.9);
}
