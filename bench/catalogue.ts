import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../lib/catalogue/compilation.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';
import { bundled, measureInTurn } from './fresh-process.ts';

/** What finding one operation costs: by the compiled catalogue, and by parsing the document whole. */
export function benchCatalogue(): void {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  try {
    const document = readPublishedTypes();
    for (const [name, text] of compile(document).files) writeFileSync(join(folder, name), text, 'latin1');
    const whole = join(folder, 'document.json');
    writeFileSync(whole, JSON.stringify({ ...document, schemas: Object.fromEntries(document.schemas) }));
    const loading = bundled(
      `export { loadCatalogue } from './lib/catalogue/loading.ts'`,
      join(folder, 'loading.mjs'),
    );
    measureInTurn('first look-up', {
      'compiled catalogue': `(await import(${JSON.stringify(loading)})).loadCatalogue(${JSON.stringify(folder)}).find('getServiceTickets')`,
      'whole document': `JSON.parse((await import('node:fs')).readFileSync(${JSON.stringify(whole)}, 'utf8')).operations.find((it) => it.operationId === 'getServiceTickets')`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
