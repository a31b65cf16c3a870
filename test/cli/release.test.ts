import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeUnreleased, nextVersion } from '../../cli/release/changelog.ts';

const script = join(import.meta.dirname, '../../cli/release.ts');
const changelog =
  '# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0 - 2026-01-01\n\n- The first.\n';

describe('the next version', () => {
  test.each([
    ['major', '1.0.0'],
    ['minor', '0.2.0'],
    ['patch', '0.1.8'],
    ['0.1.10', '0.1.10'],
  ])('of 0.1.7 by %s is %s', (step, version) => {
    expect(nextVersion('0.1.7', step)).toBe(version);
  });

  test.each(['0.1.7', '0.1.6', '0.0.9', '1', 'v1.0.0', '01.0.0', 'next'])('is never %s', (step) => {
    expect(() => nextVersion('0.1.7', step)).toThrow();
  });

  test('is above the last, whatever step is taken', () => {
    const part = fc.nat({ max: 50 });
    fc.assert(
      fc.property(part, part, part, fc.constantFrom('major', 'minor', 'patch'), (a, b, c, step) => {
        const current = `${a}.${b}.${c}`;
        expect(nextVersion(current, nextVersion(current, step))).toBe(nextVersion(current, step));
      }),
    );
  });
});

describe('closing the changelog', () => {
  test('puts what was unreleased under the version and the day, and leaves Unreleased empty', () => {
    const closed = closeUnreleased(changelog, '0.2.0', '2026-11-25');
    expect(closed).toContain('## Unreleased\n\n## 0.2.0 - 2026-11-25\n\n### Added\n\n- A thing.\n\n## 0.1.0');
    expect(() => closeUnreleased(closed, '0.3.0', '2026-11-26')).toThrow('nothing to release');
  });

  test('refuses a version that is there already', () => {
    expect(() => closeUnreleased(changelog, '0.1.0', '2026-11-25')).toThrow('has a version 0.1.0 already');
  });
});

describe('npm run release', () => {
  let folder: string;
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const release = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}` };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    git('init', '--quiet', '--initial-branch', 'main');
    git('config', 'user.name', 'Tester');
    git('config', 'user.email', 'tester@example.com');
    writeFileSync(join(folder, 'package.json'), '{\n  "name": "thing",\n  "version": "0.1.0"\n}\n');
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
    git('add', '.');
    git('commit', '--quiet', '--message', 'Begin');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('sets the version, closes the changelog, commits and tags', () => {
    expect(release('minor')).toEqual({ status: 0, output: expect.stringContaining('v0.2.0 is committed') });
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      version: '0.2.0',
    });
    expect(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')).toMatch(/## 0\.2\.0 - \d{4}-\d\d-\d\d/);
    expect(git('status', '--porcelain')).toBe('');
    expect(git('describe', '--exact-match')).toBe('v0.2.0');
  });

  test('leaves everything as it is where the tree has changes, or this is not main', () => {
    writeFileSync(join(folder, 'new.txt'), '');
    expect(release('minor')).toEqual({ status: 1, output: expect.stringContaining('has changes') });
    rmSync(join(folder, 'new.txt'));
    git('switch', '--quiet', '--create', 'other');
    expect(release('minor')).toEqual({ status: 1, output: expect.stringContaining("this is 'other'") });
    expect(git('log', '--oneline').split('\n')).toHaveLength(1);
    expect(git('tag')).toBe('');
  });
});
