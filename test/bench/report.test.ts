import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { billsOf } from '../../bench/bill.ts';
import { summarise } from '../../bench/profile.ts';
import { boundText, type Goal, inUnit, isMet } from '../../bench/report.ts';
import { bars } from '../../bench/svg.ts';

const goal = (value: number, bound: Goal['bound']): Goal => ({ what: 'anything', unit: 'x', value, bound });

describe('a goal', () => {
  test('is met at its bound, and not beyond it', () => {
    expect(isMet(goal(1.2, { atMost: 1.2 }))).toBe(true);
    expect(isMet(goal(1.21, { atMost: 1.2 }))).toBe(false);
    expect(isMet(goal(8, { atLeast: 8 }))).toBe(true);
    expect(isMet(goal(7.99, { atLeast: 8 }))).toBe(false);
  });

  test('is missed where its figure is none', () => {
    expect(isMet(goal(Number.NaN, { atMost: 1.2 }))).toBe(false);
    expect(isMet(goal(Number.NaN, { atLeast: 8 }))).toBe(false);
  });

  test('says its bound with its unit', () => {
    expect(boundText(goal(1, { atMost: 1.2 }))).toBe('at most 1.20x');
    expect(inUnit(63.12, 'ms')).toBe('63.1 ms');
    expect(inUnit(12_345.6, 'µs')).toBe('12,346 µs');
  });
});

describe('a bill', () => {
  test('grows with the memory, since waiting is paid by it, while a batch takes less time', () => {
    const bills = billsOf(0.2);
    expect(bills.map(({ dollars }) => dollars)).toEqual(
      bills.map(({ dollars }) => dollars).toSorted((one, other) => one - other),
    );
    expect(bills.at(-1)?.batchMs).toBeCloseTo(162);
  });
});

describe('a chart', () => {
  test('draws bars as long as their figures, and takes no name for markup', () => {
    const svg = bars('a < b', 'ms', [
      { name: 'one', value: 10, isOwn: true },
      { name: '<other>', value: 5, isOwn: false },
    ]);
    const lengths = [...svg.matchAll(/width="([\d.]+)" height="18"/g)].map(([, length]) => Number(length));
    expect(lengths).toHaveLength(2);
    expect((lengths[0] ?? 0) / (lengths[1] ?? 0)).toBeCloseTo(2);
    expect(svg).not.toContain('<other>');
  });
});

describe('the summary of a profile', () => {
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    lineNumber: 8,
    columnNumber: 0,
    scriptId: '1',
  });
  const summaryOf = (profile: object): string => {
    const folder = mkdtempSync(join(tmpdir(), 'manage-connector-profile-'));
    try {
      const file = join(folder, 'any.profile');
      writeFileSync(file, JSON.stringify(profile));
      return summarise(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const ours = new URL('../../lib/engine.ts', import.meta.url).href;

  test('gives the time of a place to its file and room, and leaves waiting out', () => {
    const summary = summaryOf({
      nodes: [
        { id: 1, callFrame: frame('execute', ours) },
        { id: 2, callFrame: frame('(idle)', '') },
        { id: 3, callFrame: frame('parse', 'file:///any/node_modules/zod/v4/core/parse.js') },
      ],
      samples: [1, 2, 3],
      timeDeltas: [3_000, 90_000, 1_000],
    });
    expect(summary).toContain('4.0 ms in all');
    expect(summary).toContain('3.0 ms  75.0 %  execute lib/engine.ts:9');
    expect(summary).toContain('1.0 ms  25.0 %  zod');
    expect(summary).not.toContain('idle');
  });

  test('gives the memory of a tree of any depth', () => {
    let head: object = { callFrame: frame('leaf', ours), selfSize: 2_048, children: [] };
    for (let depth = 0; depth < 2_000; depth++)
      head = { callFrame: frame('(root)', ''), selfSize: 0, children: [head] };
    expect(summaryOf({ head })).toContain('2.0 KB 100.0 %  leaf lib/engine.ts:9');
  });
});
