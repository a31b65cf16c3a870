import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const rooms = ['infra', 'functions', 'lib', 'pulls', 'simulator', 'local', 'console', 'cli', 'bench'];

interface Import {
  readonly from: string;
  /** A file of ours relative to the root, or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
  /** It is imported while the program runs. */
  readonly isLate: boolean;
}

function sourceFiles(): string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(room, name)),
  );
}

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, isLate = false) => {
    const to = specifier.startsWith('.')
      ? relative(root, join(root, dirname(file), specifier))
      : packageOf(specifier);
    imports.push({ from: file, to, typeOnly, isLate });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, isTypeOnly(node.importClause));
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) add(specifier.text, false, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((it) => it.isTypeOnly)
  );
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const imports = sourceFiles().flatMap(importsOf);

/** `from` may not import `to`, but for what `except` says. */
const walls: readonly { from: RegExp; to: RegExp; except?: (it: Import) => boolean; why: string }[] = [
  {
    from: /^lib\//,
    to: /^(?:infra|functions|pulls|local|simulator|console|cli|bench)\//,
    why: 'the line knows nothing of its users',
  },
  { from: /^lib\/(?!clients\/)/, to: /^lib\/clients\//, why: 'senders and stores are handed in' },
  {
    from: /^lib\/clients\//,
    to: /^lib\/engine\.ts$/,
    why: 'clients know the words of the line, not its engine',
  },
  {
    from: /^lib\/catalogue\//,
    to: /^lib\/(?!catalogue\/)/,
    why: 'the simulator may use the catalogue alone',
  },
  {
    from: /^simulator\//,
    to: /^lib\/(?!catalogue\/)/,
    why: 'the simulator is made without the connector, to keep both honest',
  },
  {
    from: /^simulator\//,
    to: /^(?:infra|functions|pulls|local|cli|bench)\//,
    why: 'the simulator serves anyone',
  },
  {
    from: /^functions\//,
    to: /^(?:infra|pulls|local|simulator|cli|bench)\//,
    why: 'what is deployed stands alone',
  },
  {
    from: /^infra\//,
    to: /^(?:lib|functions)\//,
    except: (it) => it.typeOnly || it.to === 'lib/explanation.ts',
    why: 'the stack takes only types, and the words in which a wrong name is told',
  },
  {
    from: /^infra\/(?!app\.ts$)/,
    to: /^pulls\//,
    except: (it) => it.typeOnly,
    why: 'schedules are read by the app, and handed to the stack as data',
  },
  {
    from: /^pulls\//,
    to: /^(?:infra|functions|local|simulator|cli|bench|lib\/clients)\//,
    why: 'what is declared is checked before anything is there to run it',
  },
  { from: /^infra\//, to: /^(?:local|simulator|cli|bench)\//, why: 'the stack knows nothing of one machine' },
  {
    from: /^console\//,
    to: /^(?:infra|functions|pulls|local|simulator|cli|bench)\/|^node:|^@aws-sdk\//,
    why: 'it runs in a browser',
  },
  {
    from: /^console\//,
    to: /^lib\/(?!(?:catalogue|conditions|preflight)\/|invocation\.ts$)/,
    why: 'it finds, reads and checks; the rest of the line is behind the API',
  },
  {
    from: /^(?!console\/|local\/)/,
    to: /^console\//,
    why: 'only the server of the page knows the page',
  },
  { from: /^local\//, to: /^(?:cli|bench)\//, why: 'the machine does not need the command line' },
  {
    from: /^cli\//,
    to: /^local\//,
    except: (it) => it.to === 'local/whereabouts.ts' || it.from.startsWith('cli/chaos/'),
    why: 'the command line talks to a stack, and all that it knows of a local one is where it is',
  },
];

/** One package, one room. */
const homes: Readonly<Record<string, RegExp>> = {
  'aws-cdk-lib': /^infra\//,
  constructs: /^infra\//,
  'cdk-nag': /^infra\//,
  middy: /^functions\//,
  ky: /^lib\/clients\/manage\.ts$/,
  undici: /^lib\/clients\/page-line\.ts$/,
  '@aws-sdk/client-sqs': /^lib\/clients\/queue\.ts$/,
  '@aws-sdk/client-dynamodb': /^lib\/clients\/table\.ts$/,
  '@aws-sdk/client-secrets-manager': /^lib\/clients\/credentials\.ts$/,
  '@aws-sdk/client-s3': /^lib\/clients\/(?:bucket|objects)\.ts$/,
  '@aws-sdk/s3-request-presigner': /^lib\/clients\/objects\.ts$/,
  typescript: /^lib\/catalogue\/published-types\.ts$/,
  dynalite: /^local\//,
  preact: /^console\//,
  uplot: /^console\/queue\/chart\.ts$/,
  '@codemirror/view': /^console\/editing\//,
  'playwright-core': /^(?:local\/screenshots|bench\/console)\.ts$/,
  croner: /^local\/timetable\.ts$/,
  commander: /^cli\//,
  picocolors: /^cli\/terminal\.ts$/,
  'csv-parse': /^cli\/sending\/rows\.ts$/,
  '@smithy/signature-v4': /^cli\/signing\.ts$/,
  '@modelcontextprotocol/sdk': /^functions\/mcp\/server\.ts$|^cli\/bridge\.ts$/,
};

/** One machine plays AWS's other side there: it makes the queues' messages and secrets that a user would make. */
const isLocal = (it: Import) => it.from.startsWith('local/') && it.to.startsWith('@aws-sdk/');
/** The command line takes results, looks at dead letters and stores secrets, none of which a function does. */
const isUser = (it: Import) => it.from.startsWith('cli/clients/') && it.to.startsWith('@aws-sdk/');

/** What the connector is measured beside makes the same calls without it. */
const isPeer = (it: Import) => /^bench\/(?:outside\/peers|call\/client)\.ts$/.test(it.from);

describe('rooms', () => {
  test.each(walls)('$from does not import $to: $why', ({ from, to, except }) => {
    const trespassers = imports.filter((it) => from.test(it.from) && to.test(it.to) && !except?.(it));
    expect(trespassers).toEqual([]);
  });

  test.each(Object.entries(homes))('%s lives in one room', (name, home) => {
    const strangers = imports.filter(
      (it) => it.to === name && !home.test(it.from) && !isLocal(it) && !isUser(it) && !isPeer(it),
    );
    expect(strangers).toEqual([]);
  });

  test('only functions/settings.ts reads the environment of a deployed function', () => {
    const readers = sourceFiles().filter(
      (file) =>
        /^(?:lib|functions)\//.test(file) && /process\.env/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(readers).toEqual(['functions/settings.ts']);
  });

  test("an agent's door is loaded when it is called, since its library would slow every cold start", () => {
    const early = imports.filter(
      (it) => /^functions\/(?!mcp\/)/.test(it.from) && it.to.startsWith('functions/mcp/') && !it.isLate,
    );
    const bridge = imports.filter((it) => it.to === 'cli/bridge.ts' && !it.isLate);
    expect([...early, ...bridge]).toEqual([]);
  });

  test('no file is longer than 300 lines', () => {
    const long = sourceFiles().filter(
      (file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });

  test('no drawer and no barrel', () => {
    const drawers = sourceFiles().filter((file) =>
      /(?:^|\/)(?:utils?|helpers?|common|types|shared|index)(?:\.tsx?|\/)/.test(file),
    );
    expect(drawers).toEqual([]);
  });

  test('the walls are checked against real imports', () => {
    expect(imports.filter((it) => it.to === 'ky')).not.toEqual([]);
    expect(imports.filter((it) => it.to.startsWith('lib/'))).not.toEqual([]);
  });
});
