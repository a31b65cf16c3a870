import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { claimReader } from '../claims.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed } from '../ending.ts';
import { wholeNumber } from '../numbers.ts';
import type { Place } from '../place.ts';
import { type Shown, walk } from '../smoke/run.ts';
import type { Stage } from '../smoke/stage.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends PlaceFlags {
  readonly connection: string;
  readonly write?: boolean;
  readonly patience: number;
  readonly json?: boolean;
}

/** `manage smoke`: shows of a stack what emulators cannot. */
export function addSmoke(program: Command, context: Context): void {
  withPlace(program.command('smoke'))
    .description('try a deployed stack step by step: what only AWS can show; reads only, unless --write')
    .option('-c, --connection <name>', 'the connection that it reads by', 'acme')
    .option('--write', 'also make a record in ConnectWise, and remove it')
    .option('--patience <seconds>', 'how long a result may take', wholeNumber('--patience', 1, 3_600), 60)
    .addHelpText(
      'after',
      examples(
        'manage smoke --stack ManageConnector',
        'manage smoke --stack Sandbox --connection sandbox --write',
      ),
    )
    .action((flags: Flags) => smoke(flags, context));
}

/** @throws CommandFailed where a step failed. */
async function smoke(flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const stage = await stageOf(await placeOf(flags, context), flags, terminal);
  const said = flags.json
    ? (step: Shown) => terminal.progress(step.title)
    : (step: Shown) => terminal.print(lineOf(step, terminal));
  const shown = await walk(stage, said);
  if (flags.json) terminal.print(JSON.stringify(shown, null, 2));
  const count = (verdict: Shown['verdict']) => shown.filter((step) => step.verdict === verdict).length;
  const summary = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} could not be shown.`;
  if (count('failed') > 0) throw new CommandFailed('failed', summary);
  terminal.note(`${summary} What takes a person stands in docs/deploying.md, "Not yet proved".`);
}

async function stageOf(place: Place, flags: Flags, terminal: Terminal): Promise<Stage> {
  // Loading the SDK takes time, which a wrong command line would feel.
  const { createQueues } = await import('../../lib/clients/queue.ts');
  const { openInbox } = await import('../clients/queue.ts');
  const queueOf = createQueues(place.aws);
  return {
    place,
    connection: flags.connection,
    run: `smoke-${randomUUID().slice(0, 8)}`,
    mayWrite: flags.write ?? false,
    invocations: queueOf(place.invocationQueueUrl),
    deadLetters: queueOf(place.deadLetterQueueUrl),
    openResults: () => openInbox(place.resultQueueUrl, place.aws),
    openDeadLetters: () => openInbox(place.deadLetterQueueUrl, place.aws),
    openInvocations: () => openInbox(place.invocationQueueUrl, place.aws),
    readClaim: claimReader(place.aws),
    patienceMs: flags.patience * 1000,
    now: Date.now,
    interrupted: terminal.interrupted,
  };
}

function lineOf({ title, verdict, detail }: Shown, { colours }: Terminal): string {
  const mark = { passed: colours.green('✓'), failed: colours.red('✗'), skipped: colours.dim('–') }[verdict];
  return `${mark} ${title}  ${colours.dim(detail)}`;
}
