import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import type { Schema } from '../../lib/catalogue/operation.ts';
import { checkConditions, type Scope } from '../../lib/conditions/checking.ts';
import { type Finding, gather } from '../../lib/preflight/finding.ts';
import { Refusal } from '../../simulator/failures.ts';
import { checkCondition } from '../../simulator/query/condition-check.ts';
import { parseCondition } from '../../simulator/query/conditions.ts';
import { queryDefaults } from '../../simulator/query/rules.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';
import { conditionTexts, mistaken, namesIn } from './generated.ts';

let catalogue: Catalogue;
beforeAll(() => {
  catalogue = defaultCatalogue();
});

const simulatorScopes = {
  conditions: 'record',
  childConditions: 'child',
  customFieldConditions: 'customField',
} as const;

/** The body of the simulator's refusal; undefined where it takes the text. */
function refusalOf(text: string, scope: Scope, record: Schema): string | undefined {
  const schema = scope === 'customFieldConditions' ? { $ref: 'CustomFieldValue' } : record;
  const vocabulary = { scope: simulatorScopes[scope], schema, catalogue, rules: queryDefaults };
  try {
    checkCondition(parseCondition(text), vocabulary);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return String(error.answer.body);
    throw error;
  }
}

const findingsOf = (text: string, scope: Scope, record: Schema): readonly Finding[] =>
  gather((report) =>
    checkConditions(
      { text, scope, path: 'inputs.conditions', record },
      { schemaOf: catalogue.schema, report },
    ),
  );

const entities = [
  'Ticket',
  'Company',
  'Contact',
  'TimeEntry',
  'CompanySite',
  'ServiceNote',
  'Agreement',
  'Invoice',
];
const scopes: readonly Scope[] = ['conditions', 'childConditions', 'customFieldConditions'];

/** Runs one claim over generated texts, right and wrong ones, of an entity and a filter. */
function everyText(entity: string, scope: Scope, claim: (text: string, record: Schema) => void): void {
  const record = { $ref: entity };
  const names = namesIn(scope === 'customFieldConditions' ? { $ref: 'CustomFieldValue' } : record, catalogue);
  const texts = conditionTexts(names);
  fc.assert(
    fc.property(fc.oneof(texts, mistaken(texts)), (text) => claim(text, record)),
    { numRuns: 200 },
  );
}

describe.each(entities)('of %s', (entity) => {
  test.each(scopes)('what the checker calls an error in %s, the simulator refuses', (scope) => {
    everyText(entity, scope, (text, record) => {
      const errors = findingsOf(text, scope, record).filter(({ severity }) => severity === 'error');
      if (errors.length > 0) expect(refusalOf(text, scope, record), errors[0]?.message).toBeDefined();
    });
  });

  test.each(scopes)('what the simulator refuses in %s, the checker finds', (scope) => {
    everyText(entity, scope, (text, record) => {
      if (text.trim() === '') return;
      const refusal = refusalOf(text, scope, record);
      if (refusal?.includes('ApiFindCondition'))
        expect(findingsOf(text, scope, record), refusal).not.toEqual([]);
    });
  });
});

test('texts of both kinds are generated: taken, refused, with findings and without', () => {
  const texts = fc.sample(conditionTexts(namesIn({ $ref: 'Ticket' }, catalogue)), { numRuns: 500, seed: 7 });
  const kinds = texts.map((text) => {
    const findings = findingsOf(text, 'conditions', { $ref: 'Ticket' });
    const isRefused = refusalOf(text, 'conditions', { $ref: 'Ticket' }) !== undefined;
    return `${isRefused ? 'refused' : 'taken'}, ${findings[0]?.severity ?? 'no'} finding`;
  });
  const counts = Map.groupBy(kinds, (kind) => kind);
  for (const kind of [
    'taken, no finding',
    'taken, warning finding',
    'refused, error finding',
    'refused, warning finding',
  ])
    expect(counts.get(kind)?.length ?? 0, kind).toBeGreaterThan(4);
});
