import { createRandom } from '../mutation/random.ts';

/** 0 to below 1, the same for the same seed. */
export type Dice = () => number;

export function createDice(seed: number): Dice {
  const random = createRandom(Math.imul(seed, 2_654_435_761));
  return () => random.below(1_000_000) / 1_000_000;
}

/** Call latencies have a long tail: a few take several times as long as most. */
export function longTailed(meanMs: number, dice: Dice): number {
  return meanMs * (0.5 + 0.5 * -Math.log(1 - dice() * 0.999));
}
