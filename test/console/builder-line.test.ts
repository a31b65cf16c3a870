import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { producerModule, producerTypes } from '../../cli/producer-types.ts';
import { builderLine } from '../../console/builder-line.ts';
import { draftOf, invocationOf } from '../../console/draft.ts';
import type { Operation } from '../../lib/catalogue/operation.ts';
import { sample } from '../../lib/catalogue/sample.ts';
import type { Invocation } from '../../lib/invocation.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const catalogue = defaultCatalogue();
const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: [],
};

/** What the compiler says of each line, beside the types that `manage types` writes for these operations. */
function complaintsOf(operations: readonly Operation[], lines: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'builder-line-'));
  const file = join(folder, 'lines.ts');
  const types = producerTypes({ ...catalogue, all: () => operations });
  writeFileSync(join(folder, 'manage.d.ts'), types);
  const text = `import { invocation } from './manage.js';\n${lines.join('\n')}\n`;
  writeFileSync(file, text);
  try {
    return ts.getPreEmitDiagnostics(ts.createProgram([file], options)).map(({ start = 0, messageText }) => {
      const line = text.slice(text.lastIndexOf('\n', start) + 1).split('\n')[0];
      return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One operation of each kind: all 2,814 would take the compiler minutes. */
function operationsOfEachKind(): readonly Operation[] {
  const kinds = Map.groupBy(catalogue.all(), ({ method, body, success }) => {
    return [method, body.kind, success.kind].join();
  });
  return [...kinds.values()].flatMap(([operation]) => operation ?? []);
}

/** As the console fills it in. */
function lineOfSample(operation: Operation): string {
  const read = sample(operation, catalogue);
  const made = invocationOf(read, 'acme', draftOf(read));
  if (!('invocation' in made)) throw new Error(made.problem);
  return builderLine(made.invocation);
}

describe('the line of the typed builder', () => {
  test('is TypeScript that the types take, for a sample of every kind of operation', () => {
    const every: Invocation = {
      version: 1,
      id: 'erp-42',
      connection: 'acme',
      operationId: 'getServiceTickets',
      inputs: { conditions: "summary contains 'a\"b'", pageSize: 5, return: 'binary' },
      pages: 'all',
      preflight: 'strict',
      resolve: true,
      returnHttpFailureResponses: true,
    };
    const tickets = catalogue.find('getServiceTickets');
    const operations = [...new Set([...operationsOfEachKind(), ...(tickets ? [tickets] : [])])];
    expect(operations.length).toBeGreaterThan(15);
    const lines = operations.map(lineOfSample);
    expect(complaintsOf(operations, [...lines, builderLine(every)])).toEqual([]);
    const unknown = builderLine({ ...every, inputs: { pagesize: 5 } });
    expect(complaintsOf(operations, [unknown])).not.toEqual([]);
  }, 60_000);

  test('makes the very invocation, whatever its request holds', async () => {
    const { invocation } = await import(`data:text/javascript,${encodeURIComponent(producerModule)}`);
    const run = (line: string): unknown => new Function('invocation', `return ${line}`)(invocation);
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (request, name) => {
        const given: Invocation = {
          version: 1,
          connection: 'acme',
          operationId: name,
          request: JSON.parse(`{ ${JSON.stringify(name)}: ${JSON.stringify(request)}, "__proto__": 1 }`),
        };
        expect(run(builderLine(given))).toEqual(given);
      }),
    );
  });

  test('is one line where it is short, and names stand without quotes', () => {
    const given = { version: 1, connection: 'acme', operationId: 'getServiceTickets' } as const;
    expect(builderLine({ ...given, inputs: { 'a b': 1, id: 2 } })).toBe(
      'invocation("getServiceTickets", { connection: "acme", inputs: { "a b": 1, id: 2 } });',
    );
  });
});
