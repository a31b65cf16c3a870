import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

const documents = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => ['node_modules', 'cdk.out', '.local'].includes(name),
}).sort();

const withoutCode = (text: string) => text.replace(/^(```+)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '``');

function targetsOf(file: string): string[] {
  const text = withoutCode(readFileSync(join(root, file), 'utf8'));
  return [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

function anchorsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/^(```+)[\s\S]*?^\1/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** Why a link leads nowhere, or nothing. Other hosts are not asked: tests reach nothing outside. */
function wrongWith(file: string, target: string): string | undefined {
  if (/^(?:https?|mailto):/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const led = path === '' ? file : join(dirname(file), decodeURI(path));
  if (!existsSync(join(root, led))) return `${target}: there is no ${led}`;
  if (anchor === undefined || statSync(join(root, led)).isDirectory()) return undefined;
  return anchorsOf(led).includes(anchor) ? undefined : `${target}: ${led} has no heading #${anchor}`;
}

describe('links', () => {
  test.each(documents)('of %s lead somewhere', (file) => {
    expect(targetsOf(file).flatMap((target) => wrongWith(file, target) ?? [])).toEqual([]);
  });

  test('are seen at all: the README alone has a dozen', () => {
    expect(targetsOf('README.md').length).toBeGreaterThan(12);
    expect(wrongWith('README.md', 'docs/nothing.md')).toContain('there is no docs/nothing.md');
    expect(wrongWith('README.md', 'docs/pulls.md#no-such')).toContain('no heading #no-such');
  });

  test('of the index reach every document', () => {
    const indexed = targetsOf('docs/README.md').map((target) => join('docs', target));
    const guides = documents.filter((file) => /^docs\/[^/]+\.md$/.test(file) && file !== 'docs/README.md');
    expect(guides.filter((file) => !indexed.includes(file))).toEqual([]);
  });
});
