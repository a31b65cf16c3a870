import { badCondition } from './failures.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A word of the conditions language; strings and dates without their marks, `at` counted from 1. */
export type Token =
  | {
      readonly kind: 'name' | 'string' | 'number' | 'date' | 'symbol';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly text: string; readonly at: number };

/**
 * Every alternative is one kind of token, tried in this order. A string ends at its own quote: no escape is known to
 * work (§3.5), so the simulator grants none.
 */
const token =
  /\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|\[(?<date>[^\]]*)\]|(?<operator><=|>=|!=|=|<|>)|(?<symbol>[(),])|(?<number>-?\d+(?:\.\d+)?)(?![\w/])|(?<name>[A-Za-z_][\w./]*))/y;

function isOperator(text: string): text is Operator {
  return ['=', '!=', '<', '<=', '>', '>='].includes(text);
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number): Token | undefined {
  const text = groups['double'] ?? groups['single'];
  if (text !== undefined) return { kind: 'string', text, at };
  if (groups['date'] !== undefined) return { kind: 'date', text: groups['date'], at };
  if (groups['symbol'] !== undefined) return { kind: 'symbol', text: groups['symbol'], at };
  if (groups['number'] !== undefined) return { kind: 'number', text: groups['number'], at };
  if (groups['name'] !== undefined) return { kind: 'name', text: groups['name'], at };
  const operator = groups['operator'] ?? '';
  return isOperator(operator) ? { kind: 'operator', operator, text: operator, at } : undefined;
}

/** Cuts a condition into its tokens; refuses the first character that starts none. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const at = token.lastIndex;
    const found = tokenOf(token.exec(trimmed)?.groups ?? {}, at + 1);
    if (found === undefined)
      throw badCondition(`Unexpected '${trimmed.slice(at).trim().charAt(0)}' at position ${at + 1}.`);
    tokens.push(found);
  }
  return tokens;
}
