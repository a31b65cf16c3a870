import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundled } from '../fresh-process.ts';

const root = join(import.meta.dirname, '../..');

/** How large the collection is, and what its server is like. */
export interface Setting {
  readonly rows: number;
  readonly delayMs: number;
  /** It takes no filter by id, so that the pull goes by ConnectWise's own walk. */
  readonly unfilterable?: boolean;
}

/** Ways of taking tickets, each a file of its own. */
export interface Ways<Way extends string> {
  /** A server and a client, each in a fresh process. @returns what the client prints, parsed: it is our own. */
  run<Figures>(way: Way, setting: Setting): Promise<Figures>;
  close(): void;
}

/** Each way in a bundle of its own, from its text: what one of them loads must not count for another. */
export function openWays<Way extends string>(ways: Readonly<Record<Way, string>>): Ways<Way> {
  const folder = mkdtempSync(join(tmpdir(), 'manage-connector-bench-'));
  const files = new Map(
    Object.entries<string>(ways).map(([way, text], place) => {
      return [way, fileURLToPath(bundled(text, join(folder, `way-${place}.cjs`)))];
    }),
  );
  return {
    run: (way, setting) => takenBy(files.get(way) ?? '', folder, setting),
    close: () => rmSync(folder, { recursive: true }),
  };
}

async function takenBy<Figures>(
  file: string,
  folder: string,
  { rows, delayMs, unfilterable = false }: Setting,
): Promise<Figures> {
  const options = [`--rows=${rows}`, `--delay=${delayMs}`, ...(unfilterable ? ['--unfilterable'] : [])];
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
