import type { Span } from './position.ts';

/**
 * A piece of the conditions language. `text` is what it says: a string without its quotes, a date without its brackets.
 * - `word`: a name, a number, a keyword or something that should have had quotes or brackets.
 * - `operator`: a run of `= < > !`, which may be a mistaken one such as `==`.
 * - `symbol`: a parenthesis or a comma; `join`: `&`, `&&`, `|` or `||`, which other languages write.
 * - `open`: a quote or a bracket that nothing closes; `stray`: a bracket that nothing opened.
 */
export interface Token extends Span {
  readonly kind: 'word' | 'string' | 'date' | 'operator' | 'symbol' | 'join' | 'open' | 'stray';
  readonly text: string;
}

/** A string ends at the next quote of its own kind: no escape is known to work (connectwise-api.md §3.5). */
const piece =
  /\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|\[(?<date>[^\]]*)\]|(?<operator>[=<>!]+)|(?<symbol>[(),])|(?<join>[&|]+)|(?<open>["'[])|(?<stray>\])|(?<word>[^\s"'[\]=<>!(),&|]+))/y;

/** Cuts a text into its pieces. Every text can be cut: what does not fit is the parser's to say. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(piece);
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const found = pattern.exec(text);
    if (!found) break;
    tokens.push(tokenOf(found[0].trimStart(), found.groups ?? {}, pattern.lastIndex));
  }
  return tokens;
}

function tokenOf(written: string, groups: Readonly<Record<string, string | undefined>>, end: number): Token {
  const span = { offset: end - written.length, length: written.length };
  const { double, single, date, operator, symbol, join, open, stray, word } = groups;
  const string = double ?? single;
  if (string !== undefined) return { kind: 'string', text: string, ...span };
  if (date !== undefined) return { kind: 'date', text: date.trim(), ...span };
  if (operator !== undefined) return { kind: 'operator', text: operator, ...span };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, ...span };
  if (join !== undefined) return { kind: 'join', text: join, ...span };
  if (open !== undefined) return { kind: 'open', text: open, ...span };
  if (stray !== undefined) return { kind: 'stray', text: stray, ...span };
  return { kind: 'word', text: word ?? '', ...span };
}
