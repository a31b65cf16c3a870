import type { Input, Operation } from '../../lib/catalogue/operation.ts';
import type { Call } from './full-call.ts';
import { isRecord, type Mutant, misspelt, without } from './mutant.ts';

/** Every input removed (where it is needed), renamed, given another type, and moved into the request. */
export function inputMutants(
  operation: Operation,
  call: Call,
  bodyMembers: readonly string[],
): readonly Mutant[] {
  const names = operation.inputs.map(({ name }) => name);
  return operation.inputs.flatMap((input) => {
    const { name, in: place } = input;
    const at = `inputs.${name}`;
    const others = without(call.inputs, name);
    const wrongName = misspelt(name, names);
    const made: Mutant[] = [
      {
        kind: 'input renamed',
        call: { ...call, inputs: { ...others, [wrongName]: call.inputs[name] } },
        paths: [`inputs.${wrongName}`],
      },
      {
        kind: 'input retyped',
        call: { ...call, inputs: { ...others, [name]: wrongValue(input) } },
        paths: [at],
      },
    ];
    if (place === 'path')
      made.push({ kind: 'input removed', call: { ...call, inputs: others }, paths: [at] });
    return [...made, ...moved(operation, input, { ...call, inputs: others }, call.inputs[name], bodyMembers)];
  });
}

function wrongValue({ type }: Input): unknown {
  if (type === 'string') return { not: 'text' };
  return type === 'boolean' ? 'perhaps' : 'many';
}

/** A query input whose name the request has too, or in a list of changes, could be meant: nobody can know. */
function moved(
  { body }: Operation,
  { name, in: place }: Input,
  call: Call,
  value: unknown,
  bodyMembers: readonly string[],
): readonly Mutant[] {
  const { request = {} } = call;
  const isKnowable = isRecord(request) && !bodyMembers.includes(name);
  if (place === 'query' && !isKnowable) return [];
  const mutated = isRecord(request) ? { ...request, [name]: value } : request;
  const at = body.kind === 'none' ? 'request' : `request.${name}`;
  const paths = place === 'path' ? [`inputs.${name}`] : [at];
  return [{ kind: 'input moved', call: { ...call, request: mutated }, paths }];
}
