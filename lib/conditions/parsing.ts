import { type Condition, deepest, nameForm, type Operator, operators, type Test } from './condition.ts';
import { type PlacedLiteral, readLiteral, readPattern } from './literal-reading.ts';
import type { Span } from './position.ts';
import {
  createTokenReader,
  isKeyword,
  isSymbol,
  type SyntaxProblem,
  type TokenReader,
  Unreadable,
} from './token-reader.ts';
import type { Token } from './tokens.ts';

/** Where the parts of a test stand in the text. */
export interface TestPlace {
  readonly name: Span;
  readonly operator: Span;
  /** One for each value. */
  readonly values: readonly Span[];
}

/** By the test itself: the tree carries no places, so that two trees of the same meaning are equal. */
type Places = ReadonlyMap<Test, TestPlace>;

/**
 * A text as a tree, or what is wrong with it. Where every mistake is of a kind whose meaning is clear (`==`, a date
 * without brackets), `meant` is the tree of what was meant: to look for further findings, never to send.
 */
type ParsedConditions =
  | { readonly valid: true; readonly condition: Condition; readonly places: Places }
  | {
      readonly valid: false;
      readonly problems: readonly SyntaxProblem[];
      readonly meant: Condition | undefined;
      readonly places: Places;
    };

interface Parser extends TokenReader {
  readonly places: Map<Test, TestPlace>;
}

/** Reads a text of the conditions language (connectwise-api.md §3.2). Never throws. */
export function parseConditions(text: string): ParsedConditions {
  const parser: Parser = { ...createTokenReader(text), places: new Map() };
  const { places, problems } = parser;
  try {
    const condition = readAll(parser);
    return problems.length === 0
      ? { valid: true, condition, places }
      : { valid: false, problems, meant: condition, places };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { valid: false, problems, meant: undefined, places };
  }
}

function readAll(parser: Parser): Condition {
  const condition = readEither(parser, 0);
  const rest = parser.peek();
  if (!rest) return condition;
  if (isSymbol(rest, ')'))
    parser.stop(rest, 'the end', 'Remove this parenthesis, or open it further to the left.');
  return parser.stop(rest, "'and', 'or' or the end", mendOfRest(rest));
}

function mendOfRest(rest: Token): string {
  if (rest.kind === 'symbol' || rest.kind === 'operator')
    return 'Join two tests by and or or; each names its own member.';
  return 'Join the next test by and or or. If this belongs to the text before it, enclose the whole text in the quotes that it does not hold: a backslash does not escape one.';
}

/** `and` binds tighter than `or` (§3.2, inferred). */
function readEither(parser: Parser, depth: number): Condition {
  return readChain(parser, 'or', () => readChain(parser, 'and', () => readUnit(parser, depth)));
}

function readChain(parser: Parser, word: 'and' | 'or', next: () => Condition): Condition {
  const first = next();
  const more: Condition[] = [];
  while (takeJoin(parser, word)) more.push(next());
  const [second, ...others] = more;
  return second ? { kind: word, parts: [first, second, ...others] } : first;
}

function takeJoin(parser: Parser, word: 'and' | 'or'): boolean {
  const token = parser.peek();
  const isMistaken = token?.kind === 'join' && token.text.startsWith(word === 'and' ? '&' : '|');
  if (!isMistaken && !isKeyword(token, word)) return false;
  if (isMistaken) parser.note(token, `'${word}'`, `Write ${word}.`);
  parser.take();
  return true;
}

function readUnit(parser: Parser, depth: number): Condition {
  const open = parser.peek();
  if (!isSymbol(open, '(')) return readTest(parser);
  if (depth >= deepest)
    parser.stop(open, `at most ${deepest} nested parentheses`, 'Remove parentheses that change nothing.');
  parser.take();
  const inner = readEither(parser, depth + 1);
  if (!isSymbol(parser.peek(), ')'))
    parser.stop(parser.peek(), "'and', 'or' or ')'", 'Close the parenthesis that was opened before.');
  parser.take();
  return inner;
}

function readTest(parser: Parser): Test {
  const subject = parser.peek();
  if (subject?.kind !== 'word' || !nameForm.test(subject.text) || isNegation(parser))
    return parser.stop(subject, 'the name of a member', mendOfSubject(parser));
  parser.take();
  const operator = parser.peek();
  if (operator?.kind === 'operator') return readComparison(parser, subject, operator);
  const negated = isKeyword(operator, 'not');
  return readWordTest(parser, subject, negated ? parser.take() : undefined);
}

/** A member may be called `not`; before a name or a parenthesis it is meant as the keyword. */
function isNegation(parser: Parser): boolean {
  const next = parser.peek(1);
  return (
    isKeyword(parser.peek(), 'not') &&
    (isSymbol(next, '(') || (next?.kind === 'word' && !isKeyword(next, 'not', 'in', 'like', 'contains')))
  );
}

function mendOfSubject(parser: Parser): string {
  const subject = parser.peek();
  if (isNegation(parser))
    return 'Negate the test itself: != in place of =, and not in, not like, not contains behind the name.';
  if (subject?.kind === 'string')
    return 'Write the name without quotes. A custom field is asked in customFieldConditions: caption = "…" and value = "…".';
  if (isKeyword(subject, 'and', 'or') || !subject) return 'Name a member, then an operator and a value.';
  return 'Names are letters, digits and _, with / between a reference and its member: company/identifier.';
}

function readComparison(parser: Parser, subject: Token, token: Token): Test {
  parser.take();
  const operator = operatorOf(parser, token);
  const { literal, span } = readLiteral(parser);
  return place(parser, { kind: 'comparison', name: subject.text, operator, value: literal }, [
    subject,
    token,
    span,
  ]);
}

/** What other languages write for an operator of this one. */
const mistaken: ReadonlyMap<string, Operator> = new Map([
  ['==', '='],
  ['===', '='],
  ['<>', '!='],
  ['!==', '!='],
  ['=!', '!='],
  ['=<', '<='],
  ['=>', '>='],
]);

function operatorOf(parser: Parser, token: Token): Operator {
  const known = operators.find((operator) => operator === token.text);
  if (known) return known;
  const expected = '=, !=, <, <=, > or >=';
  const meant = mistaken.get(token.text);
  if (!meant) return parser.stop(token, expected, 'Write one of these operators.');
  parser.note(token, expected, `Write ${meant}.`);
  return meant;
}

function readWordTest(parser: Parser, subject: Token, not: Token | undefined): Test {
  const token = parser.take();
  const negated = not !== undefined;
  const name = subject.text;
  const word = token?.kind === 'word' ? token.text.toLowerCase() : '';
  const operator = token && not ? { ...not, length: token.offset + token.length - not.offset } : token;
  if (operator && (word === 'contains' || word === 'like')) {
    const { pattern, span } = readPattern(parser);
    return place(parser, { kind: 'match', name, word, negated, pattern }, [subject, operator, span]);
  }
  if (operator && word === 'in') {
    const [first, ...others] = readList(parser);
    const values = [first.literal, ...others.map(({ literal }) => literal)] as const;
    const spans = [first.span, ...others.map(({ span }) => span)];
    return place(parser, { kind: 'membership', name, negated, values }, [subject, operator, ...spans]);
  }
  const expected = negated ? 'in, like or contains' : '=, !=, <, <=, >, >=, contains, like, in or not';
  return parser.stop(token, expected, mendOfOperator(subject, token));
}

function mendOfOperator({ text }: Token, token: Token | undefined): string {
  if (isKeyword(token, 'is')) return 'Write = null for is null, and != null for is not null.';
  if (!token || isKeyword(token, 'and', 'or')) return `Compare the member with a value: ${text} = true.`;
  return 'Put one of these operators between the name and its value.';
}

function readList(parser: Parser): readonly [PlacedLiteral, ...PlacedLiteral[]] {
  const mend = 'List the values in parentheses, with commas between them: in (1, 2, 3).';
  if (!isSymbol(parser.peek(), '(')) parser.stop(parser.peek(), "'('", mend);
  parser.take();
  const first = readLiteral(parser);
  const others: PlacedLiteral[] = [];
  while (isSymbol(parser.peek(), ',')) {
    parser.take();
    others.push(readLiteral(parser));
  }
  if (!isSymbol(parser.peek(), ')')) parser.stop(parser.peek(), "',' or ')'", mend);
  parser.take();
  return [first, ...others];
}

function place<T extends Test>(parser: Parser, test: T, spans: readonly [Span, Span, ...Span[]]): T {
  const [name, operator, ...values] = spans.map(({ offset, length }) => ({ offset, length }));
  if (name && operator) parser.places.set(test, { name, operator, values });
  return test;
}
