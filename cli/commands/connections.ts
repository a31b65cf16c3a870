import type { Command } from 'commander';
import { type Checked, checkConnection } from '../connection-check.ts';
import { type Found, formOf, readSecretText } from '../connection-form.ts';
import { type Context, catalogueIn, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed } from '../ending.ts';
import { tableLines } from '../text-table.ts';
import { collect } from './invoke.ts';

interface CheckFlags extends PlaceFlags {
  readonly allowHost?: readonly string[];
  readonly json?: boolean;
}

interface PutFlags extends PlaceFlags {
  readonly file?: string;
  readonly json?: boolean;
}

/** `manage connections`: stores a connection's secret, and tries one. */
export function addConnections(program: Command, context: Context): void {
  const connections = program.command('connections').description('store a connection, and try one');
  withPlace(connections.command('check'))
    .description(
      'reach ConnectWise by a connection: its version, rights that are missing, how its clock goes',
    )
    .argument('<name>', 'the connection')
    .option(
      '--allow-host <host>',
      'a ConnectWise server of your own, as in allowedHosts of the deployment',
      collect,
    )
    .addHelpText(
      'after',
      examples('manage connections check acme', 'manage connections check acme --stack ManageConnector'),
    )
    .action((name: string, flags: CheckFlags) => check(name, flags, context));
  withPlace(connections.command('put'))
    .description('store a connection, over what is there; keys are asked for without showing them')
    .argument('<name>', 'the connection')
    .option('--file <file>', 'the secret as JSON: a file, or - for standard input')
    .addHelpText(
      'after',
      examples('manage connections put acme', 'pass show acme.json | manage connections put acme --file -'),
    )
    .action((name: string, flags: PutFlags) => put(name, flags, context));
}

/** @throws CommandFailed where ConnectWise cannot be reached or signed in to, or a right is missing. */
async function check(name: string, flags: CheckFlags, context: Context): Promise<void> {
  const { terminal } = context;
  const place = await placeOf(flags, context);
  const { createCredentials } = await import('../../lib/clients/credentials.ts');
  const { createManage } = await import('../../lib/clients/manage.ts');
  const checked = await checkConnection(name, {
    readSecret: createCredentials(place.connectionPrefix, place.aws),
    manage: createManage({ maxResponseBytes: 1_048_576, now: Date.now }),
    allowedHosts: [...place.allowedHosts, ...(flags.allowHost ?? [])],
    catalogue: catalogueIn(context),
    now: Date.now,
  });
  if (flags.json) terminal.print(JSON.stringify(checked, null, 2));
  else {
    const { green, red } = terminal.colours;
    terminal.print(`${checked.site}, signed in as ${checked.company}`);
    terminal.print(
      `ConnectWise ${checked.version ?? 'does not say its version'}${skewText(checked.clockAheadMs)}`,
    );
    const rows = checked.reads.map(({ operation, status, why }) => [
      why === undefined ? green('✓') : red('✗'),
      operation,
      status,
      why ?? '',
    ]);
    for (const line of tableLines(rows)) terminal.print(line);
    for (const line of writesLines(checked.writes)) terminal.print(line);
  }
  const missing = checked.reads.filter(({ why }) => why !== undefined);
  if (missing.length === 0) return;
  throw new CommandFailed(
    'failed',
    `${missing.length} of ${checked.reads.length} reads were refused. Give the API member's security role what your operations need.`,
  );
}

function writesLines(writes: Checked['writes']): readonly string[] {
  if (!writes) return ['It has no policy: every operation may go out.'];
  const { allowed, all, destructive, idle } = writes;
  return [
    `Its policy lets out ${allowed} of ${all} operations that write, ${destructive} of them destructive.`,
    ...idle,
  ];
}

function skewText(aheadMs: number | undefined): string {
  if (aheadMs === undefined) return '';
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds < 2) return ', its clock goes like the one here';
  return `, its clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the one here`;
}

/** @throws CommandFailed where what was given is no connection: then nothing is stored. */
async function put(name: string, { file, json, ...flags }: PutFlags, context: Context): Promise<void> {
  const { terminal } = context;
  const found: Found = formOf(name, await readSecretText(file, terminal));
  const place = await placeOf(flags, context);
  const { storeSecret } = await import('../clients/secrets.ts');
  const how = await storeSecret(place.aws, `${place.connectionPrefix}${name}`, found.text);
  if (json) return terminal.print(JSON.stringify({ connection: name, how }));
  terminal.note(
    `${terminal.colours.green('✓')} ${how}. The connector reads a changed secret within five minutes. Try it: manage connections check ${name}`,
  );
}
