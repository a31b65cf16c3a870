import type { Schema } from '../catalogue/operation.ts';
import { suggestion } from '../explanation.ts';
import type { Report } from './finding.ts';

/** Checks a string against its enum, its length and its format. The value is never quoted: it is anybody's data. */
export function checkText(text: string, schema: Schema, path: string, report: Report): void {
  const { enum: values, maxLength = Infinity } = schema;
  if (values && !values.includes(text)) {
    report('warning', path, () => ({
      reason: 'unknown_value',
      message: `'${path}' is none of the values that the document lists${suggestion(text.slice(0, 100), values)}.`,
      mend: `Use one of ${values.slice(0, 20).join(', ')}${values.length > 20 ? ', …' : ''}.`,
    }));
  }
  if (text.length > maxLength) {
    report('error', path, () => ({
      reason: 'too_long',
      message: `'${path}' has ${text.length} characters; ${maxLength} are allowed.`,
      mend: `Shorten it to ${maxLength} characters.`,
    }));
  }
  checkFormat(text, schema.format, path, report);
}

function checkFormat(text: string, format: string | undefined, path: string, report: Report): void {
  if (format === 'uuid' && !/^[{(]?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}[)}]?$/i.test(text)) {
    report('error', path, () => ({
      reason: 'wrong_format',
      message: `'${path}' must be a GUID.`,
      mend: 'Give one such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301.',
    }));
  }
  const severity = format === 'date-time' || format === 'date' ? dateSeverity(text, format) : undefined;
  const example = format === 'date' ? '2026-01-31' : '2026-01-31T15:00:00Z';
  const shape = format === 'date' ? 'a date' : 'a UTC time in whole seconds';
  if (severity) {
    report(severity, path, () => ({
      reason: 'unsupported_date',
      message: `'${path}' must be ${shape}, such as ${example}.`,
      mend: 'Convert it to UTC; leave out offsets and fractions of a second.',
    }));
  }
}

const datePattern = /^\d{4}-\d\d-\d\d$/;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Offsets and milliseconds are refused as UnsupportedFormat (connectwise-api.md §7.6); a bare date nobody has seen tried. */
function dateSeverity(text: string, format: 'date' | 'date-time'): 'error' | 'warning' | undefined {
  const isDate = datePattern.test(text);
  if ((!isDate && !timePattern.test(text)) || !isInCalendar(text)) return 'error';
  return isDate === (format === 'date') ? undefined : 'warning';
}

/** Date.parse rolls 30 February over to March, so the day is compared with what was written. */
function isInCalendar(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10));
}
