import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod/mini';

/**
 * `npm run redaction`: runs the test suite and searches whatever leaves it for the keys of every connection that a test made. Ends
 * with 1 where one was seen, or where a test failed. What follows the command goes to vitest: `npm run redaction -- test/cli`.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const preload = pathToFileURL(join(root, 'test/redaction/preload.mjs'));

const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mark'), mark: z.string() }),
  z.object({ kind: z.literal('sighting'), channel: z.string(), where: z.string() }),
  z.object({ kind: z.literal('searched'), bytes: z.record(z.string(), z.number()) }),
]);

type Line = z.infer<typeof lineSchema>;

const folder = mkdtempSync(join(tmpdir(), 'manage-connector-redaction-'));
const report = join(folder, 'report.ndjson');
try {
  const { code, output } = await runSuite(process.argv.slice(2));
  process.exitCode = tell(readLines(), output) ? code : 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function runSuite(
  words: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...words], {
    cwd: root,
    env: { ...process.env, REDACTION_REPORT: report, NODE_OPTIONS: `--import=${preload}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    from.on('data', (chunk: Buffer) => {
      output += chunk.toString('latin1');
      to.write(chunk);
    });
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  return { code, output };
}

function readLines(): readonly Line[] {
  const lines = readFileSync(report, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => lineSchema.parse(JSON.parse(line)));
}

/** Says what was searched, and what was seen. @returns whether no key was seen, and there was something to see. */
function tell(lines: readonly Line[], output: string): boolean {
  const marks = new Set(lines.flatMap((line) => (line.kind === 'mark' ? [line.mark] : [])));
  const bytes = new Map([['output of the suite', output.length]]);
  for (const line of lines)
    if (line.kind === 'searched')
      for (const [channel, count] of Object.entries(line.bytes))
        bytes.set(channel, (bytes.get(channel) ?? 0) + count);
  const sightings = lines.flatMap((line) =>
    line.kind === 'sighting' ? [`${line.channel}: ${line.where}`] : [],
  );
  for (const mark of marks)
    if (output.includes(mark)) sightings.push(`output of the suite: ${marks.size} marks`);
  console.log(`\nSearched for ${marks.size} secrets, by the process that stored or read each:`);
  for (const [channel, count] of bytes)
    console.log(`  ${channel.padEnd(24)} ${(count / 1_048_576).toFixed(1)} MB`);
  for (const sighting of new Set(sightings)) console.error(`✗ A secret was seen in ${sighting}`);
  if (marks.size === 0)
    console.error('✗ No connection was made, so nothing was proved. Run more of the suite.');
  else if (sightings.length === 0) console.log('✓ None of them was seen anywhere.');
  return sightings.length === 0 && marks.size > 0;
}
