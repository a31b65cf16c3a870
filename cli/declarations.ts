import type { Input, Operation } from '../lib/catalogue/operation.ts';

/**
 * The file that tells an editor which operations there are and what inputs they take: TypeScript that fills the interface
 * `Operations` of pulls/definition.ts. Operations of the same inputs stand together, which keeps the type checker fast.
 */
export function declarations(operations: readonly Operation[]): string {
  const groups = Map.groupBy(operations, ({ inputs }) => shapeOf(inputs));
  const members = [...groups].map(([shape, members], place) => {
    const ids = members.map(({ operationId }) => `        | ${JSON.stringify(operationId)}\n`);
    const inputs = members[0]?.inputs.some((input) => input.in === 'path') ? 'inputs' : 'inputs?';
    return `    group${place}: {\n      readonly operationId:\n${ids.join('')}      readonly ${inputs}: {\n${shape}      };\n    };\n`;
  });
  return [
    '// Written by `npm run catalogue`.\n',
    "declare module '../pulls/definition.ts' {\n  interface Operations {\n",
    ...members,
    '  }\n}\nexport {};\n',
  ].join('');
}

function shapeOf(inputs: readonly Input[]): string {
  const known = inputs.map((input) => `        ${memberOf(input)};\n`);
  return [...known, '        readonly return?: "binary";\n'].join('');
}

function memberOf(input: Input): string {
  const optional = input.in === 'path' ? '' : '?';
  return `readonly ${JSON.stringify(input.name)}${optional}: ${typeOf(input)}`;
}

/** What preflight lets through (lib/preflight/input-value.ts). A value that the document does not list may be a new one. */
function typeOf({ type, enum: values }: Input): string {
  if (type === 'object') return 'Readonly<Record<string, string | number | boolean>>';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer' || type === 'number') return 'number | string';
  const listed = (values ?? []).map((value) => JSON.stringify(value));
  return listed.length > 0 ? [...listed, '(string & {})'].join(' | ') : 'string | number';
}
