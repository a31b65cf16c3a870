import { Command, CommanderError } from 'commander';
import { addCallbacks } from './commands/callbacks.ts';
import { addCatalogue } from './commands/catalogue.ts';
import { addCheckpoints } from './commands/checkpoints.ts';
import { addCompletion } from './commands/completion.ts';
import { addConnections } from './commands/connections.ts';
import { addDead } from './commands/dead.ts';
import { addExplain } from './commands/explain.ts';
import { addInvoke } from './commands/invoke.ts';
import { addMcp } from './commands/mcp.ts';
import { addOperations } from './commands/operations.ts';
import { addTypes } from './commands/producer-types.ts';
import { addPull } from './commands/pull.ts';
import { addResults } from './commands/results.ts';
import { addSend } from './commands/send.ts';
import type { Context } from './context.ts';
import { CommandFailed, exitCodes } from './ending.ts';

const about = `Runs operations of ConnectWise Manage, through the connector.

It talks to the local stack while npm start runs, and to a deployed one with --stack NAME, with your AWS credentials.`;

const endings = `
Ends with 0 when all is well, 1 when what was asked for failed, 2 when the command or its file is wrong, 3 when no
connector is found, 4 when some of many failed, 5 when it took too long, 130 after Ctrl+C.
`;

/** The whole command line. Exits are thrown, so that a test can run it too. */
export function createProgram(context: Context): Command {
  const { terminal } = context;
  const program = new Command('manage')
    .description(about)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .showSuggestionAfterError()
    .addHelpText('after', endings);
  for (const add of [
    addOperations,
    addInvoke,
    addSend,
    addResults,
    addPull,
    addCheckpoints,
    addExplain,
    addDead,
    addConnections,
    addCallbacks,
    addCatalogue,
    addTypes,
    addMcp,
    addCompletion,
  ])
    add(program, context);
  return program;
}

/** Runs one command line. @returns its exit code; never throws. */
export async function run(words: readonly string[], context: Context): Promise<number> {
  try {
    await createProgram(context).parseAsync(words, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { ending, message } = failureOf(error);
    if (message !== '') context.terminal.note(`${context.terminal.colours.red('✗')} ${message}`);
    return exitCodes[ending];
  }
}

function failureOf(error: unknown): Pick<CommandFailed, 'ending' | 'message'> {
  if (error instanceof CommandFailed) return error;
  if (!(error instanceof Error)) return { ending: 'failed', message: String(error) };
  // The SDK's errors say what AWS refused; some have a name and no sentence.
  const message = error.message === '' ? error.name : error.message;
  const isAway = /ECONNREFUSED|ENOTFOUND|CredentialsProviderError|ETIMEDOUT/.test(
    `${error.name} ${message} ${codeOf(error)}`,
  );
  return { ending: isAway ? 'unreachable' : 'failed', message };
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');
