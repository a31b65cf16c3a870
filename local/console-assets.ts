import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { writeIndex } from '../console/operation-index.ts';
import type { Catalogue } from '../lib/catalogue/catalogue.ts';

/** A file of the console as it is sent. */
export interface Asset {
  readonly type: string;
  readonly gzip: Buffer;
  /** Changes with the content: a browser that has it already is told so. */
  readonly etag: string;
}

/** By path: `/`, `/main.js`, `/operations.json`. */
export type ConsoleAssets = ReadonlyMap<string, Asset>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
};

/** Bundles the console into memory, with the index of a catalogue. Editor and charts are parts of their own that come when they are needed. */
export async function buildConsole(root: string, catalogue: Catalogue): Promise<ConsoleAssets> {
  const folder = join(root, 'console');
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.tsx'), join(folder, 'styles/console.css')],
    inject: [join(folder, 'buffer.ts')],
    bundle: true,
    write: false,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    outdir: join(root, '.local/console'),
    entryNames: '[name]',
    chunkNames: 'part-[hash]',
    logLevel: 'silent',
  });
  const files = [
    ['/', 'html', readFileSync(join(folder, 'console.html'), 'utf8')],
    ['/operations.json', 'json', writeIndex(catalogue.version, catalogue.all())],
    ...outputFiles.map(
      ({ path, text }) => [`/${basename(path)}`, path.split('.').at(-1) ?? '', text] as const,
    ),
  ] as const;
  return new Map(files.map(([path, ending, text]) => [path, asset(ending, text)]));
}

function asset(ending: string, text: string): Asset {
  const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
  return { type: types[ending] ?? 'application/octet-stream', gzip: gzipSync(text, { level: 9 }), etag };
}
