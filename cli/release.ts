import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { closeUnreleased, nextVersion } from './release/changelog.ts';

/**
 * `npm run release -- major|minor|patch|1.2.3`: closes the changelog, sets the version, commits and tags, in the current folder.
 * It pushes nothing: until that is done, `git tag -d` and `git reset` take all of it back.
 */
const usage = 'Usage: npm run release -- major|minor|patch|1.2.3';

const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();

function release(step: string): string {
  if (git('status', '--porcelain') !== '')
    throw new Error('The working tree has changes: commit or put them aside first.');
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
  if (branch !== 'main') throw new Error(`Releases are made from main, but this is '${branch}'.`);
  const version = nextVersion(versionOf(readFileSync('package.json', 'utf8')), step);
  const tag = `v${version}`;
  if (git('tag', '--list', tag) !== '') throw new Error(`There is a tag ${tag} already.`);
  const changelog = closeUnreleased(readFileSync('CHANGELOG.md', 'utf8'), version, today());
  // npm sets both files and keeps their form; its own commit and tag would leave the changelog out.
  execFileSync('npm', ['version', version, '--no-git-tag-version', '--ignore-scripts'], { stdio: 'ignore' });
  writeFileSync('CHANGELOG.md', changelog);
  git('commit', '--quiet', '--all', '--message', `Release ${version}`);
  git('tag', '--annotate', tag, '--message', `Release ${version}`);
  return `${tag} is committed and tagged. To publish it: git push --follow-tags`;
}

const versionOf = (text: string) => z.object({ version: z.string() }).parse(JSON.parse(text)).version;

const today = () => new Date().toISOString().slice(0, 10);

try {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [step, ...rest] = positionals;
  if (step === undefined || rest.length > 0) throw new Error(usage);
  console.log(release(step));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
