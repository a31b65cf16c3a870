import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleConsole } from './console-bundle.ts';

/** `node infra/build-console.ts FOLDER`: leaves the console there as functions/console.ts serves it. Run by bundling.ts. */
const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Usage: node infra/build-console.ts FOLDER');
mkdirSync(folder, { recursive: true });
for (const [name, text] of await bundleConsole(join(import.meta.dirname, '..'), 'deployed'))
  writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }));
