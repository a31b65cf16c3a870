import type { Catalogue } from './catalogue.ts';
import type { Body, Input, Method, Operation, Success } from './operation.ts';
import { closure } from './sample.ts';
import {
  compareMembers,
  compareValues,
  type MemberChange,
  typeName,
  type ValueChange,
} from './schema-difference.ts';

/** What changed from one document to another, as plain data: `--json` prints it as it is. */
export interface Difference {
  /** The documents' versions, such as `2022.1`. */
  readonly from: string;
  readonly to: string;
  readonly added: readonly Named[];
  readonly removed: readonly Named[];
  /** The same method and path with another operationId. */
  readonly renamed: readonly (Named & { readonly formerly: string })[];
  /** What is in both and is not the same. */
  readonly changed: readonly OperationChange[];
  /** Component schemas that are in both and are not the same, each told once. */
  readonly schemas: readonly ComponentChange[];
}

/** An operation in a few words; of one that is in both, as the newer document has it. */
export type Named = Pick<Operation, 'operationId' | 'method' | 'path' | 'module' | 'description'>;

export interface OperationChange extends Named {
  readonly inputs: readonly InputChange[];
  /** Members of a body that is written out in place; a component's are told with the component. */
  readonly members: readonly MemberChange[];
  /** Where the same operationId has moved to another path. */
  readonly moved?: FromTo;
  /** What it takes, such as `json Ticket`. */
  readonly body?: FromTo;
  /** What it answers, such as `200 list`. */
  readonly success?: FromTo;
}

export interface FromTo {
  readonly from: string;
  readonly to: string;
}

export type InputChange =
  | {
      readonly name: string;
      readonly change: 'added' | 'removed';
      readonly type: string;
      readonly in: string;
    }
  | ({ readonly name: string; readonly change: 'retyped' | 'placed' } & FromTo)
  | ({ readonly name: string; readonly change: 'values' } & ValueChange);

export interface ComponentChange {
  readonly name: string;
  /** How many operations of the newer document send it, and how many answer it, however deep it lies. */
  readonly sentBy: number;
  readonly answeredBy: number;
  readonly members: readonly MemberChange[];
}

/** The two forms of one operation. */
interface Pair {
  readonly old: Operation;
  readonly next: Operation;
}

/** Compares two catalogues, mended as they are: what the connector makes of both documents. */
export function compareCatalogues(old: Catalogue, next: Catalogue): Difference {
  const twins = twinsOf(old, next);
  const pairs = [...twins].map(([was, is]) => ({ old: was, next: is }));
  const kept = new Set(twins.values());
  return {
    from: old.version,
    to: next.version,
    added: next
      .all()
      .filter((operation) => !kept.has(operation))
      .map(named),
    removed: old
      .all()
      .filter((operation) => !twins.has(operation))
      .map(named),
    renamed: pairs
      .filter((pair) => pair.old.operationId !== pair.next.operationId)
      .map((pair) => ({ ...named(pair.next), formerly: pair.old.operationId })),
    changed: pairs.flatMap(compareOperation),
    schemas: compareComponents(old, next),
  };
}

const named = ({ operationId, method, path, module, description }: Operation): Named => ({
  operationId,
  method,
  path,
  module,
  description,
});

/**
 * Which operation of the newer catalogue each older one has become: that of the same method and path; else that whose
 * path differs only in case, a trailing slash or the names of its parameters; else that of the same operationId.
 */
export function twinsOf(old: Catalogue, next: Catalogue): ReadonlyMap<Operation, Operation> {
  const twins = new Map<Operation, Operation>();
  const taken = new Set<Operation>();
  for (const key of [route, shape, operationId]) {
    const free = next.all().filter((operation) => !taken.has(operation));
    const byKey = new Map(free.map((operation) => [key(operation), operation]));
    for (const operation of old.all()) {
      const twin = twins.has(operation) ? undefined : byKey.get(key(operation));
      if (!twin || taken.has(twin)) continue;
      twins.set(operation, twin);
      taken.add(twin);
    }
  }
  return twins;
}

const route = ({ method, path }: { method: Method; path: string }) => `${method} ${path}`;
const shape = (operation: Operation) =>
  route(operation)
    .toLowerCase()
    .replaceAll(/\{\w+\}/g, '{}')
    .replace(/\/$/, '');
const operationId = (operation: Operation) => operation.operationId;

function compareOperation({ old, next }: Pair): readonly OperationChange[] {
  const inputs = compareInputs(old.inputs, next.inputs);
  const members = compareMembers(schemaOf(old.body), schemaOf(next.body));
  const moved = shape(old) === shape(next) ? undefined : changeOf(old.path, next.path);
  const body = changeOf(bodyName(old.body), bodyName(next.body));
  const success = changeOf(successName(old.success), successName(next.success));
  if (inputs.length + members.length === 0 && !moved && !body && !success) return [];
  return [
    {
      ...named(next),
      inputs,
      members,
      ...(moved && { moved }),
      ...(body && { body }),
      ...(success && { success }),
    },
  ];
}

const changeOf = (from: string, to: string): FromTo | undefined => (from === to ? undefined : { from, to });
const schemaOf = (body: Body) => ('schema' in body ? body.schema : {});
const bodyName = (body: Body) =>
  'schema' in body ? `${body.kind} ${typeName(body.schema)}${body.required ? '' : ' (optional)'}` : body.kind;
const successName = ({ status, kind, schema }: Success) =>
  [status, kind, ...(schema ? [typeName(schema)] : [])].join(' ');

function compareInputs(old: readonly Input[], next: readonly Input[]): readonly InputChange[] {
  const before = new Map(old.map((input) => [input.name, input]));
  const after = new Map(next.map((input) => [input.name, input]));
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name): readonly InputChange[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (!was) return is ? [{ name, change: 'added' as const, type: is.type, in: is.in }] : [];
    if (!is) return [{ name, change: 'removed' as const, type: was.type, in: was.in }];
    const values = compareValues(was.enum, is.enum);
    return [
      ...(was.type === is.type ? [] : [{ name, change: 'retyped' as const, from: was.type, to: is.type }]),
      ...(was.in === is.in ? [] : [{ name, change: 'placed' as const, from: was.in, to: is.in }]),
      ...(values ? [{ name, change: 'values' as const, ...values }] : []),
    ];
  });
}

function compareComponents(old: Catalogue, next: Catalogue): readonly ComponentChange[] {
  const sent = countUses(next, sentSchemas);
  const answered = countUses(next, ({ success }) => (success.schema ? [success.schema] : []));
  const names = [...new Set([...sent.keys(), ...answered.keys()])].sort();
  return names.flatMap((name) => {
    const [was, is] = [old.schema(name), next.schema(name)];
    const members = was && is ? compareMembers(was, is) : [];
    const uses = { sentBy: sent.get(name) ?? 0, answeredBy: answered.get(name) ?? 0 };
    return members.length > 0 ? [{ name, ...uses, members }] : [];
  });
}

/** A patch names members of the record that it answers, so it sends that record's schema too. */
const sentSchemas = ({ method, body, success }: Operation) => [
  ...('schema' in body ? [body.schema] : []),
  ...(method === 'PATCH' && success.schema ? [success.schema] : []),
];

/** How many operations lead to each component, by the schemas that `schemasOf` takes of them. */
function countUses(
  catalogue: Catalogue,
  schemasOf: (operation: Operation) => ReturnType<typeof sentSchemas>,
): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const operation of catalogue.all()) {
    const names = schemasOf(operation).flatMap((schema) => Object.keys(closure(schema, catalogue)));
    for (const name of new Set(names)) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}
