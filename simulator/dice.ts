/** Numbers that look random and are the same for the same seed and keys, on every machine. */
export interface Dice {
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  /** True in `share` of the cases. */
  chance(share: number): boolean;
  /** One of the choices, which must not be empty. */
  pick<T>(choices: readonly [T, ...(readonly T[])]): T;
}

/** FNV-1a: spreads neighbouring keys far apart, so that record 1 and record 2 have nothing in common. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/** Dice of the seed and the keys. */
export function createDice(seed: number, ...keys: readonly (string | number)[]): Dice {
  return diceOf(hash([seed, ...keys].join('\u0000')));
}

/** Dice for one record after another: the keys are read once, and only the number is mixed in each time. */
export function createNumberedDice(
  seed: number,
  ...keys: readonly (string | number)[]
): (id: number) => Dice {
  const start = hash([seed, ...keys].join('\u0000'));
  return (id) => {
    const mixed = Math.imul(start ^ Math.imul(id, 0x9e3779b1), 0x85ebca6b);
    return diceOf((mixed ^ (mixed >>> 13)) >>> 0);
  };
}

/** Mulberry32. */
function diceOf(start: number): Dice {
  let state = start;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const whole = (from: number, to: number): number => from + Math.floor(share() * (to - from + 1));
  return {
    whole,
    chance: (limit) => share() < limit,
    pick: (choices) => choices[whole(0, choices.length - 1)] ?? choices[0],
  };
}
