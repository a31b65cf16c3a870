import type { Input, Operation } from '../catalogue/operation.ts';
import { quoted, suggestion } from '../explanation.ts';
import { isOneSegment } from '../path.ts';
import { memberPath, type Report } from './finding.ts';
import { inputMembers, inputText } from './input-value.ts';

/**
 * Checks the inputs against those of the operation. An unknown one is an error, though ConnectWise ignores it: a filter
 * under a wrong name would answer the whole table.
 * @param membersOf the members of the request's schema, asked for only where an input is unknown.
 */
export function checkInputs(
  operation: Operation,
  given: readonly (readonly [string, unknown])[],
  membersOf: () => readonly string[],
  report: Report,
): void {
  for (const [name, value] of given) {
    const input = operation.inputs.find((candidate) => candidate.name === name);
    if (input) checkInput(input, value, report);
    else if (name !== 'return') reportUnknown(operation, name, membersOf, report);
    else if (value !== 'binary') reportReturn(report);
  }
  for (const input of operation.inputs) {
    const isMissing = input.in === 'path' && !given.some(([name]) => name === input.name);
    if (isMissing) reportMissing(input, report);
  }
}

function checkInput(input: Input, value: unknown, report: Report): void {
  const { name, type, enum: values } = input;
  const path = memberPath('inputs', name);
  const text = inputText(input, value);
  const isRight = type === 'object' ? inputMembers(value) !== undefined : text !== undefined;
  if (!isRight) {
    report('error', path, () => ({
      reason: 'wrong_type',
      message: `Input '${name}' must be ${expected(input)}.`,
      mend: `Give ${expected(input)}.`,
    }));
  } else if (input.in === 'path' && !isOneSegment(text ?? '')) {
    report('error', path, () => ({
      reason: 'not_one_segment',
      message: `Input '${name}' does not fit into one segment of the path: it is empty, a dot segment, or holds a slash or a control character.`,
      mend: 'Give the bare id or identifier, without a path around it.',
    }));
  } else if (values && text !== undefined && !values.includes(text)) {
    report('warning', path, () => ({
      reason: 'unknown_value',
      message: `Input '${name}' is none of the values that the document lists${suggestion(text.slice(0, 100), values)}.`,
      mend: `Use one of ${values.slice(0, 20).join(', ')}.`,
    }));
  }
}

function expected({ type, enum: values }: Input): string {
  if (type === 'object') return 'an object of strings, numbers and booleans';
  if (type === 'integer') return 'a whole number';
  if (type === 'boolean') return 'true or false';
  return values ? `a string such as ${values.slice(0, 3).join(', ')}` : `a ${type}`;
}

function reportUnknown(
  { inputs }: Operation,
  name: string,
  membersOf: () => readonly string[],
  report: Report,
): void {
  report('error', memberPath('inputs', name), () => {
    if (membersOf().includes(name)) {
      return {
        reason: 'misplaced_input',
        message: `There is no input ${quoted(name)}: it is a member of the request.`,
        mend: `Move it from 'inputs' to 'request'.`,
      };
    }
    const names = [...inputs.map((input) => input.name), 'return'];
    return {
      reason: 'unknown_input',
      message: `There is no input ${quoted(name)}${suggestion(name.slice(0, 100), names)}.`,
      mend: `Take it away, or use one of ${names.slice(0, 20).join(', ')}.`,
    };
  });
}

function reportReturn(report: Report): void {
  report('error', 'inputs.return', () => ({
    reason: 'wrong_type',
    message: `Input 'return' takes "binary" only.`,
    mend: 'Take it away for JSON, or give "binary" for bytes.',
  }));
}

function reportMissing({ name, type, description }: Input, report: Report): void {
  report('error', memberPath('inputs', name), () => ({
    reason: 'missing_input',
    message: `Input '${name}' (${type}, in the path) is missing.`,
    mend: `Give it in 'inputs'${description === undefined ? '' : `: ${description}`}.`,
  }));
}
