import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { compile } from '../lib/catalogue/compilation.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';

/** Enough for a median that a slow phase of the machine does not move. */
const rounds = 15;
const source = join(import.meta.dirname, '../lib/catalogue/loading.ts');

/**
 * What finding one operation costs a process that has just started: by the compiled catalogue, and by parsing the
 * document whole. The code is bundled, as it is deployed: stripping types would cost more than what is measured. Fresh processes in turn, medians, and the ratio, since milliseconds differ from machine to machine.
 */
export function benchCatalogue(): void {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  try {
    const document = readPublishedTypes();
    for (const [name, text] of compile(document).files) writeFileSync(join(folder, name), text, 'latin1');
    const whole = join(folder, 'document.json');
    writeFileSync(whole, JSON.stringify({ ...document, schemas: Object.fromEntries(document.schemas) }));
    const bundle = join(folder, 'loading.mjs');
    buildSync({
      entryPoints: [source],
      outfile: bundle,
      bundle: true,
      format: 'esm',
      platform: 'node',
      minify: true,
    });
    const loading = pathToFileURL(bundle).href;
    const variants = {
      'compiled catalogue': `(await import(${JSON.stringify(loading)})).loadCatalogue(${JSON.stringify(folder)}).find('getServiceTickets')`,
      'whole document': `JSON.parse((await import('node:fs')).readFileSync(${JSON.stringify(whole)}, 'utf8')).operations.find((it) => it.operationId === 'getServiceTickets')`,
    };
    report(variants);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(variants: Readonly<Record<string, string>>): void {
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
  console.log(`first look-up in a fresh process, median of ${rounds}`);
  for (const { name, ms, mb } of medians) {
    const ratio = base ? (ms / base.ms).toFixed(1) : '';
    console.log(
      `  ${name.padEnd(20)} ${ms.toFixed(1).padStart(6)} ms  ${mb.toFixed(1).padStart(6)} MB  ${ratio.padStart(5)}x`,
    );
  }
}

interface Measure {
  readonly ms: number;
  /** What the look-up added to the process. */
  readonly mb: number;
}

function measure(code: string): Measure {
  const script = `const m = process.memoryUsage().rss, t = performance.now();
    if (!(${code})) throw new Error('not found');
    console.log((performance.now() - t) + ' ' + (process.memoryUsage().rss - m) / 1048576);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`A measured process failed: ${stderr}`);
  const [ms = 0, mb = 0] = stdout.trim().split(' ').map(Number);
  return { ms, mb };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
