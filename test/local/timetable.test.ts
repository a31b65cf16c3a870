import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timetable } from '../../local/timetable.ts';
import { type CronFields, parseExpression } from '../../pulls/expression.ts';

const startedAtMs = Date.parse('2026-11-25T16:00:30Z');

/** The first times after the start, as ISO text to the minute. */
function timesOf(expression: string, timeZone = 'UTC', afterMs = startedAtMs, count = 3): readonly string[] {
  const schedule = { logicalId: 'Any', name: 'any', expression, timeZone, isEnabled: true, input: '{}' };
  const next = timetable(schedule, startedAtMs);
  const times: number[] = [];
  for (let time = next(afterMs); time !== undefined && times.length < count; time = next(time))
    times.push(time);
  return times.map((time) => new Date(time).toISOString().replace(':00.000Z', ''));
}

describe('a rate', () => {
  const next = (afterMs: number) =>
    timetable(
      {
        logicalId: 'Any',
        name: 'any',
        expression: 'rate(15 minutes)',
        timeZone: 'UTC',
        isEnabled: true,
        input: '',
      },
      startedAtMs,
    )(afterMs);

  test('begins at once', () => {
    expect(next(startedAtMs - 1)).toBe(startedAtMs);
  });

  test('goes on from its start, whatever was missed', () => {
    expect(next(startedAtMs)).toBe(startedAtMs + 900_000);
    expect(next(startedAtMs + 900_000)).toBe(startedAtMs + 1_800_000);
    expect(next(startedAtMs + 10 * 900_000 + 1)).toBe(startedAtMs + 11 * 900_000);
  });
});

describe('a cron expression', () => {
  test.each([
    ['cron(5/15 * * * ? *)', ['2026-11-25T16:05', '2026-11-25T16:20', '2026-11-25T16:35']],
    ['cron(0 6 ? * MON-FRI *)', ['2026-11-26T06:00', '2026-11-27T06:00', '2026-11-30T06:00']],
    ['cron(0 8 ? * 1 *)', ['2026-11-29T08:00', '2026-12-06T08:00', '2026-12-13T08:00']],
    ['cron(0 8 ? * 2,4 *)', ['2026-11-30T08:00', '2026-12-02T08:00', '2026-12-07T08:00']],
    ['cron(0 8 ? * L *)', ['2026-11-28T08:00', '2026-12-05T08:00', '2026-12-12T08:00']],
    ['cron(0 8 ? * 6L *)', ['2026-11-27T08:00', '2026-12-25T08:00', '2027-01-29T08:00']],
    ['cron(0 8 ? * FRIL *)', ['2026-11-27T08:00', '2026-12-25T08:00', '2027-01-29T08:00']],
    ['cron(0 8 ? * 2#1 *)', ['2026-12-07T08:00', '2027-01-04T08:00', '2027-02-01T08:00']],
    ['cron(0 0 L * ? *)', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
    ['cron(0 8 31W * ? *)', ['2026-12-31T08:00', '2027-01-29T08:00', '2027-03-31T08:00']],
    ['cron(0 8 1 JAN,JUL ? 2027-2030)', ['2027-01-01T08:00', '2027-07-01T08:00', '2028-01-01T08:00']],
    ['cron(0 2 29 2 ? *)', ['2028-02-29T02:00', '2032-02-29T02:00', '2036-02-29T02:00']],
    ['cron(0 0 1 1 ? */3)', ['2027-01-01T00:00', '2030-01-01T00:00', '2033-01-01T00:00']],
    ['cron(0 8 1 1 ? 2020)', []],
  ])('%s runs at %j', (expression, times) => {
    expect(timesOf(expression)).toEqual(times);
  });

  test('means its time zone, in summer and in winter', () => {
    const beforeSummer = Date.parse('2026-03-28T00:00:00Z');
    expect(timesOf('cron(0 6 * * ? *)', 'Europe/Berlin', beforeSummer)).toEqual([
      '2026-03-28T05:00',
      '2026-03-29T04:00',
      '2026-03-30T04:00',
    ]);
  });

  test('in the hour that autumn repeats runs once', () => {
    const beforeWinter = Date.parse('2026-10-24T12:00:00Z');
    expect(timesOf('cron(30 2 * * ? *)', 'Europe/Berlin', beforeWinter, 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  test('that is none is refused', () => {
    expect(() => timesOf('cron(0 6 * * *)')).toThrow(
      "The schedule any has 'cron(0 6 * * *)': it must have six fields",
    );
  });
});

/** One item, or two. */
const listOf = (item: fc.Arbitrary<string>) =>
  fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => items.join(','));

const numbers = (from: number, to: number) => {
  const one = fc.integer({ min: from, max: to });
  const range = fc.tuple(one, one).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: to });
  return fc.oneof(
    one.map(String),
    range,
    fc
      .tuple(fc.oneof(fc.constant('*'), one.map(String), range), step)
      .map(([start, every]) => `${start}/${every}`),
  );
};

const fieldsArbitrary: fc.Arbitrary<CronFields> = fc
  .record({
    minutes: listOf(numbers(0, 59)),
    hours: listOf(numbers(0, 23)),
    day: fc.oneof(
      fc.record({
        dayOfMonth: fc.oneof(fc.constantFrom('*', 'L'), listOf(numbers(1, 31))),
        dayOfWeek: fc.constant('?'),
      }),
      fc.record({
        dayOfMonth: fc.constant('?'),
        dayOfWeek: fc.oneof(
          fc.constantFrom('*', 'L', 'MON-FRI', 'SUN', '2-6', '1,7'),
          fc
            .tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom('L', '#1', '#2', '#5'))
            .map((it) => it.join('')),
        ),
      }),
    ),
    month: fc.oneof(fc.constant('*'), listOf(numbers(1, 12))),
    year: fc.constantFrom('*', '2026-2028', '2027/2', '*/2'),
  })
  .map(({ day, ...rest }) => ({ ...rest, ...day }));

const words = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const numberOf = (text: string) => (words.includes(text) ? words.indexOf(text) + 1 : Number(text));

/** AWS's rules for numbers, ranges and steps, told once more. */
const includes = (field: string, value: number, from: number, to: number) =>
  field.split(',').some((item) => {
    const [range = '', every] = item.split('/');
    const [first = from, last = every === undefined ? first : to] =
      range === '*' ? [from, to] : range.split('-').map(numberOf);
    return value >= first && value <= last && (value - first) % Number(every ?? 1) === 0;
  });

function isDay({ dayOfMonth, dayOfWeek, month, year }: CronFields, date: Date): boolean {
  const day = date.getUTCDate();
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const [, weekday, which] = /^(\d)(L|#\d)$/.exec(dayOfWeek) ?? [];
  const week = date.getUTCDay() + 1;
  const isOfWeek = () => {
    if (dayOfWeek === '?') return true;
    if (dayOfWeek === 'L') return week === 7;
    if (weekday === undefined) return includes(dayOfWeek, week, 1, 7);
    const isWhich = which === 'L' ? day + 7 > lastDay : Math.ceil(day / 7) === Number(which?.slice(1));
    return week === Number(weekday) && isWhich;
  };
  const isOfMonth = () =>
    dayOfMonth === '?' || (dayOfMonth === 'L' ? day === lastDay : includes(dayOfMonth, day, 1, 31));
  return (
    includes(year, date.getUTCFullYear(), 1970, 2199) &&
    includes(month, date.getUTCMonth() + 1, 1, 12) &&
    isOfMonth() &&
    isOfWeek()
  );
}

/** The times of the next two years, by looking at every day, hour and minute of them until there are enough. */
function counted(fields: CronFields, count: number): readonly string[] {
  const found: string[] = [];
  const midnight = Date.parse('2026-11-25T00:00:00Z');
  const all = (field: string, to: number) =>
    Array.from({ length: to + 1 }, (_, value) => value).filter((value) => includes(field, value, 0, to));
  const offsets = all(fields.hours, 23).flatMap((hour) =>
    all(fields.minutes, 59).map((minute) => (hour * 60 + minute) * 60_000),
  );
  for (let day = 0; day < 730 && found.length < count; day += 1) {
    const dayMs = midnight + day * 86_400_000;
    if (!isDay(fields, new Date(dayMs))) continue;
    const times = offsets.map((offset) => dayMs + offset).filter((time) => time > startedAtMs);
    found.push(...times.map((time) => new Date(time).toISOString().replace(':00.000Z', '')));
  }
  return found.slice(0, count);
}

test('every expression runs at the times that counting finds', () => {
  fc.assert(
    fc.property(fieldsArbitrary, (fields) => {
      const { minutes, hours, dayOfMonth, month, dayOfWeek, year } = fields;
      const text = `cron(${[minutes, hours, dayOfMonth, month, dayOfWeek, year].join(' ')})`;
      expect(parseExpression(text)).toEqual({ kind: 'cron', fields });
      const expected = counted(fields, 3);
      expect(timesOf(text).slice(0, expected.length)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
