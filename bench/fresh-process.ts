import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { median } from './median.ts';
import type { Comparison } from './report.ts';

/** Enough for a median that a slow phase of the machine does not move. */
const rounds = 15;
/** What takes so long is known well enough after three rounds. */
const slowMs = 300;
const root = join(import.meta.dirname, '..');

/**
 * Bundles what a module's text imports (paths from the project's root), as it is deployed: stripping types would cost more
 * than what is measured. Returns the bundle's URL. A file that ends in .cjs can hold packages that are CommonJS.
 */
export function bundled(contents: string, file: string): string {
  buildSync({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile: file,
    bundle: true,
    format: file.endsWith('.cjs') ? 'cjs' : 'esm',
    platform: 'node',
    minify: true,
  });
  return pathToFileURL(file).href;
}

const run = promisify(execFile);

/** Runs a file in a process of its own. @returns what it prints, parsed: it is our own. */
export async function runMeasured<T>(
  file: string,
  args: readonly string[],
  { environment }: { readonly environment: Readonly<Record<string, string>> },
): Promise<T> {
  const env = { PATH: process.env['PATH'], ...environment };
  const { stdout } = await run(process.execPath, [file, ...args], { env, maxBuffer: 16 * 1_048_576 }).catch(
    (error: unknown) => {
      const stderr = typeof error === 'object' && error !== null ? Reflect.get(error, 'stderr') : error;
      // Before the error, Node prints the line that it is in: all of a bundle.
      throw new Error(`A measured process failed: ${String(stderr).slice(-2_000)}`);
    },
  );
  return JSON.parse(stdout);
}

/**
 * What each expression costs a process that has just started; its value must be truthy. Fresh processes in turn, medians; the time
 * is the CPU of the main thread, which is the time by the clock where nobody else wants the processor.
 */
export function measureInTurn(
  title: string,
  variants: Readonly<Record<string, string>>,
): { readonly time: Comparison; readonly memory: Comparison } {
  const measured = new Map(Object.keys(variants).map((name) => [name, [] as Measure[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, code] of Object.entries(variants)) {
      const all = measured.get(name);
      const isSlow = (all?.[0]?.ms ?? 0) > slowMs;
      if (!isSlow || round % 5 === 0) all?.push(measure(code));
    }
  }
  const rowsOf = (member: keyof Measure) =>
    [...measured].map(([name, all]) => ({ name, value: median(all.map((it) => it[member])) }));
  const where = `CPU of ${title} in a fresh process, median of ${rounds}`;
  return {
    time: { title: where, unit: 'ms', rows: rowsOf('ms') },
    memory: { title: `what ${title} adds to its memory`, unit: 'MB', rows: rowsOf('mb') },
  };
}

interface Measure {
  readonly ms: number;
  /** What it added to the process. */
  readonly mb: number;
}

function measure(code: string): Measure {
  const script = `const m = process.memoryUsage().rss, cpu = process.threadCpuUsage();
    if (!(${code})) throw new Error('It gave nothing.');
    const { user, system } = process.threadCpuUsage(cpu);
    console.log((user + system) / 1000 + ' ' + (process.memoryUsage().rss - m) / 1048576);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`A measured process failed: ${stderr}`);
  const [ms = 0, mb = 0] = stdout.trim().split(' ').map(Number);
  return { ms, mb };
}
