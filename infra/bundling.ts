import { dirname } from 'node:path';
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
 * What few calls need lies beside the bundle and is loaded by the first of them: in it, it would be half of what every cold start reads.
 * By the package that the source imports, what the file of it exports.
 */
const seldomLoaded: Readonly<Record<string, string>> = {
  // For pulls.
  undici: `export{default as Client}from'undici/lib/dispatcher/client.js'`,
  // For what is left in S3. Both in one file, since most of either is the same.
  '@aws-sdk/client-s3': `export{GetObjectCommand,PutObjectCommand,S3Client}from'@aws-sdk/client-s3';export{getSignedUrl}from'@aws-sdk/s3-request-presigner'`,
};
const presigner = '@aws-sdk/s3-request-presigner';

/** Makes a package of one file of each. Piped in where the source lies, so that it is found in our node_modules. */
function seldomLoadedBeside(root: string, outputDir: string): string[] {
  const options = `--bundle --platform=node --target=node24 --format=esm --minify --legal-comments=none "--banner:js=${banner}"`;
  const packageOf = (name: string, make: (file: string) => string) => {
    const folder = `${outputDir}/node_modules/${name}`;
    return [
      `mkdir -p "${folder}"`,
      `echo '{"exports":"./index.mjs"}' > "${folder}/package.json"`,
      make(`${folder}/index.mjs`),
    ];
  };
  const bundled = ([name, source]: [string, string]) =>
    packageOf(
      name,
      (file) =>
        `echo "${source}" | "${root}node_modules/.bin/esbuild" ${options} --main-fields=module,main --log-level=warning "--outfile=${file}"`,
    );
  return [
    ...Object.entries(seldomLoaded).flatMap(bundled),
    ...packageOf(presigner, (file) => `echo "export*from'@aws-sdk/client-s3'" > "${file}"`),
  ];
}

/**
 * How esbuild makes a function of its source: one ES module with everything in it but what is seldom loaded, the AWS SDK's own ES modules included,
 * since Lambda's copy loads half as slow again and changes by itself (aws.md §1).
 * @param beside what goes beside it: the compiled catalogue, the console's files, or nothing.
 * @param limitsFile what goes beside it as well, relative to the root (limits.ts).
 */
export function bundling(root: string, beside: Beside, limitsFile?: string): BundlingOptions {
  return {
    format: OutputFormat.ESM,
    target: 'node24',
    minify: true,
    bundleAwsSDK: true,
    externalModules: beside === 'catalogue' ? [...Object.keys(seldomLoaded), presigner] : [],
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
      afterBundling: (_inputDir, outputDir) => [
        ...commands[beside](root, outputDir),
        ...(limitsFile === undefined ? [] : limitsInto(root, outputDir, limitsFile)),
      ],
    },
  };
}

const commands: Readonly<Record<Beside, (root: string, folder: string) => string[]>> = {
  catalogue: (root, folder) => [...catalogueInto(root, folder), ...seldomLoadedBeside(root, folder)],
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

const limitsInto = (root: string, folder: string, file: string): string[] => [
  `mkdir -p "${folder}/${dirname(file)}"`,
  `cp "${root}${file}" "${folder}/${file}"`,
];
