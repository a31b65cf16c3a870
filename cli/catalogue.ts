import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isCompiled, writeCatalogue } from './compiled-catalogue.ts';
import { printDifference } from './difference.ts';

const folder = fileURLToPath(new URL('../.catalogue/', import.meta.url));
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
  if (!(values['if-missing'] && isCompiled(folder))) console.log(writeCatalogue(folder, positionals[0]));
}
