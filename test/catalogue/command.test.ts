import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const command = fileURLToPath(new URL('../../cli/catalogue.ts', import.meta.url));
const run = (...given: readonly string[]) =>
  spawnSync(process.execPath, [command, ...given], { encoding: 'utf8' });

test.each([
  ['an unknown option', ['--force'], "Unknown option '--force'"],
  ['two files', ['a.json', 'b.json'], 'Give one file at the most, not 2.'],
  ['a file that is not there', ['none.json'], 'none.json cannot be read (ENOENT).'],
  ['a file that is no document', [command], 'catalogue.ts is not JSON.'],
])('npm run catalogue refuses %s in one line', (_, given, sentence) => {
  const { status, stderr, stdout } = run(...given);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
