import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepWholeLines } from '../../cli/whole-lines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const long = 'x'.repeat(200_000);

describe('whole lines', () => {
  test.each([
    ['all of them', 'a\nb\n', 'a\nb\n'],
    ['those before half a line', 'a\nb\nc', 'a\nb\n'],
    ['none where there is none', 'abc', ''],
    ['nothing of nothing', '', ''],
    ['those before half a line that is longer than what is read at once', `a\n${long}`, 'a\n'],
    ['a long one', `${long}\nb`, `${long}\n`],
  ])('are kept: %s', (_, text, kept) => {
    const file = join(folder, 'lines');
    writeFileSync(file, text);
    expect(keepWholeLines(file)).toBe(kept.length);
    expect(readFileSync(file, 'utf8')).toBe(kept);
  });
});
