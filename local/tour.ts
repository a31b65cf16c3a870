import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadCatalogue } from '../lib/catalogue/loading.ts';
import { root, startConnector } from './connector.ts';
import { type Printed, recorded } from './recording.ts';
import { whereaboutsOf, writeWhereabouts } from './whereabouts.ts';

/** Large enough that a pull can be interrupted, small enough that a person waits for it. */
const tickets = 4_000;
/** A command that hangs ends the tour. */
const timeoutMs = 180_000;

/** `npm run tour`: runs the commands of docs/tour.md against a connector of its own, and writes down what they print. */
async function main(): Promise<void> {
  const file = join(root, 'docs/tour.md');
  const folder = mkdtempSync(join(tmpdir(), 'tour-'));
  const connector = await startConnector({
    catalogue: loadCatalogue(join(root, '.catalogue')),
    port: 0,
    size: { tickets },
    log: () => undefined,
  });
  try {
    const environment = prepare(folder, join(folder, 'stack.json'));
    writeWhereabouts(environment.MANAGE_LOCAL_STACK, whereaboutsOf(connector, join(folder, 'functions.log')));
    const desk = join(folder, 'desk');
    mkdirSync(desk);
    const written = await recorded(readFileSync(file, 'utf8'), (command) => {
      console.log(`$ ${command}`);
      return run(command, desk, environment);
    });
    writeFileSync(file, written);
  } finally {
    await connector.close();
    rmSync(folder, { recursive: true });
  }
}

/** Puts `manage` on the path, as `npm link` would. */
function prepare(folder: string, localStack: string) {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'cli/manage.mjs')}' "$@"\n`;
  writeFileSync(join(bin, 'manage'), script, { mode: 0o755 });
  return {
    ...process.env,
    PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
    MANAGE_LOCAL_STACK: localStack,
  };
}

async function run(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Printed> {
  const shell = spawn('bash', ['-c', `exec 2>&1\n${command}`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: timeoutMs,
  });
  const ended = new Promise<number>((resolve) => shell.once('close', (code) => resolve(code ?? 1)));
  return { text: await text(shell.stdout), code: await ended };
}

await main();
