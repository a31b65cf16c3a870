/** A share from 0 to below 1 for every id: the same for the same seed and keys, on every machine. */
export type Roll = (id: number) => number;

/** FNV-1a over the keys: what keeps two members of one record apart. */
function saltOf(seed: number, keys: readonly string[]): number {
  let state = Math.imul(seed ^ 0x811c9dc5, 0x01000193);
  for (const character of keys.join('\u0000'))
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return state | 0;
}

/**
 * Murmur's finaliser over the id: no state and no text, so that a condition over a million records costs a few
 * nanoseconds a value. `createDice` reads better where speed does not matter.
 */
export function createRoll(seed: number, ...keys: readonly string[]): Roll {
  const salt = saltOf(seed, keys);
  return (id) => {
    let mixed = Math.imul(id, 0x9e3779b1) ^ salt;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
  };
}

/** A whole number from `from` to `to`, both included. */
export const wholeBetween = (share: number, from: number, to: number): number =>
  from + Math.floor(share * (to - from + 1));

/** One of the choices, all equally likely. */
export function pickOf<T>(share: number, choices: readonly [T, ...(readonly T[])]): T {
  return choices[Math.floor(share * choices.length)] ?? choices[0];
}

/** The place of a share among weights that add up to 1: `weighted(0.7, [0.6, 0.4])` is 1. */
export function weighted(share: number, weights: readonly number[]): number {
  let rest = share;
  for (const [place, weight] of weights.entries()) {
    if (rest < weight) return place;
    rest -= weight;
  }
  return weights.length - 1;
}
