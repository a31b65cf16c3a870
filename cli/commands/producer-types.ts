import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Context, catalogueIn, examples } from '../context.ts';
import { usageError } from '../ending.ts';
import { producerModule, producerTypes } from '../producer-types.ts';

/** `manage types`: TypeScript for who makes invocations. */
export function addTypes(program: Command, context: Context): void {
  program
    .command('types')
    .description('TypeScript in which invocation(id, …) knows inputs and request of every operation')
    .option(
      '-o, --output <file>',
      'a .d.ts, with the .js that it is of beside it; standard output unless told',
    )
    .addHelpText('after', examples('manage types -o src/manage-operations.d.ts'))
    .action(({ output }: { readonly output?: string }) => writeTypes(output, context));
}

function writeTypes(output: string | undefined, context: Context): void {
  const text = producerTypes(catalogueIn(context));
  if (output === undefined) {
    context.terminal.print(text);
    return;
  }
  if (!output.endsWith('.d.ts'))
    throw usageError(`-o ${output} must end in .d.ts: the module that it is of is written beside it.`);
  writeFileSync(output, text);
  const module = output.replace(/\.d\.ts$/, '.js');
  writeFileSync(module, producerModule);
  context.terminal.note(`${output} (${Math.round(text.length / 1024)} KB) and ${module} are written.`);
}
