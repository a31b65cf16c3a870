export interface Waiting {
  readonly id: string;
  /** Messages of one group take turns with those of the others. */
  readonly group: string | undefined;
  /** Out of sight until then. */
  readonly hiddenUntilMs: number;
}

/** The messages of a queue, those in sight by group, in memory. */
export interface Backlog<T extends Waiting> {
  /** Adds a message, or moves it in or out of sight. */
  put(message: T): void;
  /** Takes the first message of the group whose turn it is; the group goes to the end of the line (a fair queue). */
  take(): T | undefined;
  findHidden(id: string): T | undefined;
  remove(id: string): void;
  hidden(): T[];
  /** Those in sight, in no order that means anything. */
  visible(): T[];
  readonly visibleCount: number;
  clear(): void;
}

/** A backlog that is driven by the clock that is handed in: what was hidden long enough is seen at the next call. */
export function createBacklog<T extends Waiting>(now: () => number): Backlog<T> {
  /** A Map keeps the order and gives up its first without moving the rest, also when it holds 100,000. */
  const ready = new Map<string, Map<string, T>>();
  const hidden = new Map<string, T>();
  /** Nothing wakes before, so most calls need not look at what is hidden. */
  let nextWakeMs = Number.POSITIVE_INFINITY;

  const put = (message: T) => {
    hidden.delete(message.id);
    if (message.hiddenUntilMs > now()) {
      hidden.set(message.id, message);
      nextWakeMs = Math.min(nextWakeMs, message.hiddenUntilMs);
    } else {
      const group = message.group ?? '';
      ready.set(group, (ready.get(group) ?? new Map<string, T>()).set(message.id, message));
    }
  };
  const wake = () => {
    if (nextWakeMs > now()) return;
    nextWakeMs = Number.POSITIVE_INFINITY;
    for (const message of [...hidden.values()]) put(message);
  };

  return {
    put,
    take: () => {
      wake();
      return takeTurn(ready);
    },
    findHidden: (id) => {
      wake();
      return hidden.get(id);
    },
    remove: (id) => {
      hidden.delete(id);
      for (const messages of ready.values()) messages.delete(id);
    },
    hidden: () => {
      wake();
      return [...hidden.values()];
    },
    visible: () => {
      wake();
      return [...ready.values()].flatMap((messages) => [...messages.values()]);
    },
    get visibleCount() {
      wake();
      return [...ready.values()].reduce((sum, messages) => sum + messages.size, 0);
    },
    clear: () => {
      ready.clear();
      hidden.clear();
    },
  };
}

function takeTurn<T extends Waiting>(ready: Map<string, Map<string, T>>): T | undefined {
  for (const [group, messages] of ready) {
    ready.delete(group);
    const [message] = messages.values();
    if (message === undefined) continue;
    messages.delete(message.id);
    if (messages.size > 0) ready.set(group, messages);
    return message;
  }
  return undefined;
}
