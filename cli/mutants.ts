import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { catalogueOf } from './document-catalogue.ts';
import { type Trial, tryOperation } from './mutation/trial.ts';

const usage = 'Usage: npm run mutants [-- FILE] [--seed N]';

/**
 * `npm run mutants`: how many mistakes preflight finds, by kind and module, and which it does not; over `.catalogue/`, or
 * over an OpenAPI document. Ends with 1 where it finds less than 99 of a hundred, or anything in a valid call.
 */
try {
  const { values, positionals } = parseArgs({
    options: { seed: { type: 'string', default: '1' } },
    allowPositionals: true,
  });
  if (positionals.length > 1 || !/^\d{1,9}$/.test(values.seed)) throw new Error(usage);
  const [file] = positionals;
  const folder = fileURLToPath(new URL('../.catalogue/', import.meta.url));
  const catalogue = file === undefined ? loadCatalogue(folder) : catalogueOf(file);
  const isGood = report(catalogue, Number(values.seed));
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function report(catalogue: Catalogue, seed: number): boolean {
  const trials = catalogue.all().map((operation) => tryOperation(operation, catalogue, seed));
  const all = trials.flatMap(({ operation, mutants }) =>
    mutants.map(({ kind, caught }) => ({ kind, module: operation.module, caught })),
  );
  const falseFindings = trials.flatMap((trial) => trial.falseFindings);
  console.log(`${catalogue.version}: ${trials.length} operations, ${trials.length * 2} valid calls`);
  console.log(`false findings: ${falseFindings.length}`);
  printCounts(
    'by kind',
    all.map(({ kind, caught }) => ({ group: kind, caught })),
  );
  printCounts(
    'by module',
    all.map(({ module, caught }) => ({ group: module, caught })),
  );
  printCounts(
    'in all',
    all.map(({ caught }) => ({ group: 'mutants', caught })),
  );
  trials.forEach(printMissed);
  const share = all.filter(({ caught }) => caught).length / all.length;
  return share >= 0.99 && falseFindings.length === 0;
}

function printCounts(title: string, counted: readonly { group: string; caught: boolean }[]): void {
  console.log(`\n${title.padEnd(28)}  caught /   made`);
  for (const [group, members] of Map.groupBy(counted, (it) => it.group)) {
    const caught = members.filter((it) => it.caught).length;
    const percent = ((100 * caught) / members.length).toFixed(2);
    console.log(
      `${group.padEnd(28)} ${String(caught).padStart(7)} / ${String(members.length).padStart(6)}  ${percent} %`,
    );
  }
}

function printMissed({ operation, falseFindings: wrong, mutants }: Trial): void {
  for (const { path, message } of wrong) console.log(`false: ${operation.operationId} ${path}: ${message}`);
  for (const { kind, paths } of mutants.filter(({ caught }) => !caught))
    console.log(`not caught: ${operation.operationId}: ${kind}, ${paths.join(' or ')}`);
}
