import { readFileSync } from 'node:fs';
import { usageError } from './ending.ts';
import { readAll, type Terminal } from './terminal.ts';

/**
 * Reads JSON that a command line names: a file, `-` for what is piped in, or the JSON itself where it begins like some.
 * @param what for sentences, such as `--request`.
 */
export async function readJson(source: string, what: string, terminal: Terminal): Promise<unknown> {
  const isInline = /^\s*[[{]/.test(source);
  const text = isInline ? source : source === '-' ? await readAll(terminal) : fileText(source, what);
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = isInline ? 'What is given there' : source === '-' ? 'What is piped in' : source;
    throw usageError(`${what}: ${where} is not JSON. ${error instanceof Error ? error.message : ''}`);
  }
}

/** A file's text. @throws CommandFailed with a sentence where it cannot be read. */
export function fileText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw usageError(`${what}: ${file} cannot be read${code}.`);
  }
}
