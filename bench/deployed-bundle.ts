import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { bundling } from '../infra/bundling.ts';

export const root = join(import.meta.dirname, '..');

export interface DeployedBundle {
  readonly url: string;
  readonly bytes: number;
  /** What each file of ours or of a package brought in. */
  readonly inputs: Metafile['outputs'][string]['inputs'];
}

/**
 * Bundles a module's text (paths from the project's root) as infra/bundling.ts has the functions bundled, and without CDK, which
 * takes seconds for it.
 * @param readable keeps the names, with a map beside the bundle: for profiles.
 * @param isWhole puts into the bundle what lies beside ours: what others load at once must not be found in node_modules.
 */
export function bundleAsDeployed(
  contents: string,
  outfile: string,
  { readable = false, isWhole = false } = {},
): DeployedBundle {
  const { format, target, mainFields, banner, externalModules: external } = bundling(root, 'catalogue');
  if (format !== 'esm' || target === undefined || !mainFields || !external || banner === undefined)
    throw new Error('infra/bundling.ts bundles in another way now: change bench/deployed-bundle.ts with it.');
  const { metafile } = buildSync({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: 'node',
    external: isWhole ? [] : external,
    format,
    target,
    mainFields,
    minify: !readable,
    ...(readable && { sourcemap: 'external' }),
    banner: { js: banner },
    legalComments: 'none',
    metafile: true,
  });
  const [output] = Object.entries(metafile.outputs).flatMap(([file, it]) =>
    file.endsWith('.map') ? [] : [it],
  );
  if (!output) throw new Error(`Nothing was bundled into ${outfile}.`);
  return { url: pathToFileURL(outfile).href, bytes: output.bytes, inputs: output.inputs };
}
