import type { Schema } from '../../lib/catalogue/operation.ts';
import type { Call } from './full-call.ts';
import { valueMutants } from './member-mutants.ts';
import { isRecord, type Mutant, misspelt } from './mutant.ts';
import { changedAt } from './site.ts';

/** A patch made an object, and each of its changes with a wrong op, a path in another case or misspelt, a wrong value. */
export function patchMutants(call: Call, members: Readonly<Record<string, Schema>>): readonly Mutant[] {
  const changes: readonly unknown[] = Array.isArray(call.request) ? call.request : [];
  const asObject: Mutant = {
    kind: 'patch made an object',
    call: { ...call, request: changes[0] },
    paths: ['request'],
  };
  return [asObject, ...changes.flatMap((change, place) => changeMutants(call, change, place, members))];
}

function changeMutants(
  call: Call,
  change: unknown,
  place: number,
  members: Readonly<Record<string, Schema>>,
): readonly Mutant[] {
  const path = isRecord(change) && typeof change['path'] === 'string' ? change['path'] : undefined;
  const schema = path === undefined ? undefined : members[path];
  const set = (name: string, value: unknown): Pick<Mutant, 'call' | 'paths'> => ({
    call: { ...call, request: changedAt(call.request, [place, name], () => value) },
    paths: [`request[${place}].${name}`],
  });
  const opMutant: Mutant = { kind: 'patch op unknown', ...set('op', 'update') };
  if (path === undefined || schema === undefined) return [opMutant];
  return [
    opMutant,
    { kind: 'patch path in another case', ...set('path', inAnotherCase(path)) },
    { kind: 'patch path misspelt', ...set('path', misspelt(path, Object.keys(members))) },
    ...valueMutants(call, [place, 'value'], schema),
  ];
}

function inAnotherCase(name: string): string {
  const first = name.charAt(0);
  const turned = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase();
  return turned === first ? name.toUpperCase() : `${turned}${name.slice(1)}`;
}
