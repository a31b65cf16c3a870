import type { MemberPosition } from './failures.ts';

/** The path of a member as the server's JSON reader spells it: `company.name`, `types[0].id`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;

interface Open {
  readonly isArray: boolean;
  step: string | number;
}

function step(open: Open[], text: string): void {
  const inner = open.at(-1);
  if (text === '{') open.push({ isArray: false, step: '' });
  else if (text === '[') open.push({ isArray: true, step: 0 });
  else if (text === '}' || text === ']') open.pop();
  else if (text === ',' && inner?.isArray && typeof inner.step === 'number') inner.step += 1;
}

/**
 * Where the reader stands after it has read a member's name and colon: line from 1, position from the start of the
 * line. It is what `Path 'page', line 1, position 50` counts (connectwise-api.md §3.6).
 */
export function positionOf(text: string, path: readonly (string | number)[]): MemberPosition {
  const wanted = pathText(path);
  const open: Open[] = [];
  let name = '';
  for (const { 0: found, index } of text.matchAll(token)) {
    const inner = open.at(-1);
    if (found.startsWith('"')) name = found.slice(1, -1);
    if (found === ':' && inner !== undefined) {
      inner.step = name;
      if (pathText(open.map((one) => one.step)) === wanted)
        return { path: wanted, ...lineAt(text, index + 1) };
    }
    step(open, found);
  }
  return { path: wanted, line: 1, position: 0 };
}

function lineAt(text: string, offset: number): { line: number; position: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, position: offset - (before.lastIndexOf('\n') + 1) };
}
