import { type Command, Option } from 'commander';
import type { Method } from '../../lib/catalogue/operation.ts';
import { type Context, catalogueIn, examples } from '../context.ts';
import { usageError } from '../ending.ts';
import { search, show } from '../finding.ts';
import { wholeNumber } from '../numbers.ts';

interface SearchFlags {
  readonly limit: number;
  readonly module?: string;
  readonly method?: Method;
  readonly json?: boolean;
}

/** `manage operations`: finds operations and shows what one needs, from the catalogue on this machine. */
export function addOperations(program: Command, context: Context): void {
  const operations = program.command('operations').description('find operations, and see what one needs');
  operations
    .command('search')
    .description('find operations by words')
    .argument('<words...>', 'what it does, such as: time entries')
    .option('--limit <n>', 'how many at the most', wholeNumber('--limit', 1, 99_999), 10)
    .option('--module <name>', 'the first segment of the path, such as service')
    .addOption(new Option('--method <method>').choices(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples(
        'manage operations search time entries',
        'manage operations search close ticket --method PATCH',
      ),
    )
    .action((words: readonly string[], { limit, module, method, json = false }: SearchFlags) => {
      const wanted = { search: words.join(' '), module, method, limit, asJson: json };
      context.terminal.print(search(catalogueIn(context), wanted));
    });
  operations
    .command('show')
    .description('what an operation needs, an example, and what comes back')
    .argument('<id...>', 'its GUID, its operationId, or its method and path')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      examples(
        'manage operations show getServiceTicketsById',
        'manage operations show GET /service/tickets/{id}',
      ),
    )
    .action((id: readonly string[], { json = false }: { readonly json?: boolean }) => {
      context.terminal.print(shown(context, id.join(' '), json));
    });
}

function shown(context: Context, id: string, asJson: boolean): string {
  try {
    return show(catalogueIn(context), id, asJson);
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}
