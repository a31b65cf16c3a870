/** When a schedule runs, as EventBridge Scheduler understands it. */
export type Expression =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly fields: CronFields };

/** The six fields as they were written. */
export interface CronFields {
  readonly minutes: string;
  readonly hours: string;
  readonly dayOfMonth: string;
  readonly month: string;
  readonly dayOfWeek: string;
  readonly year: string;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `rate(1 hour)` or `cron(0 6 ? * MON-FRI *)`, or says what is wrong with it. */
export function parseExpression(text: string): Expression | { readonly problem: string } {
  const [, name, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? [];
  switch (name) {
    case 'rate':
      return parseRate(content);
    case 'cron':
      return parseCron(content);
    case 'at':
      return { problem: 'must come again and again: send what runs once to the queue yourself' };
    default:
      return { problem: 'must be rate(1 hour), or cron(0 6 ? * MON-FRI *)' };
  }
}

function parseRate(content: string): Expression | { readonly problem: string } {
  const [, digits = '', unit = '', plural] = /^([1-9]\d{0,4}) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const count = Number(digits);
  if (digits === '' || (plural === 's') === (count === 1))
    return {
      problem: 'must be a rate such as rate(1 minute), rate(15 minutes), rate(1 hour) or rate(2 days)',
    };
  return { kind: 'rate', everyMs: count * (unitMs[unit] ?? 0) };
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** AWS counts the days of a week from 1, Sunday. */
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Stand for the numbers from `from` on. */
  readonly words?: readonly string[];
  /** What may stand there besides numbers, ranges and steps. */
  readonly special?: RegExp;
  readonly takesNoStep?: true;
}

/** EventBridge's own bounds and wildcards; unlike unix cron it has a year, and a week that begins with 1. */
const minutes: Field = { name: 'minutes', from: 0, to: 59 };
const hours: Field = { name: 'hours', from: 0, to: 23 };
const dayOfMonth: Field = {
  name: 'day of month',
  from: 1,
  to: 31,
  special: /^(?:L|(?:[1-9]|[12]\d|3[01])W)$/,
};
const month: Field = { name: 'month', from: 1, to: 12, words: months };
const dayOfWeek: Field = {
  name: 'day of week',
  from: 1,
  to: 7,
  words: days,
  takesNoStep: true,
  special: /^(?:L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5]))$/,
};
const year: Field = { name: 'year', from: 1970, to: 2199 };

function parseCron(content: string): Expression | { readonly problem: string } {
  const texts = content.split(/\s+/);
  if (texts.length !== 6)
    return {
      problem: `must have six fields (minutes hours day-of-month month day-of-week year), not ${texts.length}`,
    };
  const [m = '', h = '', dom = '', mon = '', dow = '', y = ''] = texts;
  if ((dom === '?') === (dow === '?'))
    return { problem: "must have '?' as its day of month or as its day of week, and not as both" };
  const given: readonly (readonly [Field, string])[] = [
    [minutes, m],
    [hours, h],
    [dayOfMonth, dom],
    [month, mon],
    [dayOfWeek, dow],
    [year, y],
  ];
  const isAny = (field: Field, text: string) => text === '?' && (field === dayOfMonth || field === dayOfWeek);
  const [field, text] = given.find(([field, text]) => !isAny(field, text) && !isList(field, text)) ?? [];
  if (field) return { problem: `has '${text}' as its ${field.name}, ${boundsOf(field)}` };
  const fields = { minutes: m, hours: h, dayOfMonth: dom, month: mon, dayOfWeek: dow, year: y };
  return { kind: 'cron', fields };
}

const boundsOf = ({ from, to, words }: Field) =>
  `which goes from ${from} to ${to}${words ? `, or from ${words[0]} to ${words.at(-1)}` : ''}`;

const isList = (field: Field, text: string): boolean => text.split(',').every((item) => isItem(field, item));

/** One of `*`, `5`, `5-10`, each perhaps with a step such as `/15`, or what the field has besides. */
function isItem(field: Field, item: string): boolean {
  if (field.special?.test(item)) return true;
  const [, range = '', step] = /^([^/]+)(?:\/([1-9]\d{0,3}))?$/.exec(item) ?? [];
  if (step !== undefined && (field.takesNoStep || Number(step) > field.to)) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(field, end));
  const [first, last = first] = ends;
  if (first === undefined || last === undefined || ends.length > 2 || ends.includes(undefined)) return false;
  return first <= last;
}

/** The number that a number or a word stands for; undefined where the field has none such. */
function numberOf({ from, to, words = [] }: Field, text: string): number | undefined {
  const place = words.indexOf(text);
  if (place >= 0) return from + place;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}
