import { badCondition } from '../failures.ts';
import { instantOf } from './condition-dates.ts';
import { type Operator, type Token, tokensOf } from './condition-tokens.ts';
import { type QueryRules, queryDefaults } from './rules.ts';

/** A value as it stands in a condition. */
export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'numeric'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'datetime'; readonly value: number }
  | { readonly type: 'null'; readonly value: null };

/** One test of one member; `name` is the path as written, split at `/`. */
export type Test =
  | {
      readonly kind: 'compare';
      readonly name: readonly string[];
      readonly operator: Operator;
      readonly literal: Literal;
    }
  | {
      readonly kind: 'match';
      readonly name: readonly string[];
      readonly word: 'like' | 'contains';
      readonly negated: boolean;
      readonly literal: Literal;
    }
  | {
      readonly kind: 'in';
      readonly name: readonly string[];
      readonly negated: boolean;
      readonly literals: readonly Literal[];
    };

export type Condition =
  | { readonly kind: 'and'; readonly parts: readonly Condition[] }
  | { readonly kind: 'or'; readonly parts: readonly Condition[] }
  | Test;

/** Parentheses nest no deeper: a bound of our own. */
const deepest = 100;

/** Reads tokens from left to right; `peek` never runs past the end. */
interface Reader {
  peek(): Token | undefined;
  take(): Token | undefined;
  instant(date: string): number;
}

function createReader(tokens: readonly Token[], rules: QueryRules): Reader {
  let place = 0;
  return {
    peek: () => tokens[place],
    take: () => {
      place += 1;
      return tokens[place - 1];
    },
    instant: (date) => instantOf(date, rules.dateOffsets),
  };
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'name' && token.text.toLowerCase() === word;
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text;
}

/** The server's words for a syntax error are not recorded; only the code is certain. */
function syntaxError(token: Token | undefined): Error {
  return badCondition(
    token === undefined
      ? 'Unexpected end of the condition.'
      : `Unexpected '${token.text}' at position ${token.at}.`,
  );
}

function expectSymbol(reader: Reader, text: string): void {
  const token = reader.take();
  if (!isSymbol(token, text)) throw syntaxError(token);
}

/** `or` over `and` over tests: `and` binds tighter (§3.2, inferred). */
function either(reader: Reader, depth: number): Condition {
  return chain(reader, 'or', () => chain(reader, 'and', () => unit(reader, depth)));
}

function chain(reader: Reader, word: 'and' | 'or', next: () => Condition): Condition {
  const first = next();
  const parts = [first];
  while (isWord(reader.peek(), word)) {
    reader.take();
    parts.push(next());
  }
  return parts.length === 1 ? first : { kind: word, parts };
}

function unit(reader: Reader, depth: number): Condition {
  if (!isSymbol(reader.peek(), '(')) return test(reader);
  if (depth >= deepest) throw syntaxError(reader.peek());
  reader.take();
  const inner = either(reader, depth + 1);
  expectSymbol(reader, ')');
  return inner;
}

function test(reader: Reader): Test {
  const subject = reader.take();
  if (subject?.kind !== 'name') throw syntaxError(subject);
  const name = subject.text.split('/');
  if (name.includes('')) throw syntaxError(subject);
  const operator = reader.peek();
  if (operator?.kind === 'operator') {
    reader.take();
    return { kind: 'compare', name, operator: operator.operator, literal: literal(reader) };
  }
  const negated = isWord(operator, 'not');
  if (negated) reader.take();
  return wordTest(reader, name, negated);
}

function wordTest(reader: Reader, name: readonly string[], negated: boolean): Test {
  const token = reader.take();
  if (isWord(token, 'like')) return { kind: 'match', name, word: 'like', negated, literal: literal(reader) };
  if (isWord(token, 'contains'))
    return { kind: 'match', name, word: 'contains', negated, literal: literal(reader) };
  if (!isWord(token, 'in')) throw syntaxError(token);
  expectSymbol(reader, '(');
  const literals = [literal(reader)];
  while (isSymbol(reader.peek(), ',')) {
    reader.take();
    literals.push(literal(reader));
  }
  expectSymbol(reader, ')');
  return { kind: 'in', name, negated, literals };
}

function literal(reader: Reader): Literal {
  const token = reader.take();
  switch (token?.kind) {
    case 'string':
      return { type: 'string', value: token.text };
    case 'number':
      return { type: 'numeric', value: Number(token.text) };
    case 'date':
      return { type: 'datetime', value: reader.instant(token.text) };
    default:
      return word(token);
  }
}

function word(token: Token | undefined): Literal {
  if (isWord(token, 'true')) return { type: 'boolean', value: true };
  if (isWord(token, 'false')) return { type: 'boolean', value: false };
  if (isWord(token, 'null')) return { type: 'null', value: null };
  throw syntaxError(token);
}

/** Reads a text of the conditions language (connectwise-api.md §3.2); refuses what is none with ApiFindCondition. */
export function parseCondition(text: string, rules: QueryRules = queryDefaults): Condition {
  const reader = createReader(tokensOf(text, rules.stringEscapes), rules);
  const condition = either(reader, 0);
  const rest = reader.peek();
  if (rest !== undefined) throw syntaxError(rest);
  return condition;
}
