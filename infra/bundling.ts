import { type BundlingOptions, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';

/** CommonJS dependencies that `require` a builtin while they run find none in an ES module: this gives them one. */
const banner = "import{createRequire as r}from'node:module';const require=r(import.meta.url);";

/**
 * How esbuild makes a function of its source: one ES module with everything in it, the AWS SDK's own ES modules included,
 * since Lambda's copy loads half as slow again and changes by itself (aws.md §1).
 * @param beside what goes beside it: the compiled catalogue, or the console's files.
 */
export function bundling(root: string, beside: 'catalogue' | 'console'): BundlingOptions {
  return {
    format: OutputFormat.ESM,
    target: 'node24',
    minify: true,
    bundleAwsSDK: true,
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
      afterBundling: (_inputDir, outputDir) =>
        beside === 'console' ? consoleInto(root, outputDir) : catalogueInto(root, outputDir),
    },
  };
}

const catalogueInto = (root: string, folder: string): string[] => [
  `mkdir "${folder}/.catalogue"`,
  // Without the types for editors that lie beside them.
  `cp "${root}.catalogue/"*.ndjson "${folder}/.catalogue"`,
];

const consoleInto = (root: string, folder: string): string[] => [
  `"${process.execPath}" "${root}infra/build-console.ts" "${folder}/.console"`,
];
