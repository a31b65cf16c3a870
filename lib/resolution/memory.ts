interface MemoryParts {
  readonly now: () => number;
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}

/** Answers that are remembered for a while. */
export interface Memory<T> {
  /**
   * The answer under a key: one that is remembered and not too old, else what `ask` gives. Only an answer that is
   * `sufficient` is remembered, so a name that is missing today is found as soon as it exists. Callers at the same moment
   * share one question. What `ask` throws reaches all of them and is forgotten.
   */
  find(key: string, ask: () => Promise<T>, sufficient: (answer: T) => boolean): Promise<T>;
}

export function createMemory<T>({ now, maxAgeMs, maxEntries }: MemoryParts): Memory<T> {
  // In the order of their age: the oldest is the first.
  const known = new Map<string, { readonly answer: T; readonly askedAtMs: number }>();
  const asking = new Map<string, Promise<T>>();

  const keep = (key: string, answer: T, askedAtMs: number) => {
    known.delete(key);
    known.set(key, { answer, askedAtMs });
    const [oldest] = known.keys();
    if (known.size > maxEntries && oldest !== undefined) known.delete(oldest);
  };
  const begin = (key: string, ask: () => Promise<T>): Promise<T> => {
    const question = ask().finally(() => asking.delete(key));
    asking.set(key, question);
    return question;
  };
  return {
    find: async (key, ask, sufficient) => {
      const entry = known.get(key);
      if (entry && now() - entry.askedAtMs < maxAgeMs && sufficient(entry.answer)) return entry.answer;
      const askedAtMs = now();
      const answer = await (asking.get(key) ?? begin(key, ask));
      if (sufficient(answer)) keep(key, answer, askedAtMs);
      return answer;
    },
  };
}
