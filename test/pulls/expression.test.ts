import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../pulls/expression.ts';

const problemOf = (text: string) => {
  const read = parseExpression(text);
  return 'problem' in read ? read.problem : undefined;
};

describe('expressions', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(15 minutes)', 900_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s is a rate', (text, everyMs) => {
    expect(parseExpression(text)).toEqual({ kind: 'rate', everyMs });
  });

  test('cron fields are kept as they were written', () => {
    expect(parseExpression('cron(0/15 8-17  ? JAN,JUL MON-FRI 2026-2030)')).toEqual({
      kind: 'cron',
      fields: {
        minutes: '0/15',
        hours: '8-17',
        dayOfMonth: '?',
        month: 'JAN,JUL',
        dayOfWeek: 'MON-FRI',
        year: '2026-2030',
      },
    });
  });

  test.each([
    'cron(0 6 * * ? *)',
    'cron(*/5 0,12,23 L * ? *)',
    'cron(0 0 1,15W * ? 1970/5)',
    'cron(59 23 31 DEC ? 2199)',
    'cron(0 0 ? * 1-7 *)',
    'cron(0 0 ? 1/3 6L *)',
    'cron(0 0 ? * FRI#5 *)',
    'cron(0 0 ? * L *)',
    'cron(0-30/10 0 ? * SUN,WED *)',
  ])('%s is taken', (text) => {
    expect(problemOf(text)).toBeUndefined();
  });

  test.each([
    ['', 'must be rate(1 hour), or cron(0 6 ? * MON-FRI *)'],
    ['every hour', 'must be rate(1 hour)'],
    ['rate(1 hour) ', 'must be rate(1 hour)'],
    ['at(2026-01-01T00:00:00)', 'must come again and again'],
    ['rate(1 hours)', 'must be a rate such as'],
    ['rate(5 minute)', 'must be a rate such as'],
    ['rate(0 minutes)', 'must be a rate such as'],
    ['rate(30 seconds)', 'must be a rate such as'],
    ['rate(1.5 hours)', 'must be a rate such as'],
    ['rate(-1 hours)', 'must be a rate such as'],
    ['cron(0 6 * * *)', 'must have six fields (minutes hours day-of-month month day-of-week year), not 5'],
    ['cron(0 0 6 * * ? *)', 'not 7'],
    ['cron(0 6 * * * *)', "must have '?' as its day of month or as its day of week, and not as both"],
    ['cron(0 6 ? * ? *)', 'and not as both'],
    ['cron(0 6 1 * MON *)', "must have '?'"],
    ['cron(60 6 * * ? *)', "has '60' as its minutes, which goes from 0 to 59"],
    ['cron(0 24 * * ? *)', "has '24' as its hours, which goes from 0 to 23"],
    ['cron(0 6 32 * ? *)', "has '32' as its day of month"],
    ['cron(0 6 0 * ? *)', "has '0' as its day of month"],
    ['cron(0 6 32W * ? *)', "has '32W' as its day of month"],
    ['cron(0 6 * 13 ? *)', "has '13' as its month, which goes from 1 to 12, or from JAN to DEC"],
    ['cron(0 6 * jan ? *)', "has 'jan' as its month"],
    ['cron(0 6 ? * 0 *)', "has '0' as its day of week, which goes from 1 to 7, or from SUN to SAT"],
    ['cron(0 6 ? * 8 *)', "has '8' as its day of week"],
    ['cron(0 6 ? * MON/2 *)', "has 'MON/2' as its day of week"],
    ['cron(0 6 ? * FRI#6 *)', "has 'FRI#6' as its day of week"],
    ['cron(0 6 * * ? 1969)', "has '1969' as its year, which goes from 1970 to 2199"],
    ['cron(? 6 1 * ? *)', "has '?' as its minutes"],
    ['cron(5-1 6 * * ? *)', "has '5-1' as its minutes"],
    ['cron(1-2-3 6 * * ? *)', "has '1-2-3' as its minutes"],
    ['cron(*/0 6 * * ? *)', "has '*/0' as its minutes"],
    ['cron(*/99 6 * * ? *)', "has '*/99' as its minutes"],
    ['cron(1, 6 * * ? *)', "has '1,' as its minutes"],
    ['cron(L 6 * * ? *)', "has 'L' as its minutes"],
  ])("'%s' is refused with why", (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });
});
