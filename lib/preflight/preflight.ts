import type { Operation } from '../catalogue/operation.ts';
import type { Invocation } from '../invocation.ts';
import { checkBody, membersOf } from './body.ts';
import { type Finding, gather } from './finding.ts';
import { givenInputs } from './input-value.ts';
import { checkInputs } from './inputs.ts';
import type { Walk } from './walk.ts';

/**
 * Says what is wrong with a call, and what may be, before it is sent: all of it at once, with where and how to mend it.
 * Errors are what ConnectWise surely refuses; what the document may have wrong is a warning. Nothing is changed.
 * @param schemaOf gives a component by its name; asked only for what the call's body needs, so never for a GET.
 */
export function preflight(
  operation: Operation,
  { inputs, request }: Pick<Invocation, 'inputs' | 'request'>,
  schemaOf: Walk['schemaOf'],
): readonly Finding[] {
  return gather((report) => {
    checkInputs(operation, givenInputs(inputs), () => membersOf(operation, { schemaOf }), report);
    const inputNames = operation.inputs.map(({ name }) => name);
    checkBody(operation, request, { schemaOf, report, inputNames });
  });
}
