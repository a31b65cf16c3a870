import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { type Trial, tryOperation } from './mutation/trial.ts';

/** `npm run mutants [-- --seed N]`: how many mistakes preflight finds, by kind and module, and which it does not. */
const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const folder = fileURLToPath(new URL('../.catalogue/', import.meta.url));
const catalogue = loadCatalogue(folder);
const trials = catalogue.all().map((operation) => tryOperation(operation, catalogue, Number(values.seed)));

const all = trials.flatMap(({ operation, mutants }) => mutants.map((mutant) => ({ operation, ...mutant })));
const falseFindings = trials.flatMap((trial) => trial.falseFindings);
console.log(`${catalogue.version}: ${trials.length} operations, ${trials.length * 2} valid calls`);
console.log(`false findings: ${falseFindings.length}`);
printCounts(
  'by kind',
  all.map(({ kind, caught }) => ({ group: kind, caught })),
);
printCounts(
  'by module',
  all.map(({ operation, caught }) => ({ group: operation.module, caught })),
);
printCounts(
  'in all',
  all.map(({ caught }) => ({ group: 'mutants', caught })),
);
trials.forEach(printMissed);
const share = all.filter(({ caught }) => caught).length / all.length;
if (share < 0.99 || falseFindings.length > 0) process.exitCode = 1;

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
