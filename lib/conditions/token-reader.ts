import { type Position, positionOf, type Span } from './position.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What keeps a text from being a condition. ConnectWise refuses all of it. */
export interface SyntaxProblem {
  readonly position: Position;
  readonly expected: string;
  /** A sentence without anything of the text but keywords and symbols. */
  readonly message: string;
  readonly mend: string;
}

/** Reading cannot go on: nobody knows what the rest would mean. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** Takes the tokens of a text from left to right and notes the problems. */
export interface TokenReader {
  /** Undefined behind the last one. */
  peek(ahead?: number): Token | undefined;
  take(): Token | undefined;
  /** Notes a mistake whose meaning is clear; reading goes on. */
  note(at: Span | undefined, expected: string, mend: string): void;
  /** Notes a mistake and gives up. */
  stop(at: Span | undefined, expected: string, mend: string): never;
  readonly problems: readonly SyntaxProblem[];
}

/** As many as preflight shows. Each looks for its line in the whole text, so a text of mistakes alone would take minutes. */
const mostProblems = 50;

export function createTokenReader(text: string): TokenReader {
  const tokens = tokensOf(text);
  const problems: SyntaxProblem[] = [];
  let place = 0;
  const note: TokenReader['note'] = (at, expected, mend) => {
    const span = at ?? { offset: text.trimEnd().length, length: 0 };
    const position = positionOf(text, span);
    const where = at ? `Line ${position.line}, column ${position.column}` : 'At the end';
    problems.push({ position, expected, message: `${where}: expected ${expected}.`, mend });
    if (problems.length >= mostProblems) throw new Unreadable(expected);
  };
  return {
    peek: (ahead = 0) => tokens[place + ahead],
    take: () => {
      place += 1;
      return tokens[place - 1];
    },
    note,
    stop: (at, expected, mend) => {
      note(at, expected, mend);
      throw new Unreadable(expected);
    },
    problems,
  };
}

export const isKeyword = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toLowerCase());

export const isSymbol = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'symbol' && token.text === text;
