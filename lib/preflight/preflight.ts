import type { Operation, Schema } from '../catalogue/operation.ts';
import type { Invocation } from '../invocation.ts';
import { checkBody, membersOf } from './body.ts';
import { type Finding, gather } from './finding.ts';
import { givenInputs } from './input-value.ts';
import { checkInputs } from './inputs.ts';
import { checkQuery } from './query.ts';
import type { Walk } from './walk.ts';

/**
 * Says what is wrong with a call, and what may be, before it is sent: all of it at once, with where and how to mend it.
 * Errors are what ConnectWise surely refuses; what the document may have wrong is a warning. Nothing is changed.
 * @param schemaOf gives a component by its name; asked only for what the call's body and its query need.
 * @param record the schema of one record of what is asked; of a count, of the list that it counts.
 */
export function preflight(
  operation: Operation,
  { inputs, request }: Pick<Invocation, 'inputs' | 'request'>,
  schemaOf: Walk['schemaOf'],
  record: Schema = recordOf(operation),
): readonly Finding[] {
  return gather((report) => {
    const given = givenInputs(inputs);
    checkInputs(operation, given, () => membersOf(operation, { schemaOf }), report);
    const inputNames = operation.inputs.map(({ name }) => name);
    checkBody(operation, request, { schemaOf, report, inputNames });
    checkQuery(operation, given, request, record, { schemaOf, report });
  });
}

/** The schema of one record of what an operation answers; {} where nothing is known of it. */
export const recordOf = ({ success: { kind, schema = {} } }: Operation): Schema => {
  if (kind === 'list') return schema.items ?? {};
  return kind === 'record' ? schema : {};
};
