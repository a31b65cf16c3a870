import type { Command } from 'commander';
import type { Step } from '../../lib/callback/reconciliation.ts';
import type { Declared } from '../../lib/callback/registry.ts';
import { readCallbacks, readPulls } from '../../pulls/reading.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { type Plan, planFor, take } from '../reconciling.ts';
import type { Terminal } from '../terminal.ts';
import { tableLines } from '../text-table.ts';

interface Flags extends PlaceFlags {
  readonly connection?: string;
  readonly file: string;
  readonly pulls: string;
  readonly url?: string;
  readonly remove?: boolean;
  readonly renewToken?: boolean;
  readonly json?: boolean;
}

/** `manage callbacks`: makes ConnectWise call back for what a file declares. */
export function addCallbacks(program: Command, context: Context): void {
  const callbacks = program.command('callbacks').description('what ConnectWise tells of by itself');
  const add = (name: string, description: string) =>
    withPlace(callbacks.command(name))
      .description(description)
      .option('-c, --connection <name>', 'only the callbacks of this connection')
      .option('--file <file>', 'what declares them', 'callbacks.config.ts')
      .option('--pulls <file>', 'what declares the pulls that they start', 'pulls.config.ts')
      .option('--url <url>', 'where ConnectWise reaches the API, where that is not the address of the stack');
  add('plan', 'show what apply would do, and do nothing')
    .addHelpText('after', examples('manage callbacks plan', 'manage callbacks plan -c acme --json'))
    .action((flags: Flags) => plan(flags, context));
  add('apply', 'register what is declared, and repair what is registered')
    .option('--remove', 'also remove registrations of ours that are not declared, or are there twice')
    .option('--renew-token', 'give their addresses another token: what is sent to the old ones is refused')
    .addHelpText('after', examples('manage callbacks apply', 'manage callbacks apply -c acme --remove'))
    .action((flags: Flags) => apply(flags, context));
}

async function plan(flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const plans = await plansFor(flags, context);
  if (flags.json) terminal.print(JSON.stringify(plans.map(printable), null, 2));
  else for (const it of plans) for (const line of linesOf(it, terminal)) terminal.print(line);
}

async function apply(flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const { api } = await placeOf(flags, context);
  const done = [];
  for (const before of await plansFor(flags, context)) {
    const applied = await take(before, api, {
      removes: flags.remove ?? false,
      renewsToken: flags.renewToken ?? false,
    });
    done.push(applied);
    if (flags.json) continue;
    for (const line of linesOf(applied.plan, terminal)) terminal.print(line);
    for (const sentence of applied.failures) terminal.note(`${terminal.colours.red('✗')} ${sentence}`);
  }
  if (flags.json)
    terminal.print(
      JSON.stringify(
        done.map((it) => ({ ...printable(it.plan), failures: it.failures, left: it.left })),
        null,
        2,
      ),
    );
  const left = done.reduce((sum, it) => sum + it.left, 0);
  if (left > 0)
    terminal.note(
      `${left} of ours are left that are not declared or there twice. Give --remove to remove them.`,
    );
  if (done.some(({ failures }) => failures.length > 0))
    throw new CommandFailed('partly', 'Not everything could be done. What was done stays: run it again.');
}

async function plansFor(flags: Flags, context: Context): Promise<readonly Plan[]> {
  const { api, callbackUrl, name } = await placeOf(flags, context);
  const baseUrl = flags.url ?? callbackUrl;
  if (baseUrl === undefined)
    throw new CommandFailed(
      'unreachable',
      `${name} takes no callbacks. Deploy it with the setting connector.callbacks: true.`,
    );
  const declared = await declaredIn(flags);
  const connections = flags.connection === undefined ? [...declared.keys()] : [flags.connection];
  if (connections.length === 0)
    throw usageError(
      `${flags.file} declares no callbacks. Name a connection to see what is registered: -c acme.`,
    );
  const plans: Plan[] = [];
  for (const connection of connections) {
    const own = declared.get(connection) ?? {};
    plans.push(await planFor({ connection, declared: own, baseUrl: baseUrl.replace(/\/$/, '') }, api));
  }
  return plans;
}

async function declaredIn({
  file,
  pulls,
}: Flags): Promise<ReadonlyMap<string, Readonly<Record<string, Declared>>>> {
  try {
    return await readCallbacks(file, await readPulls(pulls));
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

/** The token stays in the address that is sent to ConnectWise: what is printed may be kept in a log. */
const printable = ({ connection, steps }: Plan): object => ({ connection, steps: steps.map(withoutToken) });

function withoutToken(step: Step): object {
  if ('wanted' in step) {
    const { url: _, ...wanted } = step.wanted;
    return { ...step, wanted, ...('taken' in step && { taken: step.taken?.id }) };
  }
  if (step.kind !== 'remove') return step;
  const { url: _, ...registration } = step.registration;
  return { ...step, registration };
}

function linesOf({ connection, steps }: Plan, { colours }: Terminal): readonly string[] {
  if (steps.length === 0)
    return [`${colours.bold(connection)}  nothing is declared, and nothing of ours is registered.`];
  return [colours.bold(connection), ...tableLines(steps.map(rowOf))];
}

function rowOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'keep':
      return ['', 'keep', step.name, `${step.id}`, ''];
    case 'create': {
      const { name, type, level, objectId } = step.wanted;
      const taken = step.taken
        ? `; ${step.taken.id} of somebody else is about the same, and ConnectWise may refuse another`
        : '';
      return ['', 'create', name, '', `${type} ${level} ${objectId}${taken}`];
    }
    case 'repair':
      return ['', 'repair', step.wanted.name, `${step.id}`, step.wrong.join(', ')];
    case 'remove': {
      const { id, type, level, objectId } = step.registration;
      return ['', 'remove', step.why, `${id}`, `${type} ${level} ${objectId}`];
    }
  }
}
