import type { Schema } from '../../lib/catalogue/operation.ts';
import { findMember, type Member } from '../../lib/conditions/member.ts';
import { type Token, tokensOf } from '../../lib/conditions/tokens.ts';
import type { Suggestion, Suggestions } from './suggestion.ts';

/** What a filter asks. */
export interface Asked {
  readonly record: Schema;
  readonly schemaOf: (name: string) => Schema | undefined;
}

/** What may follow in a filter: a name, an operator, a value or a word that joins. */
type Expected =
  | { readonly what: 'name' | 'join' | 'open' }
  | { readonly what: 'operator'; readonly name: string; readonly negated: boolean }
  | { readonly what: 'value'; readonly name: string; readonly inList: boolean };

/** What to offer at a place of a filter: the names of the record, the operators, and the values that its document knows. */
export function suggestForCondition(text: string, position: number, asked: Asked): Suggestions {
  const before = text.slice(0, position);
  const [partial = ''] = /[\w/.]*$/.exec(before) ?? [];
  const from = position - partial.length;
  const expected = expectedAfter(tokensOf(before.slice(0, from)));
  switch (expected.what) {
    case 'name':
      return suggestNames(partial, from, asked);
    case 'operator':
      return { from, options: operatorsOf(memberOf(expected.name, asked), expected.negated) };
    case 'value':
      return { from, options: valuesOf(memberOf(expected.name, asked)) };
    case 'open':
      return { from, options: [{ label: '(' }] };
    case 'join':
      return { from, options: [{ label: 'and' }, { label: 'or' }] };
  }
}

function expectedAfter(tokens: readonly Token[]): Expected {
  let expected: Expected = { what: 'name' };
  let name = '';
  for (const { kind, text } of tokens) {
    const word = text.toLowerCase();
    if (expected.what === 'name') {
      if (kind !== 'word') continue;
      name = text;
      expected = { what: 'operator', name, negated: false };
    } else if (expected.what === 'operator') {
      if (word === 'not') expected = { what: 'operator', name, negated: true };
      else expected = word === 'in' ? { what: 'open' } : { what: 'value', name, inList: false };
    } else if (expected.what === 'open') expected = { what: 'value', name, inList: true };
    else if (expected.what === 'value') {
      const goesOn = expected.inList && text !== ')';
      if (!goesOn) expected = { what: 'join' };
    } else if (word === 'and' || word === 'or' || kind === 'join') expected = { what: 'name' };
  }
  return expected;
}

function memberOf(name: string, { record, schemaOf }: Asked): Member | undefined {
  const found = findMember(name, record, { schemaOf });
  return 'kind' in found ? found : undefined;
}

/** Names are offered step by step: behind `company/` those of a company. */
function suggestNames(partial: string, from: number, { record, schemaOf }: Asked): Suggestions {
  const parent = partial.slice(0, partial.lastIndexOf('/') + 1);
  // A name that ends in nothing leads nowhere, and what leads nowhere is told with the names that there are.
  const found = findMember(parent, record, { schemaOf });
  const known = 'known' in found ? found.known : [];
  const stamps = parent === '' ? ['lastUpdated', 'dateEntered', 'updatedBy', 'enteredBy'] : [];
  const names = [...new Set([...known.filter((name) => name !== '_info'), ...stamps])];
  const options = names.map((name): Suggestion => {
    const member = findMember(`${parent}${name}`, record, { schemaOf });
    const kind = 'kind' in member ? member.kind : 'anything';
    const isStep = kind === 'reference' || kind === 'list';
    return { label: name, detail: kind, ...(isStep && { insert: `${name}/` }) };
  });
  return { from: from + parent.length, options };
}

const matching: readonly Suggestion[] = [
  { label: 'contains', detail: 'text within' },
  { label: 'like', detail: 'with % for any run' },
];

function operatorsOf(member: Member | undefined, negated: boolean): readonly Suggestion[] {
  const kind = member?.kind ?? 'anything';
  const textual: readonly Suggestion[] =
    kind === 'text' || kind === 'choice' || kind === 'anything' ? matching : [];
  const listed: readonly Suggestion[] = [{ label: 'in', insert: 'in (', detail: 'one of' }, ...textual];
  if (negated) return listed;
  const equal: readonly Suggestion[] = [{ label: '=' }, { label: '!=' }];
  if (kind === 'boolean') return equal;
  return [
    ...equal,
    { label: '<' },
    { label: '<=' },
    { label: '>' },
    { label: '>=' },
    ...listed,
    { label: 'not' },
  ];
}

function valuesOf(member: Member | undefined): readonly Suggestion[] {
  const missing: readonly Suggestion[] = [{ label: 'null' }];
  switch (member?.kind) {
    case 'boolean':
      return [{ label: 'true' }, { label: 'false' }];
    case 'choice':
      return [...member.choices.map((choice) => ({ label: `"${choice}"` })), ...missing];
    case 'date':
      return [{ label: `[${new Date().toISOString().slice(0, 10)}T00:00:00Z]`, detail: 'UTC' }, ...missing];
    case 'text':
      return [{ label: '""', detail: 'text' }, ...missing];
    default:
      return missing;
  }
}
