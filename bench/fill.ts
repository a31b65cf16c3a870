import { readFileSync, writeFileSync } from 'node:fs';

/** Puts a text in the place that a file has for it, between two marks. */
export function fill(file: string, name: string, content: string): void {
  const { before, begin, end, after } = cut(file, name);
  writeFileSync(file, `${before}${begin}\n\n${content}\n\n${end}${after}`);
}

/** What stands there. */
export const filled = (file: string, name: string): string => cut(file, name).between.trim();

function cut(file: string, name: string) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- until here: ${name} -->`];
  const [before, rest] = readFileSync(file, 'utf8').split(begin);
  const [between, after] = rest?.split(end) ?? [];
  if (before === undefined || between === undefined || after === undefined)
    throw new Error(`${file} has lost its marks for ${name}.`);
  return { before, begin, between, end, after };
}
