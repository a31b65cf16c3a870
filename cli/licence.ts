import * as z from 'zod/mini';

/** What the lock file of npm (version 3) says of packages, as far as licences need it. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      license: z.optional(z.string()),
      dev: z.optional(z.boolean()),
      version: z.optional(z.string()),
    }),
  ),
});

/** Licences that ask for no more than to be named: what they cover is deployed with the functions. */
const deployable = [
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
];
/** To build and test with, also a licence that holds for changes of the package itself, of which there are none. */
const usable = [...deployable, 'MPL-2.0', 'Python-2.0', 'CC-BY-4.0'];

interface Licensed {
  readonly package: string;
  readonly licence: string;
  readonly isDeployed: boolean;
}

/** The packages whose licence is not one of those above, and how many were looked at. Reads the lock file alone. */
export function readLicences(lock: unknown): {
  readonly refused: readonly Licensed[];
  readonly count: number;
} {
  const found = Object.entries(lockSchema.parse(lock).packages)
    // The empty name is this project.
    .filter(([path]) => path !== '')
    .map(([path, { license = 'none', dev = false, version = '' }]) => ({
      package: `${path.replace(/^.*node_modules\//, '')}@${version}`,
      licence: license,
      isDeployed: !dev,
    }));
  const refused = found.filter(
    ({ licence, isDeployed }) => !isAllowed(licence, isDeployed ? deployable : usable),
  );
  return { refused, count: found.length };
}

/** An SPDX expression without nesting: one of several by OR, all of them by AND. Anything else is refused. */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const whole = expression.trim().replace(/^\(([^()]*)\)$/, '$1');
  return whole
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.includes(licence.trim())));
}
