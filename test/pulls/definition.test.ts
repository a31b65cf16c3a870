import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { declarations } from '../../cli/declarations.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'pulls.written.config.ts');
const declared = join(root, '.catalogue/operations.d.ts');
const catalogue = defaultCatalogue();
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);

/** An editor that has these types, and one file, whose text changes: both are in memory only. */
function openEditor(types: string) {
  const texts = new Map([[declared, types]]);
  let version = 0;
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file, declared],
    getScriptVersion: (name) => (name === file ? String(version) : '0'),
    getScriptSnapshot: (name) => {
      const content = texts.get(name) ?? ts.sys.readFile(name);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => texts.has(name) || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
  });
  return (text: string) => {
    texts.set(file, text);
    version += 1;
    return service;
  };
}

const withTypes = openEditor(declarations(catalogue.all()));
const withoutTypes = openEditor('export {};');

const source = (pull: string) =>
  `import { definePulls } from './pulls/definition.ts';
export default definePulls({ tickets: { schedule: 'rate(1 hour)', connection: 'acme', ${pull} } });`;

const complaints = (pull: string, editor: typeof withTypes) =>
  editor(source(pull))
    .getSemanticDiagnostics(file)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));

/** What the editor offers at the mark `|`. */
const offers = (pull: string) => {
  const text = source(pull);
  const completions = withTypes(text.replace('|', '')).getCompletionsAtPosition(file, text.indexOf('|'), {});
  return completions?.entries.map(({ name }) => name) ?? [];
};

const right = [
  `operationId: 'getServiceTickets'`,
  `operationId: 'getServiceTickets', inputs: { conditions: 'closedFlag = false', pageSize: 100 }, pages: 'all'`,
  `operationId: 'getServiceTicketsById', inputs: { id: 1 }`,
  `operationId: 'GET /service/tickets', inputs: { anything: true }`,
  `operationId: '${catalogue.find('getServiceTickets')?.id}'`,
];

describe('with the types of a compiled catalogue', () => {
  test.each(right)('%s is taken', (pull) => {
    expect(complaints(pull, withTypes)).toEqual([]);
  });

  test.each([
    [`operationId: 'getServiceTickts'`, '"getServiceTickts"'],
    [`operationId: 'getServiceTickets', inputs: { condition: 'x' }`, "'condition' does not exist"],
    [`operationId: 'getServiceTicketsById'`, "Property 'inputs' is missing"],
    [`operationId: 'getServiceTicketsById', inputs: {}`, 'id'],
    [`operationId: 'getServiceTickets', page: 1`, "'page' does not exist"],
    [`operationId: 'getServiceTickets', id: 'x'`, "'id' does not exist"],
  ])('%s is underlined', (pull, message) => {
    expect(complaints(pull, withTypes).join('\n')).toContain(message);
  });

  test('operations are offered', () => {
    const found = offers(`operationId: '|'`);
    expect(found).toEqual(expect.arrayContaining(['getServiceTickets', 'getCompanyCompanies']));
    expect(found.length).toBeGreaterThanOrEqual(catalogue.size);
  });

  test('the inputs of the operation are offered, and no others', () => {
    const found = offers(`operationId: 'getServiceTicketsById', inputs: { | }`);
    expect(found).toEqual(expect.arrayContaining(['id', 'fields', 'return']));
    expect(found).not.toContain('parentId');
  });
});

describe('before a catalogue is compiled', () => {
  test.each([...right, `operationId: 'anything', inputs: { whatever: 1 }`])('%s is taken', (pull) => {
    expect(complaints(pull, withoutTypes)).toEqual([]);
  });

  test('what no invocation has is underlined nevertheless', () => {
    expect(complaints(`operationId: 'anything', page: 1`, withoutTypes).join()).toContain("'page'");
  });
});
