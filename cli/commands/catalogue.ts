import type { Command } from 'commander';
import { type Context, examples } from '../context.ts';
import { CommandFailed } from '../ending.ts';

/** `manage catalogue`: compiles an OpenAPI document, or compares two. */
export function addCatalogue(program: Command, { terminal, catalogueFolder }: Context): void {
  const catalogue = program.command('catalogue').description('the operations that this machine knows');
  catalogue
    .command('build')
    .description('compile the OpenAPI document of your own ConnectWise')
    .argument('[file]', 'the document as JSON; the built-in 2022.1 unless told')
    .addHelpText('after', examples('manage catalogue build All.json', 'manage catalogue build'))
    .action(async (file: string | undefined) => {
      // Both load the TypeScript compiler, which every other command would wait for.
      const { writeCatalogue } = await import('../compiled-catalogue.ts');
      terminal.print(writeCatalogue(catalogueFolder, file));
    });
  catalogue
    .command('diff')
    .description('what changed from one document to another; ends with 4 where stored invocations are hit')
    .argument('<old>', 'a document, or built-in')
    .argument('<new>', 'a document, or built-in')
    .option('--invocations <folder>', 'JSON files that hold invocations: which of them are hit')
    .option('--json', 'for programs')
    .addHelpText('after', examples('manage catalogue diff built-in All.json --invocations invocations/'))
    .action(async (old: string, next: string, { invocations, json = false }: DiffFlags) => {
      const { differenceOf } = await import('../difference.ts');
      const { text, hits } = differenceOf({ old, next, invocations, asJson: json });
      terminal.print(text);
      if (hits > 0) throw new CommandFailed('partly', `${hits} stored invocations are hit.`);
    });
}

interface DiffFlags {
  readonly invocations?: string;
  readonly json?: boolean;
}
