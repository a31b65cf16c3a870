import type { Schema } from '../catalogue/operation.ts';
import { checkText } from './text.ts';
import type { Walk } from './walk.ts';

/** Checks a string, number or boolean: an error where .NET's binder surely refuses it, a warning where it converts. */
export function checkScalar(value: unknown, schema: Schema, path: string, walk: Walk): void {
  const { type } = schema;
  if (type === 'boolean') checkBoolean(value, path, walk);
  else if (type === 'integer' || type === 'number') checkNumber(value, schema, path, walk);
  else if (typeof value === 'string') checkText(value, schema, path, walk.report);
  else if (typeof value === 'object') reportType(path, 'a string', walk);
  else reportConverted(path, 'a string', walk);
}

function checkBoolean(value: unknown, path: string, walk: Walk): void {
  if (typeof value === 'boolean') return;
  const isConverted =
    typeof value === 'number' || (typeof value === 'string' && /^(?:true|false|)$/i.test(value));
  if (isConverted) reportConverted(path, 'true or false', walk);
  else reportType(path, 'true or false', walk);
}

function checkNumber(value: unknown, { type, format }: Schema, path: string, walk: Walk): void {
  const expected = type === 'integer' ? 'a whole number' : 'a number';
  const isText = typeof value === 'string' && /^(?:-?\d{1,15}(?:\.\d{1,15})?|)$/.test(value);
  const number = typeof value === 'number' ? value : isText ? Number(value) : Number.NaN;
  if (!Number.isFinite(number) || (type === 'integer' && !Number.isInteger(number))) {
    reportType(path, expected, walk);
  } else if (format === 'int32' && (number < -0x8000_0000 || number > 0x7fff_ffff)) {
    walk.report('error', path, () => ({
      reason: 'out_of_range',
      message: `'${path}' does not fit into a whole number of 32 bits.`,
      mend: 'Give a number between -2147483648 and 2147483647.',
    }));
  } else if (isText) reportConverted(path, expected, walk);
}

export function reportType(path: string, expected: string, { report }: Walk): void {
  report('error', path, () => ({
    reason: 'wrong_type',
    message: `'${path}' must be ${expected}.`,
    mend: `Give ${expected}.`,
  }));
}

function reportConverted(path: string, expected: string, { report, isForm = false }: Walk): void {
  if (isForm) return;
  report('warning', path, () => ({
    reason: 'converted_type',
    message: `'${path}' should be ${expected}: ConnectWise may convert what is given, or refuse it.`,
    mend: `Give ${expected}.`,
  }));
}
