import { badCondition } from '../failures.ts';
import type { QueryRules } from './rules.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A word of the conditions language; strings and dates without their marks, `at` counted from 1. */
export type Token =
  | {
      readonly kind: 'name' | 'string' | 'number' | 'date' | 'symbol';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly text: string; readonly at: number };

type Escapes = QueryRules['stringEscapes'];

/** What may stand between a pair of quotes: by default a string ends at its own quote, for no escape is known to work (§3.5). */
const inner: Readonly<Record<Escapes, (quote: string) => string>> = {
  none: (quote) => `[^${quote}]*`,
  backslash: (quote) => String.raw`(?:[^${quote}\\]|\\.)*`,
  doubled: (quote) => `(?:[^${quote}]|${quote}${quote})*`,
};

/** Every alternative is one kind of token, tried in this order. */
function pattern(escapes: Escapes): RegExp {
  const string = inner[escapes];
  return new RegExp(
    String.raw`\s*(?:"(?<double>${string('"')})"|'(?<single>${string("'")})'|\[(?<date>[^\]]*)\]` +
      String.raw`|(?<operator><=|>=|!=|=|<|>)|(?<symbol>[(),])|(?<number>-?\d+(?:\.\d+)?)(?![\w/])` +
      String.raw`|(?<name>[A-Za-z_][\w./]*))`,
    'y',
  );
}

function unescaped(text: string, quote: string, escapes: Escapes): string {
  if (escapes === 'backslash') return text.replaceAll(/\\(.)/g, '$1');
  return escapes === 'doubled' ? text.replaceAll(quote + quote, quote) : text;
}

function isOperator(text: string): text is Operator {
  return ['=', '!=', '<', '<=', '>', '>='].includes(text);
}

type Groups = Readonly<Record<string, string | undefined>>;

function tokenOf(groups: Groups, at: number, escapes: Escapes): Token | undefined {
  const { double, single, date, symbol, number, name, operator = '' } = groups;
  if (double !== undefined) return { kind: 'string', text: unescaped(double, '"', escapes), at };
  if (single !== undefined) return { kind: 'string', text: unescaped(single, "'", escapes), at };
  if (date !== undefined) return { kind: 'date', text: date, at };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at };
  if (number !== undefined) return { kind: 'number', text: number, at };
  if (name !== undefined) return { kind: 'name', text: name, at };
  return isOperator(operator) ? { kind: 'operator', operator, text: operator, at } : undefined;
}

/** Cuts a condition into its tokens; refuses the first character that starts none. */
export function tokensOf(text: string, escapes: Escapes): Token[] {
  const tokens: Token[] = [];
  const token = pattern(escapes);
  const trimmed = text.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const at = token.lastIndex;
    const found = tokenOf(token.exec(trimmed)?.groups ?? {}, at + 1, escapes);
    if (found === undefined)
      throw badCondition(`Unexpected '${trimmed.slice(at).trim().charAt(0)}' at position ${at + 1}.`);
    tokens.push(found);
  }
  return tokens;
}
