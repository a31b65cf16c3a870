import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAsDeployed } from './deployed-bundle.ts';
import { eventOf, readOf } from './outside/events.ts';
import { type Outside, openOutside } from './outside/outside.ts';
import { summarise } from './profile.ts';
import { runner, ways } from './start/ways.ts';

/** `npm run profiles`: where the CPU and the memory of the hot paths go, as text in bench/profiles. */
const atOnce = { manageMs: 0, slowMs: 0, sqsMs: 0, tableMs: 0 };
const callBatches = 3_000;

/** What stands above this line in a file is written by hand, and stays. */
const line = `${'-'.repeat(80)}\n`;

function write(name: string, outside: Outside, args: readonly string[], intervalUs: number): void {
  const texts = [
    { flag: '--cpu-prof', title: 'CPU', more: [`--cpu-prof-interval=${intervalUs}`] },
    { flag: '--heap-prof', title: 'memory that is held at the end', more: ['--heap-prof-interval=8192'] },
  ].map(({ flag, title, more }) => {
    const folder = mkdtempSync(join(outside.folder, 'profile-'));
    const options = [flag, `${flag}-dir=${folder}`, ...more];
    const env = { PATH: process.env['PATH'], ...outside.environment };
    const { status, stderr } = spawnSync(process.execPath, [...options, ...args], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The profiled process failed: ${stderr.slice(-1_000)}`);
    const [file = ''] = readdirSync(folder);
    return `${title}: ${summarise(join(folder, file))}\n`;
  });
  const file = join(import.meta.dirname, 'profiles', `${name}.txt`);
  const head = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split(line)[0] ?? '';
  writeFileSync(file, [head, ...texts].join(line));
  console.log(`Wrote ${file}.`);
}

const outside = await openOutside(atOnce);
try {
  const client = join(import.meta.dirname, 'call/client.ts');
  write('call', outside, [client, outside.siteUrl, String(callBatches)], 1_000);
  const file = join(outside.folder, 'runner.mjs');
  writeFileSync(file, runner);
  // With its names, which take some longer to read.
  const { url } = bundleAsDeployed(ways['the connector'], join(outside.folder, 'connector.mjs'), {
    readable: true,
  });
  write('start', outside, [file, url, JSON.stringify(eventOf([readOf('acme', 1)])), 'all'], 100);
} finally {
  outside.close();
}
