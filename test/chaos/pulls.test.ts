import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hush } from '../../cli/chaos/hush.ts';
import { openStages, playPulls, type Stages } from '../../cli/chaos/pulls/history.ts';
import { sumOf } from '../../cli/chaos/pulls/run.ts';
import { type Counts, noCounts, type Promised } from '../../cli/chaos/pulls/verdict.ts';
import type { Reach, Stage } from '../../cli/chaos/stage.ts';
import { loadCatalogue } from '../../lib/catalogue/loading.ts';

/** Some dozens of histories; `npm run chaos -- --pulls` plays thousands. */
const seeds = 40;

let stages: Stages;
let counts: Counts = noCounts;
const broken: string[] = [];
beforeAll(async () => {
  hush();
  stages = openStages(loadCatalogue(join(inject('taskRoot'), '.catalogue')));
  for (let seed = 0; seed < seeds; seed++) {
    const { verdict } = await playPulls(seed, stages);
    counts = sumOf(counts, verdict.counts);
    broken.push(...verdict.broken.map(({ promise, why }) => `seed ${seed}: ${promise}: ${why}`));
  }
}, 240_000);
afterAll(() => stages.close());

describe('of a ConnectWise that changes and fails while it is read', () => {
  test.each<[string, Promised]>([
    ['no row is lost, to whoever applies pages as they come', 'lost'],
    ['whoever applies what moved the checkpoint holds what it holds', 'untrue'],
    ['no row comes again under another page id', 'repeated'],
    ['the last pull is whole', 'unfinished'],
    ['everything comes to rest', 'restless'],
  ])('%s', (_, promise) => {
    expect(broken.filter((line) => line.includes(`: ${promise}: `))).toEqual([]);
  });

  test('enough goes wrong for that to mean something', () => {
    expect(counts['pages that came twice']).toBeGreaterThan(seeds / 5);
    expect(counts['workers killed']).toBeGreaterThan(seeds / 5);
    expect(counts['workers frozen']).toBeGreaterThan(seeds / 10);
    expect(counts['repeats under another page id']).toBe(0);
  });
});

/** Plays with something broken on purpose. @returns the promises that were found broken. */
async function breaking(change: (stage: Stage) => Partial<Stage>): Promise<ReadonlySet<Promised>> {
  const found = new Set<Promised>();
  const stageOf: Stages['stageOf'] = async (setting) => {
    const stage = await stages.stageOf(setting);
    return { ...stage, ...change(stage) };
  };
  for (let seed = 0; seed < 15; seed++) {
    const { verdict } = await playPulls(seed, { ...stages, stageOf });
    for (const { promise } of verdict.broken) found.add(promise);
  }
  return found;
}

const reaching = (change: (reach: Reach) => Partial<Reach>) => (stage: Stage) => ({
  reach: (overWire: boolean) => {
    const reach = stage.reach(overWire);
    return { ...reach, ...change(reach) };
  },
});

describe('the verdict finds', () => {
  test('lost rows, where pages are thrown away', async () => {
    let sent = 0;
    const change = reaching(({ results }) => ({
      results: results && {
        ...results,
        sendAll: (messages) => {
          sent += 1;
          return sent % 7 === 0 ? Promise.resolve(messages.map(() => undefined)) : results.sendAll(messages);
        },
      },
    }));
    expect(await breaking(change)).toContain('lost');
  }, 120_000);

  test('repeats, where the table forgets which page may be out', async () => {
    const forgetful = (value: unknown) => {
      for (const shard of Object(value).shards ?? []) delete shard.pending;
    };
    const change = reaching(({ tableOf }) => ({
      tableOf: (kind) => {
        const { read, write } = tableOf(kind);
        return {
          read,
          write: (key, value, expected) => {
            if (kind.prefix === 'pulls/') forgetful(value);
            return write(key, value, expected);
          },
        };
      },
    }));
    expect(await breaking(change)).toContain('repeated');
  }, 120_000);
});
