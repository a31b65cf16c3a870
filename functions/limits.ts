import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const limitsSchema = z.record(z.string(), z.int().check(z.gte(1)));

/**
 * The limit of each connection, in calls a minute.
 * @param file where the deployment left those that have one of their own; absent where none has.
 * @param otherwise of every other connection.
 * @throws Error where the file is not what infra/limits.ts wrote: calls that nobody limits are not sent.
 */
export function readLimits(
  file: string | undefined,
  otherwise: number | undefined,
): (connection: string) => number | undefined {
  const own = file === undefined ? new Map<string, number>() : new Map(Object.entries(limitsIn(file)));
  return (connection) => own.get(connection) ?? otherwise;
}

function limitsIn(file: string): Readonly<Record<string, number>> {
  try {
    return limitsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new Error(`The limits of the connections cannot be read from ${file}. Deploy the function again.`);
  }
}
