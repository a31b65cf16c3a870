import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { median } from './median.ts';

/** Enough for a median that a slow phase of the machine does not move. */
const rounds = 15;
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
 * What each expression costs a process that has just started; its value must be truthy. Fresh processes in turn, medians,
 * and the ratio to the first one, since milliseconds differ from machine to machine.
 */
export function measureInTurn(title: string, variants: Readonly<Record<string, string>>): void {
  const measured = new Map(Object.keys(variants).map((name) => [name, [] as Measure[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, code] of Object.entries(variants)) measured.get(name)?.push(measure(code));
  }
  const medians = [...measured].map(([name, all]) => ({
    name,
    ms: median(all.map((it) => it.ms)),
    mb: median(all.map((it) => it.mb)),
  }));
  const base = medians[0];
  console.log(`${title} in a fresh process, median of ${rounds}`);
  for (const { name, ms, mb } of medians) {
    const ratio = base ? (ms / base.ms).toFixed(1) : '';
    console.log(
      `  ${name.padEnd(32)} ${ms.toFixed(1).padStart(6)} ms  ${mb.toFixed(1).padStart(6)} MB  ${ratio.padStart(5)}x`,
    );
  }
}

interface Measure {
  readonly ms: number;
  /** What it added to the process. */
  readonly mb: number;
}

function measure(code: string): Measure {
  const script = `const m = process.memoryUsage().rss, t = performance.now();
    if (!(${code})) throw new Error('It gave nothing.');
    console.log((performance.now() - t) + ' ' + (process.memoryUsage().rss - m) / 1048576);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`A measured process failed: ${stderr}`);
  const [ms = 0, mb = 0] = stdout.trim().split(' ').map(Number);
  return { ms, mb };
}
