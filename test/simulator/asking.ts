import type { Schema } from '../../lib/catalogue/operation.ts';
import type { JsonRecord } from '../../simulator/json.ts';
import { checkCondition } from '../../simulator/query/condition-check.ts';
import { parseCondition } from '../../simulator/query/conditions.ts';
import { customFieldEvaluation, evaluation, valueAt } from '../../simulator/query/evaluation.ts';
import type { Scope } from '../../simulator/query/members.ts';
import { type QueryRules, queryDefaults } from '../../simulator/query/rules.ts';
import { handMadeCatalogue } from './hand-made-catalogue.ts';

const text: Schema = { type: 'string' };
const whole: Schema = { type: 'integer' };
const named: Schema = { type: 'object', properties: { id: whole, name: text } };

/** What the records of these tests may have. */
export const schema: Schema = {
  type: 'object',
  properties: {
    id: whole,
    parentTicketId: whole,
    missing: whole,
    summary: text,
    closedFlag: { type: 'boolean' },
    budgetHours: { type: 'number' },
    company: named,
    requiredDate: { type: 'string', format: 'date-time' },
    types: { type: 'array', items: named },
    communicationItems: {
      type: 'array',
      items: { type: 'object', properties: { value: text, type: named } },
    },
    _info: { type: 'object', additionalProperties: text },
  },
};

/** Whether a record fulfils a condition, its names checked against the schema first. */
export function fulfils(
  condition: string,
  record: JsonRecord,
  scope: Scope = 'record',
  rules: Partial<QueryRules> = {},
): boolean {
  const all = { ...queryDefaults, ...rules };
  const entry = scope === 'customField' ? { $ref: 'CustomFieldValue' } : schema;
  const vocabulary = { scope, schema: entry, catalogue: handMadeCatalogue, rules: all };
  const checked = checkCondition(parseCondition(condition, all), vocabulary);
  const holds = scope === 'customField' ? customFieldEvaluation(checked) : evaluation(checked);
  return holds((path) => valueAt(record, path));
}
