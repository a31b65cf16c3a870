import type { Command } from 'commander';
import { completionScripts, completionsOf } from '../completion.ts';
import { type Context, examples } from '../context.ts';
import { usageError } from '../ending.ts';

/** `manage completion`: what a shell completes with. The shells ask `manage __complete` at each Tab. */
export function addCompletion(program: Command, context: Context): void {
  program
    .command('completion')
    .description('a script for your shell that completes commands, options and operations')
    .argument('<shell>', Object.keys(completionScripts).join(', '))
    .addHelpText(
      'after',
      examples(
        'source <(manage completion bash)',
        'manage completion zsh > ~/.zfunc/_manage',
        'manage completion fish > ~/.config/fish/completions/manage.fish',
      ),
    )
    .action((shell: string) => {
      const script = completionScripts[shell];
      if (script === undefined)
        throw usageError(
          `There is no completion for ${shell}. There is one for ${Object.keys(completionScripts).join(', ')}.`,
        );
      context.terminal.print(script);
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .passThroughOptions()
    .allowUnknownOption()
    .helpOption(false)
    .action((words: readonly string[]) => {
      for (const word of completionsOf(program, words, context.catalogueFolder)) context.terminal.print(word);
    });
}
