import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMet, print, printGoals, type Report } from './report.ts';
import type { Run } from './run-file.ts';

/** Every bench, loaded when it is run: what one of them loads must not slow the others. */
const benches = {
  batch: async () => (await import('./batch.ts')).benchBatch(),
  call: async () => (await import('./call.ts')).benchCall(),
  pull: async () => (await import('./pull.ts')).benchPull(),
  chain: async () => (await import('./chain.ts')).benchChain(),
  page: async () => (await import('./page.ts')).benchPage(),
  start: async () => (await import('./start.ts')).benchStart(),
  bundle: async () => (await import('./bundle.ts')).benchBundle(),
  catalogue: async () => (await import('./catalogue.ts')).benchCatalogue(),
  preflight: async () => (await import('./preflight.ts')).benchPreflight(),
  search: async () => (await import('./search.ts')).benchSearch(),
  journal: async () => (await import('./journal.ts')).benchJournal(),
  growth: async () => (await import('./growth.ts')).benchGrowth(),
  local: async () => (await import('./local.ts')).benchLocal(),
  simulator: async () => (await import('./simulator.ts')).benchSimulator(),
} satisfies Readonly<Record<string, () => Promise<Report>>>;
type Bench = keyof typeof benches;

const isBench = (name: string): name is Bench => name in benches;
/** The slowest takes a minute and a half on a quiet machine. */
const patienceMs = 5 * 60_000;

/**
 * `npm run bench`: every bench, each in a process of its own, or those that are named; `--json FILE` leaves what they found for
 * `npm run plots`. Ends with 1 where a goal is missed or a bench fails.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' } },
  });
  const unknown = positionals.find((name) => !isBench(name));
  if (unknown !== undefined)
    throw new Error(`There is no bench ${unknown}. There are ${Object.keys(benches).join(', ')}.`);
  const names = positionals.length > 0 ? positionals.filter(isBench) : Object.keys(benches).filter(isBench);
  const [only] = names;
  const reports = names.length === 1 && only ? [await runHere(only)] : await runEach(names);
  const goals = reports.flatMap((report) => report.goals);
  if (names.length > 1) printAll(reports);
  if (reports.length < names.length || !goals.every(isMet)) process.exitCode = 1;
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(runOf(reports), null, 2)}\n`);
}

async function runHere(name: Bench): Promise<Report> {
  const report = await benches[name]();
  print(report);
  return report;
}

/** One after another, so that none is measured beside another. One that fails is told of, and left out. */
async function runEach(names: readonly Bench[]): Promise<readonly Report[]> {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  const reports: Report[] = [];
  try {
    for (const name of names) {
      const file = join(folder, `${name}.json`);
      const child = spawn(process.execPath, [import.meta.filename, name, '--json', file], {
        stdio: 'inherit',
        timeout: patienceMs,
      });
      await once(child, 'exit');
      const run = readRun(file);
      if (run) reports.push(...run.reports);
      else console.log(`\n${name}: FAILED`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return reports;
}

/** What a bench left, which is our own; undefined where it ended before that. */
function readRun(file: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function printAll(reports: readonly Report[]): void {
  console.log('\nall goals');
  for (const { name, goals } of reports) printGoals(goals, `${name.padEnd(10)} `);
}

function runOf(reports: readonly Report[]): Run {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  const machine = `${cpus().length} cores of ${cpu?.model.trim() ?? 'an unknown processor'}, ${process.platform}`;
  return { at: new Date().toISOString(), commit, machine, node: process.version, reports };
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
// Servers that a bench that failed left open end with it.
process.exit();
