import { describe, expect, test } from 'vitest';
import type { Overview } from '../../console/overview.ts';
import { pace, resultsASecond } from '../../console/queue/series.ts';
import { nothingWatched, withLook } from '../../console/queue/watching.ts';

const counts = { waiting: 0, inFlight: 0, delayed: 0 };
const overview = (atMs: number, total: number, numbers: readonly number[] = []): Overview => ({
  atMs,
  places: { apiUrl: '', queueUrl: '', environment: {} },
  connections: ['acme'],
  queues: { invocations: counts, deadLetters: counts, results: counts },
  governors: [],
  results: { total, recent: numbers.map((number) => ({ number, atMs, value: {}, isCut: false })) },
});
const watch = (looks: readonly Overview[]) => looks.reduce(withLook, nothingWatched);

describe('the queue view', () => {
  test('has the newest result first, and forgets the oldest', () => {
    const looks = Array.from({ length: 60 }, (_, look) => overview(look, 0, [2 * look + 1, 2 * look + 2]));
    const { results } = watch(looks);
    expect(results.map(({ number }) => number)).toEqual(
      Array.from({ length: 100 }, (_, place) => 120 - place),
    );
  });

  test('draws results a second between two looks, however far apart', () => {
    const { moments } = watch([
      overview(1_000, 5),
      overview(2_000, 8),
      overview(4_000, 8),
      overview(4_500, 9),
    ]);
    expect(resultsASecond(moments)).toEqual([
      [2, 4, 4.5],
      [3, 0, 2],
    ]);
  });

  test('draws no pace while the governor knows no connection', () => {
    const { moments } = watch([overview(1_000, 0)]);
    expect(pace(moments)).toEqual([[1], [null], [null]]);
  });

  test('keeps five minutes of looks', () => {
    const looks = Array.from({ length: 400 }, (_, look) => overview(look * 1_000, 0));
    expect(
      watch(looks)
        .moments.map(({ atMs }) => atMs)
        .slice(0, 1),
    ).toEqual([100_000]);
  });
});
