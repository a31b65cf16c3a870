import type { Moment } from './watching.ts';

/** Columns as a chart takes them: times in seconds, then a value for each, null where there is none. */
export type Series = readonly [readonly number[], ...(readonly (number | null)[])[]];

/** Results a second, between one look and the next. */
export function resultsASecond(moments: readonly Moment[]): Series {
  const times: number[] = [];
  const rates: number[] = [];
  for (const [place, { atMs, totalResults }] of moments.entries()) {
    const before = moments[place - 1];
    if (!before || atMs <= before.atMs) continue;
    times.push(atMs / 1000);
    rates.push(Math.max(0, totalResults - before.totalResults) / ((atMs - before.atMs) / 1000));
  }
  return [times, rates];
}

/** The governor's pace of a connection, and what was answered, in calls a minute. */
export function pace(moments: readonly Moment[], connection: string | undefined): Series {
  const own = moments.map(({ paces }) => paces.get(connection ?? ''));
  return [
    moments.map(({ atMs }) => atMs / 1000),
    own.map((it) => it?.perMinute ?? null),
    own.map((it) => it?.answeredPerMinute ?? null),
  ];
}
