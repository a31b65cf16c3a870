/** Which ids a kind of record has, and whose they are. Nothing is kept but the last answer of `all`. */
export interface Ids {
  /** The highest id there can be: new records come after it. */
  readonly last: number;
  has(id: number): boolean;
  /** In ascending order. */
  all(): readonly number[];
  /** The ids that belong to one parent, in ascending order; none where the kind has no parents. */
  under(parent: number): readonly number[];
  /** The parent of an id; 0 where the kind has no parents. */
  parentOf(id: number): number;
  /** An id that exists, for a share from 0 to below 1. */
  pick(share: number): number;
}

/** Made at the first call and kept: a list of a million ids is asked for again and again. */
function onceMade(make: () => readonly number[]): () => readonly number[] {
  let made: readonly number[] | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Ids 1 to `count`, without parents. */
export function createRange(count: number): Ids {
  return {
    last: count,
    has: (id) => Number.isInteger(id) && id >= 1 && id <= count,
    all: onceMade(() => Array.from({ length: count }, (_, index) => index + 1)),
    under: () => [],
    parentOf: () => 0,
    pick: (share) => 1 + Math.floor(share * count),
  };
}

/** The ids of a range that a rule lets in. `pick` goes on to the next one that is, so gaps must be short. */
export function createSubset(range: Ids, admits: (id: number) => boolean): Ids {
  const has = (id: number): boolean => range.has(id) && admits(id);
  return {
    ...range,
    has,
    all: onceMade(() => range.all().filter(admits)),
    pick: (share) => {
      const from = range.pick(share);
      for (let step = 0; step < range.last; step += 1) {
        const id = ((from - 1 + step) % range.last) + 1;
        if (has(id)) return id;
      }
      return from;
    },
  };
}

interface SlotRules {
  /** Parents 1 to this one. */
  readonly parents: number;
  /** Ids set aside for each parent; those that it does not use stay free, as if their records had been deleted. */
  readonly each: number;
  /** How many children a parent has, at most `each`. */
  readonly countOf: (parent: number) => number;
}

/**
 * Children with ids of their own across all parents, as notes and sites have them: child `place` of a parent is
 * `(parent - 1) * each + place + 1`, so that parent and child find each other without a table between them.
 */
export function createSlots({ parents, each, countOf }: SlotRules): Ids {
  const parentOf = (id: number): number => Math.floor((id - 1) / each) + 1;
  const under = (parent: number): readonly number[] => {
    if (parent < 1 || parent > parents) return [];
    const first = (parent - 1) * each + 1;
    return Array.from({ length: countOf(parent) }, (_, index) => first + index);
  };
  return {
    last: parents * each,
    parentOf,
    under,
    has: (id) => {
      const parent = parentOf(id);
      return (
        Number.isInteger(id) &&
        parent >= 1 &&
        parent <= parents &&
        id - (parent - 1) * each <= countOf(parent)
      );
    },
    all: onceMade(() => Array.from({ length: parents }, (_, index) => under(index + 1)).flat()),
    pick: (share) => {
      const from = Math.floor(share * parents);
      for (let step = 0; step < parents; step += 1) {
        const parent = ((from + step) % parents) + 1;
        if (countOf(parent) > 0) return (parent - 1) * each + 1;
      }
      return 1;
    },
  };
}

/** The place of a child among its siblings, from 0. */
export const placeOf = (id: number, each: number): number => (id - 1) % each;
