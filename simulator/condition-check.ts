import type { Catalogue } from '../lib/catalogue/catalogue.ts';
import type { Schema } from '../lib/catalogue/operation.ts';
import type { Condition, Literal, Test } from './conditions.ts';
import { isStamp } from './evaluation.ts';
import { badCondition, unknownName } from './failures.ts';
import { memberName } from './json.ts';
import { isOpen, shapeOf } from './shapes.ts';

/** Which of the three condition parameters a condition came in. */
export type ConditionScope = 'record' | 'child' | 'customField';

const advice =
  'String values should be enclosed with double or single quotes; DateTime values should be enclosed in square ' +
  'brackets; numbers should consist of only digits, and optionally a decimal point and a negation sign; boolean ' +
  'values should be indicated with the keywords true or false; null values should be indicated by the keyword null.';

/** Names that are filterable and never returned: no seeded record fulfils a condition on them (§3.3). */
const hidden: Readonly<Record<string, string>> = { Ticket: 'configuration/id' };

type Scalar = 'string' | 'numeric' | 'boolean' | 'datetime' | 'date-like' | 'any';

interface Member {
  readonly type: Scalar | 'enum' | 'reference' | 'array';
  readonly choices?: readonly string[];
}

function memberOf(shape: Schema): Member {
  if (shape.enum !== undefined) return { type: 'enum', choices: shape.enum };
  if (shape.type === 'boolean' || shape.type === 'array') return { type: shape.type };
  if (shape.type === 'integer' || shape.type === 'number') return { type: 'numeric' };
  if (shape.format === 'date-time') return { type: 'datetime' };
  if (shape.type === 'string') return { type: 'date-like' };
  return { type: isOpen(shape) ? 'any' : 'reference' };
}

/** Follows a name through the schema, ignoring case; arrays are passed through only where child records are meant. */
function resolve(
  name: readonly string[],
  schema: Schema,
  scope: ConditionScope,
  catalogue: Catalogue,
): Member | undefined {
  const { shape, entity = '' } = shapeOf(schema, catalogue);
  const [first, ...rest] = name;
  if (first === undefined) return memberOf(shape);
  if (shape.type === 'array')
    return scope === 'child' ? resolve(name, shape.items ?? {}, scope, catalogue) : undefined;
  if (isOpen(shape)) return { type: 'any' };
  const known = memberName(Object.keys(shape.properties ?? {}), first);
  const next = known === undefined ? undefined : shape.properties?.[known];
  if (next === undefined) {
    if (hidden[entity] === name.join('/').toLowerCase()) return { type: 'numeric' };
    return rest.length === 0 && isStamp(first)
      ? { type: /^(last|date)/i.test(first) ? 'datetime' : 'string' }
      : undefined;
  }
  return resolve(rest, next, scope, catalogue);
}

/** A member that holds a string may hold a date as well: the document types most dates as plain strings (§11.13). */
function fits(member: Member, literal: Literal): boolean {
  if (literal.type === 'null' || member.type === 'any' || member.type === literal.type) return true;
  return member.type === 'date-like' && (literal.type === 'string' || literal.type === 'datetime');
}

function checkLiteral(member: Member, literal: Literal): void {
  if (member.type === 'enum') {
    const known =
      literal.type === 'null' ||
      member.choices?.some((choice) => choice.toLowerCase() === String(literal.value).toLowerCase());
    if (!known) throw badCondition('Enum value supplied was invalid');
    return;
  }
  const expected = member.type === 'date-like' ? 'string' : member.type;
  if (!fits(member, literal))
    throw badCondition(`Expected a ${expected} value, not a ${literal.type}. ${advice}`);
}

function checkTest(test: Test, schema: Schema, scope: ConditionScope, catalogue: Catalogue): void {
  const member = resolve(test.name, schema, scope, catalogue);
  if (member === undefined || member.type === 'array') throw unknownName(test.name.join('/'));
  // A reference without a member, and words on an enum, are answered so (§3.3).
  if (member.type === 'reference' || (member.type === 'enum' && test.kind === 'match'))
    throw badCondition('Enum value supplied was invalid');
  if (test.kind === 'compare') checkLiteral(member, test.literal);
  else if (test.kind === 'match' && test.literal.type !== 'string')
    throw badCondition(`Expected a string value, not a ${test.literal.type}. ${advice}`);
  else if (test.kind === 'in') {
    if (scope !== 'record')
      throw badCondition(`The in operator is not allowed in this condition: ${test.name.join('/')}.`);
    for (const literal of test.literals) checkLiteral(member, literal);
  }
}

/** Refuses names that the schema does not have and values of another type, as the server does before it looks at any record. */
export function checkCondition(
  condition: Condition,
  schema: Schema,
  scope: ConditionScope,
  catalogue: Catalogue,
): void {
  if (condition.kind === 'and' || condition.kind === 'or')
    for (const part of condition.parts) checkCondition(part, schema, scope, catalogue);
  else checkTest(condition, schema, scope, catalogue);
}
