/** The forms that ConnectWise is known to read (connectwise-api.md §3.2.7): ISO day or time, or month/day/year. */
const american = /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/;
const iso =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?)(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;

interface DateReading {
  /** Whole seconds of UTC, the documented form: `2026-01-31T15:00:00Z`. */
  readonly utc: string;
  /** It has an offset other than Z. */
  readonly hasOffset: boolean;
}

/**
 * What a date says, without its brackets; undefined where it is of no known form, or not in the calendar. A date without
 * a zone is UTC (§3.2.8).
 */
export function readDate(text: string): DateReading | undefined {
  const groups = (american.exec(text) ?? iso.exec(text))?.groups;
  if (!groups) return undefined;
  const { year = '', month = '', day = '', time = '00:00', zone = 'Z' } = groups;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase().replace(/^(...)(\d\d)$/, '$1:$2')}`);
  if (Number.isNaN(ms) || !isInCalendar(date)) return undefined;
  return { utc: utcText(ms), hasOffset: zone.toUpperCase() !== 'Z' };
}

/** Cut to the second, which is all that ConnectWise keeps (§9.1). */
export const utcText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Whether a text without brackets must have been meant as a date. */
export const looksLikeDate = (text: string): boolean =>
  /^(?:\d{4}-\d\d-\d\d(?:[T ].*)?|\d{1,2}\/\d{1,2}\/\d{4})$/i.test(text);

/** Date.parse rolls 30 February over to March. */
function isInCalendar(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
