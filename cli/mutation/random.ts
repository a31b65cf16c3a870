/** Numbers that look random and are the same for the same seed, so that what was not caught can be looked at again. */
export interface Random {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  pick<T>(values: readonly T[]): T | undefined;
  /** Lower-case letters. */
  word(length: number): string;
}

/** A linear congruential generator (Numerical Recipes' constants): the high bits are good enough to vary test data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (end: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  return {
    below,
    pick: (values) => values[below(values.length)],
    word: (length) => Array.from({ length }, () => String.fromCharCode(97 + below(26))).join(''),
  };
}
