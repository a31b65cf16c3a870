/** How often connections failed in a row, as one worker saw it. */
export interface Streaks {
  /** @returns how often it has failed since it last did not. */
  failed(connection: string): number;
  ended(connection: string): void;
}

/** Only connections that fail are remembered; more would be everybody's failure, and no one's. */
const mostRemembered = 10_000;

export function createStreaks(): Streaks {
  const streaks = new Map<string, number>();
  return {
    failed: (connection) => {
      const length = (streaks.get(connection) ?? 0) + 1;
      if (streaks.size >= mostRemembered) streaks.clear();
      streaks.set(connection, length);
      return length;
    },
    ended: (connection) => {
      streaks.delete(connection);
    },
  };
}
