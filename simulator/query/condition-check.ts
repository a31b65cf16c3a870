import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { badCondition, unknownName } from '../failures.ts';
import { entityOf } from '../resources.ts';
import { type KeyTest, keyTest } from './comparison.ts';
import type { Condition, Literal, Test } from './conditions.ts';
import { type Member, memberOf, type Scope } from './members.ts';
import type { QueryRules } from './rules.ts';

/** What the names of a condition are looked up in. */
export interface Vocabulary {
  readonly scope: Scope;
  /** The schema of the stored records. */
  readonly schema: Schema;
  /** The schema that the operation shows them in, where it is another one (`/info`). */
  readonly shown?: Schema;
  readonly catalogue: Catalogue;
  readonly rules: QueryRules;
}

/**
 * A condition whose names are found and whose values fit.
 * - `test`: asks one member; `isShown` where only the shown schema has it.
 * - `related`: asks whether a sub-collection of the record holds an id.
 */
export type Checked =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Checked[] }
  | {
      readonly kind: 'test';
      readonly steps: readonly (readonly string[])[];
      readonly test: KeyTest;
      readonly isShown: boolean;
    }
  | { readonly kind: 'related'; readonly child: string; readonly id: number };

const advice =
  'String values should be enclosed with double or single quotes; DateTime values should be enclosed in square ' +
  'brackets; numbers should consist of only digits, and optionally a decimal point and a negation sign; boolean ' +
  'values should be indicated with the keywords true or false; null values should be indicated by the keyword null.';

/** Filterable and never returned: a name, and the sub-collection that it asks (§3.3). */
const related: Readonly<Record<string, { readonly name: string; readonly child: string }>> = {
  Ticket: { name: 'configuration/id', child: 'configurations' },
};

function mismatch(expected: string, literal: Literal): Error {
  return badCondition(`Expected a ${expected} value, not a ${literal.type}. ${advice}`);
}

/** A member that holds a string may hold a date as well: the document types most dates as plain strings (§11.13). */
function checkLiteral({ type, choices }: Member, literal: Literal): void {
  if (type === 'any' || literal.type === 'null' || literal.type === type) return;
  if (type === 'string' && literal.type === 'datetime') return;
  if (type !== 'enum') throw mismatch(type, literal);
  const wanted = String(literal.value).toLowerCase();
  if (!choices?.some((choice) => choice.toLowerCase() === wanted))
    throw badCondition('Enum value supplied was invalid');
}

/** like and contains take strings, and look into strings. */
function checkMatch({ type }: Member, literal: Literal): void {
  if (literal.type !== 'string') throw mismatch('string', literal);
  if (type !== 'string' && type !== 'any') throw mismatch(type, literal);
}

function checkValues(test: Test, member: Member, scope: Scope): void {
  // A reference without a member, and words on an enum, are answered so (§3.3).
  if (member.type === 'reference' || (member.type === 'enum' && test.kind === 'match'))
    throw badCondition('Enum value supplied was invalid');
  if (test.kind === 'compare') checkLiteral(member, test.literal);
  else if (test.kind === 'match') checkMatch(member, test.literal);
  else {
    // Only conditions know `in` (§3.2.1).
    if (scope !== 'record')
      throw badCondition(`The in operator is not allowed in this condition: ${test.name.join('/')}.`);
    for (const literal of test.literals) checkLiteral(member, literal);
  }
}

function relatedTest(test: Test, { schema, scope }: Vocabulary): Checked | undefined {
  const known = scope === 'record' ? related[entityOf(schema)] : undefined;
  if (known === undefined || test.name.join('/').toLowerCase() !== known.name) return undefined;
  const isPlain = test.kind === 'compare' && test.operator === '=' && test.literal.type === 'numeric';
  // One id is all that is recorded; lists, and several joined by or, were refused in words that are not (§3.3).
  if (!isPlain) throw badCondition(`${known.name} can be compared to one id only.`);
  return { kind: 'related', child: known.child, id: test.literal.value };
}

function checkTest(test: Test, vocabulary: Vocabulary): Checked {
  const { schema, shown, scope, catalogue, rules } = vocabulary;
  const other = relatedTest(test, vocabulary);
  if (other !== undefined) return other;
  const stored = memberOf(test.name, schema, scope, catalogue);
  const member = stored ?? (shown && memberOf(test.name, shown, scope, catalogue));
  if (member === undefined || member.type === 'array') throw unknownName(test.name.join('/'));
  checkValues(test, member, scope);
  return { kind: 'test', steps: member.steps, test: keyTest(test, rules), isShown: stored === undefined };
}

/** Refuses names that the schema does not have and values of another type, as the server does before it looks at any record. */
export function checkCondition(condition: Condition, vocabulary: Vocabulary): Checked {
  if (condition.kind !== 'and' && condition.kind !== 'or') return checkTest(condition, vocabulary);
  const parts = condition.parts.map((part) => checkCondition(part, vocabulary));
  if (condition.kind === 'or' && parts.filter(({ kind }) => kind === 'related').length > 1)
    throw badCondition('Several related ids cannot be joined by or.');
  return { kind: condition.kind, parts };
}
