import type { Command } from 'commander';
import * as z from 'zod/mini';
import { type Asking, ofConnection, problemIn } from '../api.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed } from '../ending.ts';
import type { Terminal } from '../terminal.ts';
import { tableLines } from '../text-table.ts';

interface Flags extends PlaceFlags {
  readonly connection: string;
  readonly json?: boolean;
}

/** `manage checkpoints`: how far incremental pulls have come, and putting them back. */
export function addCheckpoints(program: Command, context: Context): void {
  const checkpoints = program.command('checkpoints').description('how far incremental pulls have come');
  const add = (name: string, description: string) =>
    withPlace(checkpoints.command(name))
      .description(description)
      .argument('<name>', 'the checkpoint, as the pull names it')
      .option('-c, --connection <name>', 'the connection that it belongs to', 'acme');
  add('show', 'show how far the pulls by it have come')
    .addHelpText(
      'after',
      examples('manage checkpoints show tickets', 'manage checkpoints show tickets --json'),
    )
    .action((name: string, flags: Flags) => show(name, flags, 'GET', {}, context));
  add('rewind', 'put it back: what was changed since then comes again with the next pull')
    .requiredOption('--to <time>', 'to when, such as 2026-01-31T15:00:00Z')
    .addHelpText('after', examples('manage checkpoints rewind tickets --to 2026-01-31T15:00:00Z'))
    .action((name: string, { to, ...flags }: Flags & { readonly to: string }) =>
      show(name, flags, 'PUT', { body: JSON.stringify({ watermark: to }) }, context),
    );
  add('reset', 'forget it: the next pull takes everything')
    .addHelpText('after', examples('manage checkpoints reset tickets'))
    .action((name: string, flags: Flags) => reset(name, flags, context));
}

const checkpointSchema = z.looseObject({
  name: z.string(),
  connection: z.string(),
  operationId: z.optional(z.string()),
  by: z.string(),
  watermark: z.optional(z.string()),
  pulls: z.number(),
  movedAt: z.optional(z.string()),
  run: z.optional(z.looseObject({ pull: z.string(), until: z.string() })),
});

type Checkpoint = z.infer<typeof checkpointSchema>;

/** @throws CommandFailed where the API refuses, with its sentence. */
async function show(
  name: string,
  flags: Flags,
  method: 'GET' | 'PUT',
  asking: Asking,
  context: Context,
): Promise<void> {
  const { terminal } = context;
  const reply = await ask(name, flags, method, asking, context);
  const found = checkpointSchema.safeParse(reply.body);
  if (reply.status !== 200 || !found.success) throw refusal(reply);
  if (flags.json) terminal.print(JSON.stringify(reply.body, null, 2));
  else for (const line of linesOf(found.data, terminal)) terminal.print(line);
}

async function reset(name: string, flags: Flags, context: Context): Promise<void> {
  const reply = await ask(name, flags, 'DELETE', {}, context);
  if (reply.status !== 204) throw refusal(reply);
  if (flags.json) context.terminal.print(JSON.stringify({ name, connection: flags.connection, reset: true }));
  else context.terminal.note('It is reset: the next pull takes everything.');
}

const refusal = (reply: Parameters<typeof problemIn>[0]) => {
  const { reason, detail } = problemIn(reply);
  return new CommandFailed('failed', `${reason}: ${detail}`);
};

async function ask(
  name: string,
  { connection, ...flags }: Flags,
  method: 'GET' | 'PUT' | 'DELETE',
  asking: Asking,
  context: Context,
) {
  const { api } = await placeOf(flags, context);
  return api.call(method, ofConnection(connection, `/checkpoints/${encodeURIComponent(name)}`), asking);
}

function linesOf(
  { name, connection, operationId = '', by, watermark, pulls, movedAt, run }: Checkpoint,
  { colours }: Terminal,
): readonly string[] {
  const at = watermark ?? 'records are compared by their content, so there is no time';
  return [
    `${colours.bold(name)}  ${connection}  ${operationId}`,
    ...tableLines([
      ['', 'at', at],
      ['', 'by', by],
      ['', 'moved', `by ${pulls} pulls${movedAt === undefined ? '' : `, the last time ${movedAt}`}`],
      ...(run ? [['', 'in use', `by ${run.pull} until ${run.until}`]] : []),
    ]),
  ];
}
