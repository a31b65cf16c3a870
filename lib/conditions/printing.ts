import {
  type Condition,
  dateForm,
  deepest,
  isChain,
  type Literal,
  nameForm,
  numberForm,
} from './condition.ts';

/** A condition that the language cannot say, or that would say something else. The sentence tells which member and what to do. */
export class UnprintableCondition extends Error {
  override readonly name = 'UnprintableCondition';
}

/**
 * A condition as text, in one form: read again it is the same tree. Parentheses stand around every inner chain, so the
 * meaning does not depend on whether `and` binds tighter than `or`, which nobody has proved (connectwise-api.md §13.4).
 * @throws UnprintableCondition where a name, a number, a date or a text could be read as anything else.
 */
export function printConditions(condition: Condition): string {
  return print(condition, 0);
}

function print(condition: Condition, depth: number): string {
  if (isChain(condition)) {
    if (depth > deepest) throw new UnprintableCondition(`A condition nests at most ${deepest} levels deep.`);
    return condition.parts.map((part) => enclosed(part, depth + 1)).join(` ${condition.kind} `);
  }
  const { name } = condition;
  if (!nameForm.test(name))
    throw new UnprintableCondition(
      'A condition names something that is no member: a name is letters, digits and _, with / between a reference and its member.',
    );
  switch (condition.kind) {
    case 'comparison':
      return `${name} ${condition.operator} ${printLiteral(condition.value, name)}`;
    case 'match':
      return `${name} ${negation(condition)}${condition.word} ${printText(condition.pattern, name)}`;
    case 'membership':
      return `${name} ${negation(condition)}in (${condition.values.map((value) => printLiteral(value, name)).join(', ')})`;
  }
}

function enclosed(part: Condition, depth: number): string {
  const text = print(part, depth);
  return isChain(part) ? `(${text})` : text;
}

const negation = ({ negated }: { readonly negated: boolean }) => (negated ? 'not ' : '');

function printLiteral(literal: Literal, name: string): string {
  switch (literal.type) {
    case 'string':
      return printText(literal.value, name);
    case 'number':
      if (numberForm.test(literal.text)) return literal.text;
      throw unprintable(name, 'is no number of digits, with a point and a minus sign at the most');
    case 'date':
      if (dateForm.test(literal.text)) return `[${literal.text}]`;
      throw unprintable(name, 'is no date, or holds a bracket');
    case 'boolean':
      return String(literal.value);
    case 'null':
      return 'null';
  }
}

/**
 * No escape is known to work (§3.5), so a text is enclosed in the quotes that it does not hold. Where a server did read
 * backslashes as escapes, one at the end would open the text to what follows: it is refused.
 */
function printText(text: string, name: string): string {
  if (!text.isWellFormed()) throw unprintable(name, 'holds half of a character, which no URL can carry');
  if (text.endsWith('\\'))
    throw unprintable(
      name,
      'ends with a backslash, which could escape the quote. Use contains on the text before it',
    );
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  throw unprintable(
    name,
    'holds both kinds of quotes, for which no escape is known. Use contains on a fragment that holds one kind, and compare what comes back',
  );
}

/** The value is never quoted: it is anybody's data. */
const unprintable = (name: string, why: string): UnprintableCondition =>
  new UnprintableCondition(`The value that '${name}' is compared with ${why}.`);
