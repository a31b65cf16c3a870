import type { Operation } from '../../lib/catalogue/operation.ts';
import type { Connection } from '../../lib/connection.ts';
import { destructionOf } from '../../lib/destruction.ts';

/**
 * Why an agent may not write by a connection; undefined where its policy is asked, which the engine does. For everybody else a
 * connection without a policy allows everything; an agent guesses, so it writes only where somebody has said so.
 */
export function unspoken(
  { name, policy }: Pick<Connection, 'name' | 'policy'>,
  operation: Operation,
): string | undefined {
  if (policy) return undefined;
  const { operationId, method, path } = operation;
  const allowing =
    destructionOf(operation) === undefined
      ? { writes: [operationId] }
      : { writes: [], destructive: [operationId] };
  return `not_allowed: ${operationId} (${method} ${path}) was not sent: an agent writes only where the connection's secret says what may be written, and connection '${name}' has no policy. Whoever runs the connector can add "policy": ${JSON.stringify(allowing)} to it. That holds for every other caller of the connection too, so a connection of the agent's own is better.`;
}
