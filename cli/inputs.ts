import { usageError } from './ending.ts';

/** Inputs as they are typed: `name=value` is a text, `name:=json` any JSON. @throws CommandFailed where one is neither. */
export function readInputs(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(readInput));
}

function readInput(pair: string): readonly [string, unknown] {
  const [, name, mark, value = ''] = /^([^=]+?)(:?=)([\s\S]*)$/.exec(pair) ?? [];
  if (name === undefined) throw usageError(`--input '${pair}' is not name=value.`);
  if (mark === '=') return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    throw usageError(`--input '${name}' is not JSON behind :=. Write ${name}=… for a text.`);
  }
}
