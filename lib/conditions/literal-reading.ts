import { type Literal, numberForm } from './condition.ts';
import { looksLikeDate } from './dates.ts';
import type { Span } from './position.ts';
import { isKeyword, type TokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';

export interface PlacedLiteral {
  readonly literal: Literal;
  readonly span: Span;
}

const aValue = 'a value: "text", a number, [a date], true, false or null';

/** Takes one value. A date without brackets and a text without quotes are noted, and read as what they were meant to be. */
export function readLiteral(reader: TokenReader): PlacedLiteral {
  const token = reader.peek();
  if (token?.kind === 'string') return placed(reader, { type: 'string', value: token.text }, token);
  if (token?.kind === 'date' && token.text !== '' && !token.text.includes('['))
    return placed(reader, { type: 'date', text: token.text }, token);
  if (token?.kind === 'word' && !isKeyword(token, 'and', 'or')) return readWord(reader, token);
  return reader.stop(token, aValue, mendOf(token));
}

const constants: ReadonlyMap<string, Literal> = new Map([
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
  ['null', { type: 'null' }],
]);

function readWord(reader: TokenReader, token: Token): PlacedLiteral {
  const constant = constants.get(token.text.toLowerCase());
  if (constant) return placed(reader, constant, token);
  if (numberForm.test(token.text)) return placed(reader, { type: 'number', text: token.text }, token);
  if (looksLikeDate(token.text)) {
    reader.note(token, '[a date]', 'Enclose the date in square brackets.');
    return placed(reader, { type: 'date', text: token.text }, token);
  }
  return readUnquoted(reader, token);
}

/** `status/name = In Progress`: all words up to the next keyword are one text. */
function readUnquoted(reader: TokenReader, first: Token): PlacedLiteral {
  const words = [first];
  reader.take();
  for (
    let next = reader.peek();
    next?.kind === 'word' && !isKeyword(next, 'and', 'or');
    next = reader.peek()
  ) {
    words.push(next);
    reader.take();
  }
  const last = words.at(-1) ?? first;
  const span = { offset: first.offset, length: last.offset + last.length - first.offset };
  const value = words.map(({ text }) => text).join(' ');
  const mend = /[“”‘’„«»]/.test(value)
    ? 'Use straight quotes: " or \'.'
    : 'Enclose a text in quotes. A number consists of digits, with a point and a minus sign at the most.';
  reader.note(span, aValue, mend);
  return { literal: { type: 'string', value }, span };
}

/** Takes the text behind contains or like. */
export function readPattern(reader: TokenReader): { readonly pattern: string; readonly span: Span } {
  const { literal, span } = readLiteral(reader);
  if (literal.type === 'string') return { pattern: literal.value, span };
  reader.note(span, 'a text in quotes', 'contains and like take a text: enclose it in quotes.');
  return { pattern: '', span };
}

function placed(reader: TokenReader, literal: Literal, { offset, length }: Token): PlacedLiteral {
  reader.take();
  return { literal, span: { offset, length } };
}

function mendOf(token: Token | undefined): string {
  if (token?.kind === 'open')
    return token.text === '[' ? 'Close the date with ].' : `Close the text with ${token.text}.`;
  if (token?.kind === 'date') return 'Write a date between the brackets: [2026-01-31].';
  if (token?.kind === 'symbol' && token.text === ')')
    return 'Give at least one value. An empty list matches nothing: then there is no need to ask.';
  return 'Put a value behind the operator.';
}
