import {
  type Condition,
  isChain,
  type Literal,
  type Operator,
  type Test,
} from '../../lib/conditions/condition.ts';
import { readDate } from '../../lib/conditions/dates.ts';

/** What a parsed condition means, as naively as connectwise-api.md §3 can be read, without a look at the simulator. */
export function holds(condition: Condition, row: unknown): boolean {
  if (!isChain(condition)) return testHolds(condition, valueIn(row, condition.name));
  const { kind, parts } = condition;
  return kind === 'and' ? parts.every((part) => holds(part, row)) : parts.some((part) => holds(part, row));
}

const stamps = ['lastupdated', 'dateentered', 'updatedby', 'enteredby'];

function valueIn(row: unknown, name: string): unknown {
  const path = stamps.includes(name.toLowerCase()) ? `_info/${name}` : name;
  return path.split('/').reduce<unknown>((inner, segment) => {
    const members = Object.entries(Object(inner));
    return members.find(([key]) => key.toLowerCase() === segment.toLowerCase())?.[1];
  }, row);
}

function testHolds(test: Test, value: unknown): boolean {
  const isMissing = value === undefined || value === null;
  if (test.kind === 'comparison') {
    if (test.value.type === 'null') return isMissing ? test.operator === '=' : test.operator === '!=';
    return !isMissing && compares(value, test.operator, test.value);
  }
  if (isMissing) return false;
  const isFound =
    test.kind === 'match'
      ? matches(String(value), test.word === 'contains' ? `%${test.pattern}%` : test.pattern)
      : test.values.some((one) => one.type !== 'null' && compares(value, '=', one));
  return isFound !== test.negated;
}

function compares(value: unknown, operator: Operator, literal: Literal): boolean {
  const [left, right] =
    literal.type === 'date' ? [instant(value), instant(literal.text)] : [plain(value), wanted(literal)];
  if (left === undefined || right === undefined || typeof left !== typeof right) return false;
  if (left === right) return ['=', '<=', '>='].includes(operator);
  return operator === '!=' || operator.startsWith(left < right ? '<' : '>');
}

function plain(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

function wanted(literal: Literal): string | number | boolean | undefined {
  if (literal.type === 'number') return Number(literal.text);
  return 'value' in literal ? plain(literal.value) : undefined;
}

const instant = (value: unknown): number | undefined => {
  const reading = typeof value === 'string' ? readDate(value) : undefined;
  return reading && Date.parse(reading.utc);
};

/** `%` and `*` stand for any run, `[[]` for a bracket, and all else for itself. */
function matches(text: string, pattern: string): boolean {
  const source = pattern.toLowerCase().replaceAll(/\[\[\]|[%*]|[\\^$.+?()[\]{}|]/g, (piece) => {
    if (piece === '%' || piece === '*') return '.*';
    return piece === '[[]' ? '\\[' : `\\${piece}`;
  });
  return new RegExp(`^${source}$`, 's').test(text.toLowerCase());
}
