/** A stretch of a text, counted from 0. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Where in a text something is, for programs and for people. */
export interface Position extends Span {
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** What is around it on its line, and carets under it on a second one. It quotes the text: not for logs. */
  readonly excerpt: string;
}

/** What an excerpt shows on each side of where a stretch begins, in characters. */
const around = 40;

export function positionOf(text: string, { offset, length }: Span): Position {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return {
    offset,
    length,
    line: before.split('\n').length,
    column: offset - start + 1,
    excerpt: excerptOf(text, start, { offset, length }),
  };
}

function excerptOf(text: string, start: number, { offset, length }: Span): string {
  const lineBreak = text.indexOf('\n', offset);
  const end = lineBreak < 0 ? text.length : lineBreak;
  const from = Math.max(start, offset - around);
  const to = Math.min(end, offset + around);
  const before = from > start ? '…' : '';
  const after = to < end ? '…' : '';
  // A tab or another control character would move the carets away from what they point at.
  const shown = text.slice(from, to).replaceAll(/\p{Cc}/gu, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, to - offset)));
  return `${before}${shown}${after}\n${' '.repeat(before.length + offset - from)}${carets}`;
}
