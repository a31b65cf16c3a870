import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../lib/catalogue/compilation.ts';
import type { Document } from '../lib/catalogue/document.ts';
import { readPublishedTypes } from '../lib/catalogue/published-types.ts';
import { bundled, measureInTurn } from './fresh-process.ts';
import type { Report } from './report.ts';
import { grown } from './synthetic-document.ts';

const operations = 3_000;

/** What finding one operation costs: by the compiled catalogue, whatever the document's size, and by parsing the document whole. */
export function benchCatalogue(): Report {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  try {
    const loading = bundled(
      `export { loadCatalogue } from './lib/catalogue/loading.ts'`,
      join(folder, 'loading.mjs'),
    );
    const compiledIn = (name: string, document: Document): string => {
      mkdirSync(join(folder, name));
      for (const [file, text] of compile(document).files)
        writeFileSync(join(folder, name, file), text, 'latin1');
      return `(await import(${JSON.stringify(loading)})).loadCatalogue(${JSON.stringify(join(folder, name))}).find('getServiceTickets')`;
    };
    const document = grown(readPublishedTypes(), operations);
    const whole = join(folder, 'document.json');
    writeFileSync(whole, JSON.stringify({ ...document, schemas: Object.fromEntries(document.schemas) }));
    const { time, memory } = measureInTurn('the first look-up', {
      'the compiled catalogue': compiledIn('usual', document),
      'with ten times the schemas': compiledIn('large', grown(document, operations, 10)),
      'the whole document, parsed': `JSON.parse((await import('node:fs')).readFileSync(${JSON.stringify(whole)}, 'utf8')).operations.find((it) => it.operationId === 'getServiceTickets')`,
    });
    const [usual, large] = time.rows;
    return {
      name: 'catalogue',
      title: `finding one of ${operations.toLocaleString('en')} operations`,
      comparisons: [time, memory],
      goals: [usual, large].map((row) => {
        const what = `loading and the first look-up: ${row?.name ?? ''}`;
        return { what, unit: 'ms', value: row?.value ?? Number.POSITIVE_INFINITY, bound: { atMost: 10 } };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
