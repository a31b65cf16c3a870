import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { producerModule, producerTypes } from '../../cli/producer-types.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { preflight } from '../../lib/preflight/preflight.ts';
import { defaultCatalogue } from '../catalogue/default-catalogue.ts';

const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: [],
};

let catalogue: Catalogue;
let types: string;
let complaints: ReadonlyMap<string, readonly string[]>;

/** Compiles the calls, each a file of its own, in one program: the types are parsed and checked once. */
function compile(calls: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'producer-'));
  writeFileSync(join(folder, 'manage.d.ts'), types);
  const files = [...calls].map(([name, call]) => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(file, `import { invocation } from './manage.js';\n${call}`);
    return file;
  });
  try {
    const said = ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map(complaint);
    const grouped = Map.groupBy(said, ({ file }) => basename(file));
    return new Map([...grouped].map(([file, those]) => [file, those.map(({ text }) => text)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the compiler says, behind the word that it says it of. */
function complaint({ file, start = 0, messageText }: ts.Diagnostic) {
  const place = file?.text.slice(start).split(/[\s:,})\]]/)[0] ?? '';
  return {
    file: file?.fileName ?? '',
    text: `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  };
}

const right: Readonly<Record<string, string>> = {
  'a list': `invocation('getServiceTickets', { connection: 'acme', inputs: { conditions: 'id > 1', pageSize: 5 }, pages: 'all' });`,
  'no inputs': `invocation('getSystemInfo', { connection: 'acme' });`,
  'a create': `invocation('postServiceTickets', { connection: 'acme', id: 'x', request: { summary: 'Printer', company: { id: 1 } } });`,
  'a reference by name': `invocation('postServiceTickets', { connection: 'acme', resolve: true, request: { summary: 'x', company: 'Acme' } });`,
  'a number as text': `invocation('getServiceTicketsById', { connection: 'acme', inputs: { id: '42' } });`,
  'a patch': `invocation('patchServiceTicketsById', { connection: 'acme', inputs: { id: 1 }, request: [{ op: 'replace', path: '/summary', value: 'y' }, { op: 'remove', path: 'owner' }] });`,
  'a patch of what is called a reference': `invocation('patchCompanyManagedDevicesIntegrationsByParentIdCrossReferencesById', { connection: 'acme', inputs: { parentId: 1, id: 1 }, request: [{ op: 'replace', path: 'vendorType', value: 'y' }] });`,
  'an action': `const { operationId, version } = invocation('getServiceTickets', { connection: 'acme' }); operationId satisfies 'getServiceTickets'; version satisfies 1;`,
};

/** What is wrong, and where the compiler has to say so: the text that its complaint begins at. */
const wrong: Readonly<Record<string, readonly [call: string, place: string, says: string]>> = {
  'an unknown operation': [
    `invocation('postServiceTicket', { connection: 'acme' });`,
    "'postServiceTicket'",
    'keyof Operations',
  ],
  'a misspelt member': [
    `invocation('postServiceTickets', { connection: 'acme', request: { sumary: 'x' } });`,
    'sumary',
    "Did you mean to write 'summary'",
  ],
  'a member of another type': [
    `invocation('postServiceTickets', { connection: 'acme', request: { summary: 5 } });`,
    'summary',
    "not assignable to type 'string'",
  ],
  'an id that is none': [
    `invocation('getServiceTicketsById', { connection: 'acme', inputs: { id: 'abc' } });`,
    'id',
    'not assignable',
  ],
  'a missing input': [
    `invocation('getServiceTicketsById', { connection: 'acme', inputs: {} });`,
    'inputs',
    "'id' is missing",
  ],
  'missing inputs': [
    `invocation('getServiceTicketsById', { connection: 'acme' });`,
    '{',
    "'inputs' is missing",
  ],
  'a misspelt input': [
    `invocation('getServiceTickets', { connection: 'acme', inputs: { pagesize: 5 } });`,
    'pagesize',
    "Did you mean to write 'pageSize'",
  ],
  'a patch of no member': [
    `invocation('patchServiceTicketsById', { connection: 'acme', inputs: { id: 1 }, request: [{ op: 'replace', path: 'sumary', value: 'y' }] });`,
    'path',
    'sumary',
  ],
  'a request where none belongs': [
    `invocation('getServiceTickets', { connection: 'acme', request: { summary: 'x' } });`,
    'request',
    'not assignable',
  ],
  'no connection': [`invocation('getSystemInfo', {});`, '{', "'connection' is missing"],
};

const fileOf = (name: string) => name.replaceAll(' ', '-');

beforeAll(() => {
  catalogue = defaultCatalogue();
  types = producerTypes(catalogue);
  const calls = [
    ...Object.entries(right),
    ...Object.entries(wrong).map(([name, [call]]) => [name, call] as const),
  ];
  complaints = compile(new Map(calls.map(([name, call]) => [fileOf(name), call])));
});

describe('types for producers', () => {
  test('are TypeScript without a fault, for every operation', () => {
    expect(complaints.get('manage.d.ts')).toBeUndefined();
    const missing = catalogue
      .all()
      .filter(({ operationId }) => !new RegExp(`^  "?${operationId}"?: {`, 'm').test(types));
    expect(missing).toEqual([]);
  });

  test.each(Object.keys(right))('let %s through', (name) => {
    expect(complaints.get(`${fileOf(name)}.ts`)).toBeUndefined();
  });

  test.each(Object.entries(wrong))('stop %s where it is', (name, [, place, says]) => {
    const [first = '', ...others] = complaints.get(`${fileOf(name)}.ts`) ?? [];
    expect(others).toEqual([]);
    expect(first.slice(0, place.length + 1)).toBe(`${place}:`);
    expect(first).toContain(says);
  });
});

test('the module beside them makes what the connector takes', async () => {
  const url = `data:text/javascript,${encodeURIComponent(producerModule)}`;
  const { invocation } = await import(url);
  const made = invocation('getServiceTicketsById', { connection: 'acme', inputs: { id: 1 } });
  expect(made).toEqual({
    version: 1,
    connection: 'acme',
    operationId: 'getServiceTicketsById',
    inputs: { id: 1 },
  });
  const operation = catalogue.find(made.operationId);
  expect(operation && preflight(operation, made, catalogue.schema)).toEqual([]);
});
