import type { ConnectionCounts, Governed, Overview } from '../overview.ts';

/** All that the queue view says of one connection. */
export interface ConnectionRow extends ConnectionCounts {
  readonly governed: Governed | undefined;
}

/** One row a connection: those that are there, and those that messages only name, which may be the reason why they are dead. */
export function connectionRows({
  connections,
  byConnection,
  governors,
}: Pick<Overview, 'connections' | 'byConnection' | 'governors'>): readonly ConnectionRow[] {
  const counts = new Map(byConnection.map((it) => [it.connection, it]));
  const states = new Map(governors.map((it) => [it.connection, it]));
  return [...new Set([...connections, ...counts.keys()])].map((connection) => ({
    ...(counts.get(connection) ?? { connection, waiting: 0, inFlight: 0, dead: 0 }),
    governed: states.get(connection),
  }));
}
