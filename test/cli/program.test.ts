import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { completionScripts, completionsOf } from '../../cli/completion.ts';
import { createProgram } from '../../cli/program.ts';
import { type Connector, openConnector } from './connector.ts';

let connector: Connector;
beforeAll(async () => {
  connector = await openConnector();
});
afterAll(() => connector.close());
const manage: Connector['manage'] = (...given) => connector.manage(...given);

describe('manage', () => {
  test('finds and shows operations', async () => {
    const { code, out } = await manage(['operations', 'search', 'time', 'entries', '--limit', '1']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^GET \/time\/entries +getTimeEntries +List time entries\n/),
    ]);
    expect((await manage(['operations', 'show', 'GET', '/service/tickets/{id}'])).out).toMatch(
      /^Get a ticket\n/,
    );
    const method = await manage(['operations', 'search', 'ticket', '--method', 'PATCH', '--json']);
    const { operations } = JSON.parse(method.out);
    expect(new Set(operations.map((it: { readonly method: string }) => it.method))).toEqual(
      new Set(['PATCH']),
    );
  });

  test('compares documents', async () => {
    const { code, out } = await manage(['catalogue', 'diff', 'built-in', 'built-in', '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, expect.any(Object)]);
  });

  test('writes types and the module that they are of', async () => {
    const output = join(connector.folder, 'manage.d.ts');
    expect((await manage(['types', '-o', output])).code).toBe(0);
    expect([existsSync(output), existsSync(join(connector.folder, 'manage.js'))]).toEqual([true, true]);
    expect((await manage(['types', '-o', 'x.ts'])).code).toBe(2);
  });

  test.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['invoke'], "missing required argument 'operation'"],
    [['invoke', 'x', '--sta', 'y'], "unknown option '--sta'"],
    [['operations', 'search', 'x', '--limit', '0'], '--limit must be a whole number from 1 to 99999.'],
    [['operations', 'show', 'getServiceTikets'], 'The nearest are getServiceTickets'],
    [['completion', 'csh'], 'There is no completion for csh. There is one for bash, zsh, fish.'],
    [['send', 'x.csv'], 'Give --template'],
  ])('refuses %j with 2 and a sentence', async (words, sentence) => {
    const { code, out, err } = await manage(words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  test('helps with examples, for every command that does something', async () => {
    const without: string[] = [];
    for (const words of commandsOf(program())) {
      const { code, out } = await manage([...words, '--help']);
      expect(code, words.join(' ')).toBe(0);
      if (!out.includes(`\nExamples:\n  `)) without.push(words.join(' '));
    }
    expect(without).toEqual(['dead show']);
  });

  test('takes --json wherever it talks to a connector', () => {
    const talking = leaves(program())
      .filter(({ options }) => options.some(({ long }) => long === '--stack'))
      // What an agent's door prints is JSON and nothing else.
      .filter((command) => command.name() !== 'mcp');
    expect(talking.length).toBeGreaterThan(8);
    for (const command of talking)
      expect(
        command.options.map(({ long }) => long),
        command.name(),
      ).toContain('--json');
  });
});

const program = () =>
  createProgram({
    terminal: {
      print: () => {},
      note: () => {},
      progress: () => {},
      isWatched: false,
      colours: picocolors.createColors(false),
      input: process.stdin,
      ask: async () => '',
      interrupted: new AbortController().signal,
    },
    localFile: '/nowhere',
    catalogueFolder: join(inject('taskRoot'), '.catalogue/'),
  });

const leaves = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

const commandsOf = (command: Command, before: readonly string[] = []): readonly (readonly string[])[] =>
  command.commands
    .filter((it) => !it.name().startsWith('_'))
    .flatMap((it) => {
      const words = [...before, it.name()];
      return it.commands.length === 0 ? [words] : commandsOf(it, words);
    });

describe('completion', () => {
  const complete = (...words: readonly string[]) =>
    completionsOf(program(), words, join(inject('taskRoot'), '.catalogue/'));

  test.each([
    [['op'], ['operations']],
    [
      ['dead', ''],
      ['list', 'show', 'redrive'],
    ],
    [['invoke', 'x', '--pre'], ['--preflight']],
    [
      ['invoke', 'x', '--preflight', ''],
      ['strict', 'warn', 'only'],
    ],
    [
      ['operations', 'search', '--method', 'P'],
      ['POST', 'PUT', 'PATCH'],
    ],
    // What follows is a file, or anything: the shell completes files by itself.
    [['invoke', '--request', ''], []],
    [['invoke', 'getSystemInfo', ''], []],
    [['send', ''], []],
  ])('of %j', (words, expected) => {
    expect(complete(...words)).toEqual(expected);
  });

  test('names operations that begin so, in any case', () => {
    const found = complete('operations', 'show', 'GETSERVICETICKETS');
    expect(found).toContain('getServiceTicketsById');
    expect(found.every((id) => /^getservicetickets/i.test(id))).toBe(true);
  });

  test('shows no hidden command', () => {
    expect(complete('')).not.toContain('__complete');
  });

  test('is asked for by the shell as it is typed', async () => {
    expect((await manage(['__complete', '--', 'invoke', '--preflight', ''])).out).toBe('strict\nwarn\nonly');
  });

  const hasBash = spawnSync('bash', ['--version']).status === 0;
  test.skipIf(!hasBash)('for bash is a script that bash runs', () => {
    const script = `manage() { printf '%s\\n' alpha "$#"; }\n${completionScripts['bash']}\nCOMP_WORDS=(manage invoke get); COMP_CWORD=2; _manage; echo "\${COMPREPLY[@]}"`;
    // Two words of its own, then those behind `manage` up to where the cursor is.
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout).toBe('alpha 4\n');
  });
});

describe('the command as a process', () => {
  const bin = join(import.meta.dirname, '../../cli/manage.mjs');
  const home = mkdtempSync(join(tmpdir(), 'manage-home-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const environment = { ...process.env, MANAGE_LOCAL_STACK: join(home, 'stack.json') };

  test('ends with 3 where no connector runs', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'invoke', 'getSystemInfo'], {
      encoding: 'utf8',
      env: environment,
    });
    expect([status, stdout, stderr]).toEqual([
      3,
      '',
      '✗ No local stack runs here. Start it with npm start, or name a deployed one: --stack NAME.\n',
    ]);
  });

  const older = ['/usr/local/bin/node', '/usr/bin/node'].find((node) => {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    return /^v(?:20|22)\./.test(stdout ?? '');
  });
  test.skipIf(older === undefined)('runs itself anew by Node 24 where an older Node was called', () => {
    const { status, stdout } = spawnSync(
      older ?? '',
      [bin, 'operations', 'search', 'tickets', '--limit', '1'],
      {
        encoding: 'utf8',
        env: environment,
      },
    );
    expect([status, stdout]).toEqual([0, expect.stringContaining('getServiceTickets')]);
  });
});
