import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { compile } from '../lib/catalogue/compilation.ts';
import { readDocument } from '../lib/catalogue/document.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';

/** Whether this version finds a catalogue in a folder. */
export function isCompiled(folder: string): boolean {
  if (!existsSync(folder)) return false;
  try {
    return loadCatalogue(folder).size > 0;
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
  for (const [name, text] of files) replace(`${folder}${name}`, text);
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  const ms = Math.round(performance.now() - startMs);
  const counts = [...mends].filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  const made = `${operations} operations, ${schemas} schemas, ${bytes} bytes in .catalogue/, ${ms} ms`;
  return `${version}: ${made}\nmended: ${counts.join(', ')}`;
}

/** Whoever reads the file at the same moment gets the old one or the new one, never half of it. */
function replace(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, 'latin1');
  renameSync(unfinished, file);
}
