import { describe, expect, test } from 'vitest';
import { live } from './history.ts';

/** HISTORIES=3000 lives through more of them; FIRST_SEED begins elsewhere. */
const histories = Number(process.env['HISTORIES'] ?? 200);
const firstSeed = Number(process.env['FIRST_SEED'] ?? 1);

describe('when the dust has settled', () => {
  test('every consumer holds what the source holds', { timeout: 20_000 + histories * 200 }, async () => {
    const sum: Record<string, number> = {};
    const add = (name: string, count: number) => {
      sum[name] = (sum[name] ?? 0) + count;
    };
    for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
      const told = await live(seed);
      const about = JSON.stringify({ seed, ...told }, null, 1);
      expect(told.wrong, about).toEqual({});
      expect(told.result?.certificate, about).toMatchObject({ complete: true, incremental: { moved: true } });
      for (const [name, count] of Object.entries(told.seen)) add(name, count);
      add('rows', told.rows);
      add('sharded', told.sharded);
      add('repeatsOfChangedBack', told.repeatsOfChangedBack);
      const { failures, losses, deaths, outages, doubles } = told.seen;
      if (failures + losses > 0) add('repeatsAfterFailures', told.repeats);
      else if (told.isRepeatTold) add('repeatsThatWereTold', told.repeats);
      else if (deaths + outages + doubles > 0) add('repeatsAfterInterruptions', told.repeats);
      else add('repeats', told.repeats);
    }
    console.log(JSON.stringify({ histories, ...sum }));
    expect(sum['repeats']).toBe(0);
    expect(sum['repeatsAfterInterruptions']).toBe(0);
    expect(sum['sharded']).toBeGreaterThan(histories / 10);
  });
});
