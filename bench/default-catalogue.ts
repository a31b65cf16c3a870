import { compile } from '../lib/catalogue/compilation.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';

let files: ReadonlyMap<string, string> | undefined;

/** The files of the built-in catalogue, compiled when they are first asked for. */
export function defaultCatalogueFiles(): ReadonlyMap<string, string> {
  files ??= compile(readPublishedTypes()).files;
  return files;
}
