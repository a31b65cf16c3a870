import type { Command } from 'commander';
import { type Context, examples, type PlaceFlags, placeOf } from '../context.ts';

interface Flags extends PlaceFlags {
  readonly connection?: string;
}

/** `manage mcp`: lets an agent on this machine use the connector, by standard input and output. */
export function addMcp(program: Command, context: Context): void {
  program
    .command('mcp')
    .description('let an agent use the connector (Model Context Protocol, by standard input and output)')
    .option('--stack <name>', 'a deployed stack; the local one unless told (or MANAGE_STACK)')
    .option('--token <jwt>', 'for an API that is authorised by tokens (or MANAGE_TOKEN)')
    .option('-c, --connection <name>', 'the only connection that the agent may name')
    .addHelpText(
      'after',
      examples('manage mcp --connection acme', 'manage mcp --stack ManageConnector --connection acme'),
    )
    .action(async (flags: Flags) => {
      const place = await placeOf(flags, context);
      // The protocol's library takes a while to load, which no other command shall feel.
      const { bridge } = await import('../bridge.ts');
      context.terminal.note(`An agent can use ${place.name} now. Ends with its input.`);
      await bridge(place.api, flags.connection, context.terminal.interrupted);
    });
}
