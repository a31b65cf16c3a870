import type { Operation } from '../lib/catalogue/operation.ts';
import { areNeeded, inputMembers } from './input-types.ts';

/**
 * The file that tells an editor which operations there are and what inputs they take: TypeScript that fills the interface
 * `Operations` of pulls/definition.ts. Operations of the same inputs stand together, which keeps the type checker fast.
 */
export function declarations(operations: readonly Operation[]): string {
  const groups = Map.groupBy(operations, ({ inputs }) => inputMembers(inputs, { described: false }));
  const members = [...groups].map(([inputs, members], place) => {
    const ids = members.map(({ operationId }) => `  | ${JSON.stringify(operationId)}\n`);
    const needed = areNeeded(members[0]?.inputs ?? []) ? '' : '?';
    return `group${place}: {\nreadonly operationId:\n${ids.join('')}readonly inputs${needed}: {\n${inputs}};\n};\n`;
  });
  return [
    '// Written by `npm run catalogue`.\n',
    "declare module '../pulls/definition.ts' {\ninterface Operations {\n",
    ...members,
    '}\n}\nexport {};\n',
  ].join('');
}
