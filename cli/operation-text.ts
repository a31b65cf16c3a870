import type { Operation } from '../lib/catalogue/operation.ts';
import type { ExplainedInput, Sample, WholeSchema } from '../lib/catalogue/sample.ts';
import { treeOf } from '../lib/catalogue/schema-tree.ts';
import type { FoundOperations } from '../lib/catalogue/search.ts';
import { tableLines } from './text-table.ts';

/** What a search found, an operation a line. */
export function foundText({ total, operations }: FoundOperations): string {
  const rows = operations.map((operation) => [
    routeOf(operation),
    operation.operationId,
    operation.description,
  ]);
  const left = total - operations.length;
  return [
    ...tableLines(rows),
    ...(total === 0 ? ['Nothing is found. Try other words, or fewer.'] : []),
    ...(left > 0 ? [`${left} more: --limit ${total} shows all.`] : []),
  ].join('\n');
}

/** A sample for a person to read: what it does, what it needs, an example that can be sent, what comes back. */
export function sampleText(sample: Sample): string {
  const { description, id, operationId, summary, warnings = [] } = sample;
  return [
    description,
    ...tableLines([
      ['', routeOf(sample)],
      ['', `${operationId}, ${id}`],
      ...(summary === undefined ? [] : [['', `ConnectWise calls it: ${summary}`]]),
    ]),
    ...warnings.map((warning) => `! ${warning}`),
    ...section('Inputs', inputLines(sample.inputs)),
    ...(sample.requestSchema ? section('Request', requestLines(sample.requestSchema)) : []),
    ...section('Example', exampleLines(sample)),
    ...section('What comes back', responseLines(sample)),
  ].join('\n');
}

const routeOf = ({ method, path }: Pick<Operation, 'method' | 'path'>) => `${method} ${path}`;

const section = (title: string, lines: readonly string[]) => ['', title, ...lines.map((line) => `  ${line}`)];

function inputLines(inputs: readonly ExplainedInput[]): readonly string[] {
  if (inputs.length === 0) return ['none'];
  const rows = inputs.map(({ name, type, required, description, enum: values }) => [
    name,
    type,
    required ? 'yes' : 'no',
    values ? `${description}. One of ${values.join(', ')}` : description,
  ]);
  return tableLines([['name', 'type', 'needed', 'meaning'], ...rows]);
}

function requestLines(schema: WholeSchema): readonly string[] {
  const { name, members, more } = treeOf(schema);
  const rows = members.map(({ name: member, type, required, description }) => [
    member,
    required ? 'yes' : 'no',
    description === '' ? type : `${type}: ${description}`,
  ]);
  return [
    `${schema.schema.items ? 'a list of' : 'one'} ${name}`,
    ...tableLines([['name', 'needed', 'type'], ...rows]),
    ...moreLines(more),
  ];
}

const moreLines = (more: number) => (more > 0 ? [`… and ${more} more: --json has them all`] : []);

/** An invocation of a connection called `acme`: any other name may stand there. */
function exampleLines({ example }: Sample): readonly string[] {
  return JSON.stringify({ version: 1, connection: 'acme', ...example }, null, 2).split('\n');
}

const kinds = {
  list: 'a list of',
  record: 'one',
  count: 'how many there are:',
  scalar: 'one value:',
  multi: 'how each part went:',
} as const;

function responseLines({ success, responseSchema }: Sample): readonly string[] {
  const { status, kind, contentType } = success;
  if (kind === 'empty') return [`${status}, nothing`];
  if (kind === 'binary')
    return [
      `${status}, a file${contentType === undefined ? '' : ` (${contentType})`}; "return": "binary" asks for its bytes`,
    ];
  if (!responseSchema) return [`${status}, which the document does not describe`];
  const { name, members, more } = treeOf(responseSchema);
  const rows = members.map(({ name: member, type }) => [member, type]);
  return [
    `${status}, ${kinds[kind]} ${name}`,
    ...[...tableLines(rows), ...moreLines(more)].map((line) => `  ${line}`),
  ];
}
