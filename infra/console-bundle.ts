import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Where the console is served from: by one machine, with its queues in sight, or beside a deployed API. */
type ConsolePlace = 'local' | 'deployed';

/** The page's text says where it is, and where the list of operations comes from, so that it is asked for at once. */
const local = { place: 'data-place="local"', index: 'href="operations.json"' };
const deployed = { place: 'data-place="deployed"', index: 'href="../operations?form=index"' };

/**
 * Bundles the console in memory. Editor and charts are parts of their own that come when they are needed.
 * @returns the text of each file by its name: `index.html`, `main.js`, `console.css` and the parts.
 */
export async function bundleConsole(root: string, place: ConsolePlace): Promise<ReadonlyMap<string, string>> {
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
  const html = readFileSync(join(folder, 'console.html'), 'utf8');
  return new Map([
    ['index.html', place === 'local' ? html : deployedPage(html)],
    ...outputFiles.map(({ path, text }) => [basename(path), text] as const),
  ]);
}

function deployedPage(html: string): string {
  const page = html.replace(local.place, deployed.place).replace(local.index, deployed.index);
  if (!page.includes(deployed.place) || !page.includes(deployed.index))
    throw new Error(`console.html lacks ${local.place} or ${local.index}, which a deployment replaces.`);
  return page;
}
