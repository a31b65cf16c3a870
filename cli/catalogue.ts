import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { compile } from '../lib/catalogue/compilation.ts';
import { readDocument } from '../lib/catalogue/document.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';
import { declarations } from './declarations.ts';
import { printDifference } from './difference.ts';

const folder = fileURLToPath(new URL('../.catalogue/', import.meta.url));
/** What pulls.config.ts is completed and checked by in an editor. */
const declarationsFile = 'operations.d.ts';
const usage =
  'Usage: npm run catalogue [-- FILE] [--if-missing], or npm run catalogue -- diff OLD NEW [--invocations FOLDER] [--json]';

/**
 * `npm run catalogue`: compiles a document, or the published 2022.1 types where none is given, into `.catalogue/`, with their types.
 * With `diff`: says what changed from one document to another, and leaves `.catalogue/` alone.
 */
try {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'diff') process.exitCode = diff(rest);
  else build(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function diff(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    options: { invocations: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [old, next] = positionals;
  if (old === undefined || next === undefined || positionals.length > 2)
    throw new Error(`Give two documents to compare, not ${positionals.length}. ${usage}`);
  return printDifference({ old, next, invocations: values.invocations, asJson: values.json });
}

function build(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    options: { 'if-missing': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (positionals.length > 1)
    throw new Error(`Give one file at the most, not ${positionals.length}. ${usage}`);
  const known = values['if-missing'] ? compiled() : undefined;
  if (!known) write(positionals[0]);
  else if (!existsSync(`${folder}${declarationsFile}`)) declare(known);
}

function compiled(): Catalogue | undefined {
  try {
    return loadCatalogue(folder);
  } catch {
    return undefined;
  }
}

function declare(catalogue: Catalogue): void {
  replace(`${folder}${declarationsFile}`, declarations(catalogue.all()), 'utf8');
}

function write(file: string | undefined): void {
  const startMs = performance.now();
  const given = file === undefined ? undefined : readDocument(file);
  const published = readPublishedTypes();
  const { version, operations, schemas, files, mends } = given
    ? compile(given, published)
    : compile(published);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) replace(`${folder}${name}`, text, 'latin1');
  declare(loadCatalogue(folder));
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  const ms = Math.round(performance.now() - startMs);
  console.log(
    `${version}: ${operations} operations, ${schemas} schemas, ${bytes} bytes in .catalogue/, ${ms} ms`,
  );
  const counts = [...mends].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  console.log(`mended: ${counts.join(', ')}`);
}

/** Whoever reads the file at the same moment gets the old one or the new one, never half of it. */
function replace(file: string, text: string, encoding: BufferEncoding): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, encoding);
  renameSync(unfinished, file);
}
