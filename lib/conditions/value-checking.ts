import { quoted, suggestion } from '../explanation.ts';
import type { Severity } from '../preflight/finding.ts';
import type { Complain } from './checking.ts';
import type { Literal, Test } from './condition.ts';
import { readDate } from './dates.ts';
import type { Member } from './member.ts';
import type { TestPlace } from './parsing.ts';
import type { Span } from './position.ts';

/** Checks the values of a test against what its member holds. */
export function checkValues(test: Test, member: Member, place: TestPlace, complain: Complain): void {
  if (member.kind === 'reference' || member.kind === 'list') {
    reportWhole(test.name, member.kind, place, complain);
    return;
  }
  if (test.kind === 'match') checkPattern(test, member, place, complain);
  else if (test.kind === 'comparison') {
    const [at = place.operator] = place.values;
    if (test.value.type !== 'null') checkLiteral(test.value, member, at, complain);
    else if (test.operator !== '=' && test.operator !== '!=')
      reportNull('is neither less nor more', at, complain);
  } else checkList(test.values, member, place, complain);
}

/** Of a list's wrong values the first of each strength is told: a thousand wrong ids are one mistake. */
function checkList(values: readonly Literal[], member: Member, place: TestPlace, complain: Complain): void {
  const told = new Set<Severity>();
  for (const [index, value] of values.entries()) {
    const at = place.values[index] ?? place.operator;
    const once: Complain = (severity, span, advice) => {
      if (!told.has(severity)) complain(severity, span, advice);
      told.add(severity);
    };
    if (value.type === 'null') reportNull('equals nothing in a list', at, once);
    else checkLiteral(value, member, at, once);
  }
}

const expected: Partial<Record<Member['kind'], { readonly what: string; readonly mend: string }>> = {
  boolean: { what: 'true or false', mend: 'Write true or false, without quotes.' },
  number: { what: 'a number', mend: 'Write the number without quotes.' },
  date: { what: 'a date', mend: 'Enclose the date in square brackets: [2026-01-31T15:00:00Z].' },
  text: { what: 'a text', mend: 'Enclose the text in quotes.' },
};

/** A value of another type is refused at length by ConnectWise (connectwise-api.md §3.3). */
function checkLiteral(literal: Literal, { kind, choices }: Member, at: Span, complain: Complain): void {
  if (literal.type === 'date') checkDate(literal.text, at, complain);
  if (kind === 'choice') {
    checkChoice(literal, choices, at, complain);
    return;
  }
  const wanted = expected[kind];
  if (!wanted || kind === kindOf(literal)) return;
  // The document types most dates as plain texts.
  if (kind === 'text' && literal.type === 'date') return;
  const isQuotedDate = kind === 'date' && literal.type === 'string';
  complain('error', at, () => ({
    reason: isQuotedDate ? 'date_without_brackets' : 'wrong_type',
    message: `the member holds ${wanted.what}, and is compared with ${named[literal.type]}.`,
    mend: wanted.mend,
  }));
}

const kindOf = ({ type }: Literal) => (type === 'string' ? 'text' : type);

const named: Readonly<Record<Literal['type'], string>> = {
  string: 'a text in quotes',
  number: 'a number',
  date: 'a date',
  boolean: 'true or false',
  null: 'null',
};

/** New values of an enum appear before the document knows them; what the server does not know is refused (§3.3). */
function checkChoice(literal: Literal, choices: readonly string[], at: Span, complain: Complain): void {
  const text = literal.type === 'string' ? literal.value : undefined;
  if (text !== undefined && choices.some((choice) => choice.toLowerCase() === text.toLowerCase())) return;
  complain('warning', at, () => ({
    reason: 'unknown_value',
    message: `the value is none of those that the document lists${suggestion((text ?? '').slice(0, 100), choices)}.`,
    mend: `Use one of "${choices.slice(0, 20).join('", "')}"${choices.length > 20 ? ', …' : ''}.`,
  }));
}

/** Dates with an offset were shifted by some servers (§3.2.8), and what is no date is refused by most (§3.2.9). */
function checkDate(text: string, at: Span, complain: Complain): void {
  const reading = readDate(text);
  if (!reading) {
    complain('warning', at, () => ({
      reason: 'unreadable_date',
      message: 'the date is of no known form, or not in the calendar.',
      mend: 'Write [2026-01-31] or [2026-01-31T15:00:00Z].',
    }));
  } else if (reading.hasOffset) {
    complain('warning', at, () => ({
      reason: 'date_offset',
      message: 'the date has an offset, which ConnectWise may mishandle.',
      // What reads as a date can hold nothing else: this shows no stranger's data.
      mend: `Write it in UTC: [${reading.utc}].`,
    }));
  }
}

/** contains and like look into texts; on an enum they were refused (§3.3). `[` begins a set in them (§3.5). */
function checkPattern(
  { name, word, pattern }: Extract<Test, { kind: 'match' }>,
  { kind }: Member,
  { operator, values }: TestPlace,
  complain: Complain,
): void {
  if (kind !== 'text' && kind !== 'anything') {
    complain('warning', operator, () => ({
      reason: 'no_text',
      message: `${quoted(name)} holds no text, and ${word} looks into texts.`,
      mend: kind === 'choice' ? 'Use =, != or in.' : 'Use =, !=, <, <=, >, >= or in.',
    }));
  }
  if (pattern.replaceAll('[[]', '').includes('[')) {
    complain('warning', values[0] ?? operator, () => ({
      reason: 'unescaped_bracket',
      message: `[ begins a set of characters in ${word}.`,
      mend: 'Write [[] where the bracket itself is meant.',
    }));
  }
}

/** `invoice = null` was refused on time entries (§3.3): a record is asked by one of its members. */
function reportWhole(
  name: string,
  kind: 'reference' | 'list',
  { name: at }: TestPlace,
  complain: Complain,
): void {
  complain('warning', at, () => ({
    reason: 'member_missing',
    message: `${quoted(name)} is ${kind === 'list' ? 'a list' : 'a reference'}: one of its members is compared, not the whole.`,
    mend: 'Put / and the name of a member behind it, such as /id or /name.',
  }));
}

/** As in SQL, nothing but = null and != null is true of null. */
function reportNull(why: string, at: Span, complain: Complain): void {
  complain('warning', at, () => ({
    reason: 'null_compared',
    message: `null ${why}.`,
    mend: 'Write = null or != null, as a test of its own.',
  }));
}
