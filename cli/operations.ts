import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { search, show } from './finding.ts';
import { ranksText } from './search-ranks.ts';

const usage = 'Usage: npm run operations -- search WORDS [--limit N] [--json], show ID [--json], or ranks';

/**
 * `npm run operations`: finds operations by words, shows what one needs, or tells where sixty questions rank the operation
 * that they mean. Ends with 1 where there is nothing to show.
 */
try {
  const { values, positionals } = parseArgs({
    options: { limit: { type: 'string', default: '10' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [command, ...words] = positionals;
  const catalogue = loadCatalogue(fileURLToPath(new URL('../.catalogue/', import.meta.url)));
  console.log(
    run(catalogue, command, words.join(' '), { limit: limitOf(values.limit), asJson: values.json }),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** What a command prints. @throws Error with a sentence where it is no command, or names no operation. */
function run(
  catalogue: Catalogue,
  command: string | undefined,
  words: string,
  options: { readonly limit: number; readonly asJson: boolean },
): string {
  if (command === 'ranks' && words === '') return ranksText(catalogue);
  if (words === '') throw new Error(usage);
  if (command === 'search') return search(catalogue, { search: words, ...options });
  if (command === 'show') return show(catalogue, words, options.asJson);
  throw new Error(`There is no command '${command}'. ${usage}`);
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--limit must be a number from 1 to 99999. ${usage}`);
  return Number(text);
}
