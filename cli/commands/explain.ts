import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import * as z from 'zod/mini';
import { resultSchema } from '../../lib/result.ts';
import { ofConnection, problemIn, type Reply } from '../api.ts';
import type { Received } from '../clients/queue.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed } from '../ending.ts';
import { peek } from '../peeking.ts';
import type { Place } from '../place.ts';
import { findingLines, resultLine } from '../result-text.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends PlaceFlags {
  readonly connection: string;
  readonly json?: boolean;
}

/** Everything that is known of one invocation. */
interface Known {
  readonly id: string;
  readonly connection: string;
  /** What the journal says; undefined where it knows nothing. */
  readonly journal: z.infer<typeof standingSchema> | undefined;
  /** Dead letters that carry it, with why they are some. */
  readonly deadLetters: readonly { readonly messageId: string; readonly why: string }[];
  /** What the functions printed of it; on one machine only. */
  readonly log: readonly string[];
}

/** `manage explain`: where an invocation stands, its result, its dead letters and its lines in the log. */
export function addExplain(program: Command, context: Context): void {
  withPlace(program.command('explain'))
    .description('everything that is known of one invocation')
    .argument('<id>', "the invocation's id")
    .option('-c, --connection <name>', 'the connection that it was sent by', 'acme')
    .addHelpText('after', examples('manage explain erp-42 --connection acme'))
    .action((id: string, flags: Flags) => explainInvocation(id, flags, context));
}

/** @throws CommandFailed where nothing is known of it. */
async function explainInvocation(id: string, flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  const place = await placeOf(flags, context);
  const path = ofConnection(flags.connection, `/invocations/${encodeURIComponent(id)}`);
  const reply = await place.api.call('GET', path);
  const known: Known = {
    id,
    connection: flags.connection,
    journal: standingIn(reply),
    deadLetters: await deadLettersOf(id, place),
    log: logLines(id, place.logFile),
  };
  if (flags.json) terminal.print(JSON.stringify(known, null, 2));
  else for (const line of linesOf(known, terminal)) terminal.print(line);
  if (known.journal || known.deadLetters.length > 0 || known.log.length > 0) return;
  throw new CommandFailed('failed', problemIn(reply).detail);
}

const standingSchema = z.looseObject({
  status: z.string(),
  since: z.optional(z.string()),
  sentAt: z.optional(z.string()),
  doneAt: z.optional(z.string()),
  result: z.optional(resultSchema),
});

/** @throws CommandFailed where the API says something else than that it knows it, or does not. */
function standingIn(reply: Reply): Known['journal'] {
  const standing = standingSchema.safeParse(reply.body);
  if (reply.status === 200 && standing.success) return standing.data;
  const { reason, detail } = problemIn(reply);
  if (reason === 'unknown_invocation') return undefined;
  throw new CommandFailed('failed', `${reason}: ${detail}`);
}

async function deadLettersOf(id: string, { deadLetterQueueUrl, aws }: Place): Promise<Known['deadLetters']> {
  const { openInbox } = await import('../clients/queue.ts');
  const inbox = openInbox(deadLetterQueueUrl, aws);
  try {
    const letters = await peek(inbox);
    return letters
      .filter((letter) => idOf(letter) === id)
      .map(({ messageId, attributes }) => {
        return { messageId, why: attributes['why'] ?? 'no reason is given' };
      });
  } finally {
    inbox.close();
  }
}

const carrierSchema = z.looseObject({ id: z.optional(z.string()) });

/** The id that a message carries; its own where it carries none. */
export function idOf({ body, messageId }: Pick<Received, 'body' | 'messageId'>): string {
  try {
    const carrier = carrierSchema.safeParse(JSON.parse(body));
    return carrier.success ? (carrier.data.id ?? messageId) : messageId;
  } catch {
    return messageId;
  }
}

const mostLines = 50;

/** The last lines that name it: the functions print one for each attempt, with its verdict. */
function logLines(id: string, file: string | undefined): readonly string[] {
  if (file === undefined) return [];
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.filter((line) => line.includes(JSON.stringify(id))).slice(-mostLines);
  } catch {
    return [];
  }
}

function linesOf(
  { id, connection, journal, deadLetters, log }: Known,
  { colours }: Terminal,
): readonly string[] {
  const { status = 'unknown to the journal', since, sentAt, doneAt, result } = journal ?? {};
  const times = [
    ...(since === undefined ? [] : [`queued ${since}`]),
    ...(sentAt === undefined ? [] : [`sent ${sentAt}`]),
    ...(doneAt === undefined ? [] : [`done ${doneAt}`]),
  ];
  return [
    `${colours.bold(id)}  ${connection}  ${status}${times.length > 0 ? `  ${times.join(', ')}` : ''}`,
    ...(result ? [resultLine(result, colours), ...findingLines(result.warnings)] : []),
    ...(result?.settled ? [`  settled by ${result.settled.operationId}: seen ${result.settled.seenAt}`] : []),
    ...(result?.failure ? [`  sent again ${result.failure.retried} times`] : []),
    ...(result?.failure?.doubt?.lookUp ? [`  look: ${JSON.stringify(result.failure.doubt.lookUp)}`] : []),
    ...deadLetters.map(({ messageId, why }) => `${colours.red('dead letter')} ${messageId}: ${why}`),
    ...(log.length > 0 ? ['', 'The log', ...log.map((line) => `  ${line}`)] : []),
  ];
}
