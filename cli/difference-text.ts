import type {
  ComponentChange,
  Difference,
  FromTo,
  InputChange,
  Named,
  OperationChange,
} from '../lib/catalogue/difference.ts';
import type { MemberChange, ValueChange } from '../lib/catalogue/schema-difference.ts';

export interface InvocationReport {
  readonly checked: number;
  /** Files without an invocation, or with one whose operation the older document does not know. */
  readonly skipped: readonly string[];
  readonly hit: readonly {
    readonly file: string;
    readonly operationId: string;
    readonly reasons: readonly string[];
  }[];
}

/** A difference for a person to read: the counts, then what is hit, then module by module, then the schemas. */
export function differenceText(difference: Difference, report?: InvocationReport): string {
  const { from, to, added, removed, renamed, changed, schemas } = difference;
  const counts = `${added.length} operations added, ${removed.length} removed, ${renamed.length} renamed, ${changed.length} changed, ${schemas.length} schemas changed`;
  const modules = [...new Set([...added, ...removed, ...renamed, ...changed].map(({ module }) => module))];
  const sent = schemas.filter(({ sentBy }) => sentBy > 0);
  const answered = schemas.filter(({ sentBy }) => sentBy === 0);
  return [
    `${from} → ${to}: ${counts}.`,
    ...(report ? reportLines(report) : []),
    ...modules.sort().flatMap((module) => moduleLines(module, difference)),
    ...componentLines('Schemas that requests use', sent),
    ...componentLines('Schemas that only answers use', answered),
  ].join('\n');
}

function reportLines({ checked, skipped, hit }: InvocationReport): readonly string[] {
  return [
    `${checked} stored invocations checked, ${hit.length} hit, ${skipped.length} files skipped.`,
    ...hit.flatMap(({ file, operationId, reasons }) => [
      `  ! ${file} (${operationId})`,
      ...reasons.map((reason) => `      ${reason}`),
    ]),
    ...skipped.map(
      (file) => `  skipped: ${file} (no invocation, or of an operation that is not in the older)`,
    ),
  ];
}

function moduleLines(module: string, difference: Difference): readonly string[] {
  const ofModule = <One extends Named>(operations: readonly One[]) =>
    operations.filter((operation) => operation.module === module);
  const [added, removed] = [ofModule(difference.added), ofModule(difference.removed)];
  const [renamed, changed] = [ofModule(difference.renamed), ofModule(difference.changed)];
  const counts = [
    [added.length, 'added'],
    [removed.length, 'removed'],
    [renamed.length, 'renamed'],
    [changed.length, 'changed'],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return [
    '',
    `${module}: ${told.join(', ')}`,
    ...added.map((one) => `  + ${operationText(one)}`),
    ...removed.map((one) => `  - ${operationText(one)}`),
    ...renamed.map((one) => `  = ${operationText(one)}, formerly ${one.formerly}`),
    ...changed.flatMap((one) => [`  ~ ${operationText(one)}`, ...changeLines(one)]),
  ];
}

const operationText = ({ method, path, operationId, description }: Named) =>
  `${method} ${path} (${operationId}: ${description})`;

function changeLines({ moved, inputs, body, success, members }: OperationChange): readonly string[] {
  const fromTo = (what: string, change: FromTo | undefined) =>
    change ? [`${what}: ${change.from} → ${change.to}`] : [];
  return [
    ...fromTo('path', moved),
    ...inputs.map((input) => `input ${input.name}: ${inputText(input)}`),
    ...fromTo('request', body),
    ...members.map((member) => `request ${member.name}: ${memberText(member)}`),
    ...fromTo('answer', success),
  ].map((line) => `      ${line}`);
}

function inputText(input: InputChange): string {
  switch (input.change) {
    case 'added':
    case 'removed':
      return `${input.change} (${input.type}, in the ${input.in})`;
    case 'values':
      return valuesText(input);
    default:
      return `${input.from} → ${input.to}`;
  }
}

function memberText(member: MemberChange): string {
  switch (member.change) {
    case 'added':
      return `added (${member.type}${member.required ? ', required' : ''})`;
    case 'removed':
      return `removed (${member.type})`;
    case 'retyped':
      return `${member.from} → ${member.to}`;
    case 'required':
      return member.to ? 'now required' : 'no longer required';
    case 'values':
      return valuesText(member);
    case 'length':
      return `length ${member.from ?? 'unlimited'} → ${member.to ?? 'unlimited'}`;
  }
}

const valuesText = ({ added, removed }: ValueChange) =>
  [
    ...(added.length > 0 ? [`takes ${added.join(', ')} too`] : []),
    ...(removed.length > 0 ? [`no longer takes ${removed.join(', ')}`] : []),
  ].join('; ');

function componentLines(title: string, components: readonly ComponentChange[]): readonly string[] {
  if (components.length === 0) return [];
  return [
    '',
    `${title}: ${components.length} changed`,
    ...components.flatMap(({ name, sentBy, answeredBy, members }) => [
      `  ${name} (sent by ${sentBy} operations, answered by ${answeredBy})`,
      ...members.map((member) => `      ${member.name}: ${memberText(member)}`),
    ]),
  ];
}
