import { type BundlingOptions, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';

/**
 * CommonJS dependencies that `require` a builtin while they run find none in an ES module: this gives them one. Its long name is
 * one that no package has: esbuild does not read the banner, and would let another of the same name stand beside it.
 */
const banner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** What may lie beside a function's code. */
export type Beside = 'catalogue' | 'console' | 'nothing';

/**
 * Makes a package of one file beside the bundle, of what the source imports from undici: only pulls load it, and in the bundle it
 * would be half of what every cold start reads. Piped in where the source lies, so that it is found in our node_modules.
 */
function undiciBeside(root: string, outputDir: string): string[] {
  const folder = `${outputDir}/node_modules/undici`;
  const options = `--bundle --platform=node --target=node24 --format=esm --minify --legal-comments=none "--banner:js=${banner}"`;
  return [
    `mkdir -p "${folder}"`,
    `echo '{"exports":"./index.mjs"}' > "${folder}/package.json"`,
    `echo "export{default as Agent}from'undici/lib/dispatcher/agent.js'" | "${root}node_modules/.bin/esbuild" ${options} --log-level=warning "--outfile=${folder}/index.mjs"`,
  ];
}

/**
 * How esbuild makes a function of its source: one ES module with everything in it but undici, the AWS SDK's own ES modules included,
 * since Lambda's copy loads half as slow again and changes by itself (aws.md §1).
 * @param beside what goes beside it: the compiled catalogue, the console's files, or nothing.
 */
export function bundling(root: string, beside: Beside): BundlingOptions {
  return {
    format: OutputFormat.ESM,
    target: 'node24',
    minify: true,
    bundleAwsSDK: true,
    externalModules: ['undici'],
    mainFields: ['module', 'main'],
    sourceMap: true,
    // No comment in the bundle points at the map, so Node does not load it at a cold start.
    sourceMapMode: SourceMapMode.EXTERNAL,
    sourcesContent: false,
    banner,
    esbuildArgs: { '--legal-comments': 'none' },
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      // The hook is called for unbundled stacks as well: whether there is a catalogue is seen when the command runs.
      afterBundling: (_inputDir, outputDir) => commands[beside](root, outputDir),
    },
  };
}

const commands: Readonly<Record<Beside, (root: string, folder: string) => string[]>> = {
  catalogue: (root, folder) => [...catalogueInto(root, folder), ...undiciBeside(root, folder)],
  console: (root, folder) => consoleInto(root, folder),
  nothing: () => [],
};

const catalogueInto = (root: string, folder: string): string[] => [
  `mkdir "${folder}/.catalogue"`,
  // Without the types for editors that lie beside them.
  `cp "${root}.catalogue/"*.ndjson "${folder}/.catalogue"`,
];

const consoleInto = (root: string, folder: string): string[] => [
  `"${process.execPath}" "${root}infra/build-console.ts" "${folder}/.console"`,
];
