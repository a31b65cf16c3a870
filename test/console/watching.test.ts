import { describe, expect, test } from 'vitest';
import { spanText } from '../../console/age.ts';
import type { Governed, Overview } from '../../console/overview.ts';
import { connectionRows } from '../../console/queue/connection-rows.ts';
import { pace, resultsASecond } from '../../console/queue/series.ts';
import { nothingWatched, withLook } from '../../console/queue/watching.ts';

const counts = { waiting: 0, inFlight: 0, delayed: 0 };
const governed = (connection: string, perMinute: number): Governed => ({
  connection,
  perMinute,
  safePerMinute: 0,
  wallPerMinute: 0,
  answeredPerMinute: perMinute / 2,
  usualLatencyMs: 0,
  blockedUntilMs: 0,
  resting: 0,
});
const overview = (
  atMs: number,
  total: number,
  numbers: readonly number[] = [],
  governors: readonly Governed[] = [],
): Overview => ({
  atMs,
  places: { apiUrl: '', queueUrl: '', environment: {} },
  connections: ['acme'],
  queues: { invocations: counts, deadLetters: counts, results: counts },
  byConnection: [],
  deadLetters: [],
  governors,
  checkpoints: [],
  pulls: [],
  schedules: [],
  results: { total, recent: numbers.map((number) => ({ number, atMs, value: {}, isCut: false })) },
});
const watch = (looks: readonly Overview[]) => looks.reduce(withLook, nothingWatched);

describe('a span of time', () => {
  test('is said in its two largest units', () => {
    expect([0, 400, 59_000, 61_000, 7_500_000, 90_000_000, -5].map(spanText)).toEqual([
      '0 s',
      '0 s',
      '59 s',
      '1 min 1 s',
      '2 h 5 min',
      '1 d 1 h',
      '0 s',
    ]);
  });
});

describe('the rows of the connections', () => {
  test('are those that are there, then those that only messages name', () => {
    const beta = { connection: 'beta', waiting: 1, inFlight: 2, dead: 3 };
    const rows = connectionRows({
      connections: ['acme'],
      byConnection: [beta],
      governors: [governed('acme', 60)],
    });
    expect(rows).toEqual([
      { connection: 'acme', waiting: 0, inFlight: 0, dead: 0, governed: governed('acme', 60) },
      { ...beta, governed: undefined },
    ]);
  });
});

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
    expect(pace(moments, undefined)).toEqual([[1], [null], [null]]);
  });

  test('draws the pace of the connection that is asked for, with a gap where it was not there', () => {
    const { moments } = watch([
      overview(1_000, 0, [], [governed('acme', 60)]),
      overview(2_000, 0, [], [governed('acme', 80), governed('beta', 10)]),
    ]);
    expect(pace(moments, 'acme')).toEqual([
      [1, 2],
      [60, 80],
      [30, 40],
    ]);
    expect(pace(moments, 'beta')).toEqual([
      [1, 2],
      [null, 10],
      [null, 5],
    ]);
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
