#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// JavaScript, since an older Node must be able to read it: the rest is TypeScript, which Node runs from 24 on.
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('./manage.ts');
} else {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(node)) {
    // Ctrl+C goes to the whole group: the other process ends in order, and this one waits for it.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
    const { status, signal } = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    process.exitCode = status ?? 128 + constants.signals[signal ?? 'SIGTERM'];
  } else {
    console.error(`manage needs Node 24 and this is ${process.versions.node}. Run npm ci, which brings one.`);
    process.exitCode = 2;
  }
}
