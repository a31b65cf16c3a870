import type { Watched } from './audit.ts';
import type { Plan } from './plan.ts';

/** Why nobody could know what became of a write (docs/guarantees.md). */
export type UnknownClass = 'no look-up' | 'caller of the API' | 'look-up impossible' | 'changed by others';

const hourMs = 60 * 60_000;
/** Clocks of workers differ by so much (workforce.ts). */
const clocksMs = 2_500;

/** The class of a write that was reported as unknown; undefined where it could have been known. */
export function classOf(
  plan: Plan,
  keys: readonly string[],
  { sightings }: Watched,
): UnknownClass | undefined {
  const isInDoubt = keys.some((key) => sightings.doubted.has(key));
  const ignorances = sightings.ignorances.filter(({ key }) => keys.includes(key));
  if (!isInDoubt) return undefined;
  if (plan.lookUp === 'none') return 'no look-up';
  if (plan.record !== undefined && sightings.disturbed.has(plan.record)) return 'changed by others';
  if (ignorances.some(({ door }) => door === 'api')) return 'caller of the API';
  if (ignorances.some(({ ageMs }) => ageMs >= hourMs - clocksMs)) return 'look-up impossible';
  return undefined;
}
