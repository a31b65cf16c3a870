import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAsDeployed, type DeployedBundle } from './deployed-bundle.ts';
import type { Goal, Report, Row } from './report.ts';

/**
 * What each function may have, in bytes: what is loaded is what a cold start costs. Some 10 % above what it has, so that a
 * package that slips in is seen, and a feature is not. test/infra/bundles.test.ts holds the deployed files to it.
 */
export const bundleBudgets = { queue: 700_000, api: 1_100_000 } as const;

/** What is in the bundles that are deployed, by package. */
export function benchBundle(): Report {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  try {
    const bundles = (['queue', 'api'] as const).map((name) => {
      const bundle = bundleAsDeployed(`export * from './functions/${name}.ts';`, join(folder, `${name}.mjs`));
      return { name, bundle };
    });
    return {
      name: 'bundle',
      title: 'what the deployed functions are made of, minified',
      comparisons: bundles.map(({ name, bundle }) => {
        return { title: `the ${name} function, by room or package`, unit: 'KB', rows: rowsOf(bundle) };
      }),
      goals: bundles.map(({ name, bundle }): Goal => {
        const bound = { atMost: bundleBudgets[name] / 1_024 };
        return { what: `size of the ${name} function`, unit: 'KB', value: bundle.bytes / 1_024, bound };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const largest = 14;

function rowsOf({ bytes, inputs }: DeployedBundle): readonly Row[] {
  const sums = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const name = packageOf(file);
    sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
  }
  const sorted = [...sums].toSorted(([, one], [, other]) => other - one);
  const others = sorted.slice(largest).reduce((sum, [, size]) => sum + size, 0);
  const rows = [['all of it', bytes] as const, ...sorted.slice(0, largest), ['all others', others] as const];
  return rows.map(([name, size]) => ({ name, value: size / 1_024 }));
}

const packageOf = (file: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ??
  (file.includes('/') ? (file.split('/')[0] ?? file) : 'the entry');
