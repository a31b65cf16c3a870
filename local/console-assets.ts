import { gzipSync } from 'node:zlib';
import { type ConsoleFile, consoleFile } from '../functions/console-files.ts';
import { bundleConsole } from '../infra/console-bundle.ts';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import { writeIndex } from '../lib/catalogue/operation-index.ts';

/** By path: `/`, `/main.js`, `/operations.json`. */
type ConsoleAssets = ReadonlyMap<string, ConsoleFile>;

/** The console in memory, with the index of a catalogue, so that the page need not wait for the API to start. */
export async function buildConsole(root: string, catalogue: Catalogue): Promise<ConsoleAssets> {
  const files = await bundleConsole(root, 'local');
  const index = writeIndex(catalogue.version, catalogue.all());
  return new Map(
    [...files, ['operations.json', index] as const].map(([name, text]) => {
      return [name === 'index.html' ? '/' : `/${name}`, consoleFile(name, gzipSync(text, { level: 9 }))];
    }),
  );
}
