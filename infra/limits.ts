import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Deployment } from './deployment.ts';

/**
 * Where the limits of a deployment's connections stand, relative to the root: of the repository, and of each function's code.
 * A file, because a thousand connections do not fit into the environment of a function, which holds 4 KB (aws.md §3).
 * @returns undefined where no connection has a limit of its own.
 */
export const limitsFileOf = ({ stackName, connections }: Deployment): string | undefined =>
  Object.values(connections).some(({ maxCallsPerMinute }) => maxCallsPerMinute !== undefined)
    ? `.limits/${stackName}.json`
    : undefined;

/** Leaves them where the bundles take them from, and where functions that run from source read them. */
export function writeLimits(root: string, deployment: Deployment): void {
  const file = limitsFileOf(deployment);
  if (file === undefined) return;
  const limits = Object.entries(deployment.connections).flatMap(([name, { maxCallsPerMinute }]) =>
    maxCallsPerMinute === undefined ? [] : [[name, maxCallsPerMinute] as const],
  );
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(limits))}\n`);
}
