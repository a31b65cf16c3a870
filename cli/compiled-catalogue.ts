import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { compile } from '../lib/catalogue/compilation.ts';
import { readDocument } from '../lib/catalogue/document.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';
import { declarations } from './declarations.ts';

/** What pulls.config.ts is completed and checked by in an editor. */
const declarationsFile = 'operations.d.ts';

/** Whether this version finds a catalogue in a folder that ends with a slash. The declarations beside it are made where they are missing. */
export function isCompiled(folder: string): boolean {
  if (!existsSync(folder)) return false;
  try {
    const catalogue = loadCatalogue(folder);
    if (!existsSync(`${folder}${declarationsFile}`)) declare(folder, catalogue);
    return catalogue.size > 0;
  } catch {
    return false;
  }
}

/**
 * Compiles a document, or the published 2022.1 types where no file is given, into a folder that ends with a slash.
 * @returns what was made, in words.
 */
export function writeCatalogue(folder: string, file: string | undefined): string {
  const startMs = performance.now();
  const given = file === undefined ? undefined : readDocument(file);
  const published = readPublishedTypes();
  const { version, operations, schemas, files, mends } = given
    ? compile(given, published)
    : compile(published);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) replace(`${folder}${name}`, text, 'latin1');
  declare(folder, loadCatalogue(folder));
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  const ms = Math.round(performance.now() - startMs);
  const counts = [...mends].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  const made = `${operations} operations, ${schemas} schemas, ${bytes} bytes in .catalogue/, ${ms} ms`;
  return `${version}: ${made}\nmended: ${counts.join(', ')}`;
}

function declare(folder: string, catalogue: Catalogue): void {
  replace(`${folder}${declarationsFile}`, declarations(catalogue.all()), 'utf8');
}

/** Whoever reads the file at the same moment gets the old one or the new one, never half of it. */
function replace(file: string, text: string, encoding: BufferEncoding): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, encoding);
  renameSync(unfinished, file);
}
