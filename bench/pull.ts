import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundled } from './fresh-process.ts';
import { median } from './median.ts';
import type { Cost } from './pull/measuring.ts';

const root = join(import.meta.dirname, '..');
const lanes = 10;
const pageRows = 1_000;

/** Each way in a bundle of its own: what one of them loads must not count for another. */
const ways = {
  connector: `import { measurePull } from './bench/pull/connector.ts'; measurePull({});`,
  'connector, as files': `import { measurePull } from './bench/pull/connector.ts'; measurePull({ output: 'objects' });`,
  'keyset by hand': `import './bench/pull/keyset.ts';`,
  'connectwise-rest 1.3.0': `import './bench/pull/connectwise-rest.ts';`,
};
type Way = keyof typeof ways;

interface Goal {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
}

/** What a pull of a whole collection costs, by its own server with canned pages. Ends with 1 where a goal is missed. */
export async function benchPull(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  try {
    const files = new Map(
      Object.entries(ways).map(([way, text], place) => {
        return [way, fileURLToPath(bundled(text, join(folder, `way-${place}.cjs`)))];
      }),
    );
    const take = (way: Way, rows: number, delayMs: number) =>
      takenBy(files.get(way) ?? '', folder, rows, delayMs);
    const goals = [
      ...(await compare(
        take,
        50,
        { connector: 5, 'connector, as files': 3, 'keyset by hand': 3, 'connectwise-rest 1.3.0': 3 },
        1.5,
      )),
      ...(await compare(take, 300, { connector: 3, 'keyset by hand': 1, 'connectwise-rest 1.3.0': 1 }, 1.2)),
      ...(await compareMemory(take)),
    ];
    report(goals);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Taking = (way: Way, rows: number, delayMs: number) => Promise<Cost>;

/** A server and a client, each in a fresh process. */
async function takenBy(file: string, folder: string, rows: number, delayMs: number): Promise<Cost> {
  const options = [`--rows=${rows}`, `--delay=${delayMs}`];
  const server = spawn(process.execPath, [join(root, 'bench/pull/server.ts'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(server.stdout), 'line');
    const { port, certificate } = JSON.parse(line);
    const trusted = join(folder, 'certificate.pem');
    writeFileSync(trusted, certificate);
    const args = [file, `https://127.0.0.1:${port}`, String(rows), join(root, '.catalogue')];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
    });
    // Before the error, Node prints the line that it is in: all of a bundle.
    if (status !== 0) throw new Error(`A measured process failed: ${stderr.slice(-1_000)}`);
    return JSON.parse(stdout);
  } finally {
    server.kill();
  }
}

/** 100,000 rows, every way in turn. */
async function compare(
  take: Taking,
  delayMs: number,
  rounds: Partial<Record<Way, number>>,
  limit: number,
): Promise<readonly Goal[]> {
  const rows = 100_000;
  const boundMs = Math.ceil(rows / pageRows / lanes) * delayMs + delayMs;
  const costs = new Map<Way, Cost[]>();
  for (let round = 0; round < 5; round++)
    for (const way of waysOf(rounds))
      if (round < (rounds[way] ?? 0))
        costs.set(way, [...(costs.get(way) ?? []), await take(way, rows, delayMs)]);
  const of = (way: Way, member: keyof Cost) => median((costs.get(way) ?? []).map((cost) => cost[member]));
  const peerMs = of('connectwise-rest 1.3.0', 'ms');
  console.log(
    `a pull of 100,000 rows (1.4 MB a page) at ${delayMs} ms; the bound of ten lanes is ${boundMs} ms`,
  );
  for (const way of costs.keys())
    console.log(
      `  ${way.padEnd(24)} ${inMs(of(way, 'ms'))} ${ratio(of(way, 'ms') / boundMs)} of the bound ${ratio(peerMs / of(way, 'ms'))} faster than the peer, CPU ${inMs(of(way, 'cpuMs'))}, peak ${inMb(of(way, 'peakMb'))}`,
    );
  const ms = of('connector', 'ms');
  return [
    { what: `time over the bound at ${delayMs} ms`, value: ms / boundMs, limit },
    { what: `an eighth of connectwise-rest's time at ${delayMs} ms`, value: (8 * ms) / peerMs, limit: 1 },
  ];
}

const waysOf = (rounds: Partial<Record<Way, number>>): readonly Way[] =>
  (['connector', 'connector, as files', 'keyset by hand', 'connectwise-rest 1.3.0'] as const).filter(
    (way) => way in rounds,
  );

/** The peak of a process, by the rows that it took. */
async function compareMemory(take: Taking): Promise<readonly Goal[]> {
  const sizes = [10_000, 100_000, 1_000_000];
  const delayMs = 10;
  console.log(`peak memory by rows, at ${delayMs} ms`);
  const peaks = new Map<Way, number[]>();
  for (const way of ['connector', 'connector, as files'] as const) {
    const all: number[] = [];
    for (const rows of sizes) {
      const { ms, peakMb } = await take(way, rows, delayMs);
      all.push(peakMb);
      console.log(
        `  ${way.padEnd(24)} ${rows.toLocaleString('en').padStart(9)} rows ${inMb(peakMb)} in ${inMs(ms)}`,
      );
    }
    peaks.set(way, all);
  }
  const { peakMb } = await take('connectwise-rest 1.3.0', 100_000, delayMs);
  console.log(`  ${'connectwise-rest 1.3.0'.padEnd(24)} ${'100,000'.padStart(9)} rows ${inMb(peakMb)}`);
  const [, middle = 0, large = 0] = peaks.get('connector') ?? [];
  return [
    { what: "connectwise-rest's peak at 100,000 rows", value: middle / peakMb, limit: 0.5 },
    { what: 'the peak at 1,000,000 rows over that at 100,000', value: large / middle, limit: 1.2 },
  ];
}

function report(goals: readonly Goal[]): void {
  console.log('goals of a pull');
  for (const { what, value, limit } of goals)
    console.log(`  ${value <= limit ? 'met   ' : 'MISSED'} ${ratio(value)} (at most ${limit}x) ${what}`);
  if (goals.some(({ value, limit }) => value > limit)) process.exitCode = 1;
}

const inMs = (ms: number): string => `${ms.toFixed(0).padStart(6)} ms`;
const inMb = (mb: number): string => `${mb.toFixed(0).padStart(4)} MB`;
const ratio = (value: number): string => `${value.toFixed(2).padStart(5)}x`;

if (import.meta.main) await benchPull();
