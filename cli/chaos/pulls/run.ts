import type { Catalogue } from '../../../lib/catalogue/catalogue.ts';
import { openStages, playPulls } from './history.ts';
import { type Setting, ways } from './setting.ts';
import { type Broken, type Counts, noCounts, promises } from './verdict.ts';

interface RunOptions {
  readonly seeds: number;
  readonly from: number;
  readonly json: boolean;
  readonly trace: boolean;
}

interface Ledger {
  readonly histories: number;
  readonly counts: Counts;
}

const nothing: Ledger = { histories: 0, counts: noCounts };

/** Plays so many histories of pulls, and prints what they came to by way of paging. @returns whether every promise was kept. */
export async function runPulls(
  catalogue: Catalogue,
  { seeds, from, json, trace }: RunOptions,
  print: (text: string) => void,
): Promise<boolean> {
  const stages = openStages(catalogue);
  const ledgers = new Map<Setting['way'], Ledger>(ways.map((way) => [way, nothing]));
  const broken: (Broken & { readonly seed: number })[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const { setting, verdict, story } = await playPulls(seed, stages, trace);
    if (trace) print(story.join('\n'));
    const { histories, counts } = ledgers.get(setting.way) ?? nothing;
    ledgers.set(setting.way, { histories: histories + 1, counts: sumOf(counts, verdict.counts) });
    for (const it of verdict.broken) {
      broken.push({ seed, ...it });
      if (!json) print(`seed ${seed} (${setting.way}, ${setting.wish}): ${it.promise}: ${it.why}`);
    }
  }
  const report = { from, seeds, ways: Object.fromEntries(ledgers), broken };
  print(json ? JSON.stringify(report, null, 2) : textOf(ledgers, broken));
  return broken.length === 0;
}

const names = Object.keys(noCounts).filter((name): name is keyof Counts => Object.hasOwn(noCounts, name));

export function sumOf(one: Counts, other: Counts): Counts {
  const sum = { ...one };
  for (const name of names) sum[name] += other[name];
  return sum;
}

function textOf(ledgers: ReadonlyMap<string, Ledger>, broken: readonly Broken[]): string {
  const line = (name: string, values: readonly (string | number)[]) =>
    `  ${name.padEnd(38)}${values.map((value) => String(value).padStart(14)).join('')}`;
  const all = [...ledgers.values()];
  return [
    line('', [...ledgers.keys()]),
    line(
      'histories',
      all.map((it) => it.histories),
    ),
    ...names.map((name) =>
      line(
        name,
        all.map(({ counts }) => counts[name]),
      ),
    ),
    'broken promises',
    ...promises.map((promise) => line(promise, [broken.filter((it) => it.promise === promise).length])),
  ].join('\n');
}
