import type { Command } from 'commander';
import { timeText } from '../../lib/time-text.ts';
import type { Inbox, Received } from '../clients/queue.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { peek } from '../peeking.ts';
import type { Place } from '../place.ts';
import { tableLines } from '../text-table.ts';
import { idOf } from './explain.ts';

interface Flags extends PlaceFlags {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `manage dead`: the invocations that could not be worked on. */
export function addDead(program: Command, context: Context): void {
  const dead = program.command('dead').description('invocations that could not be worked on, and why');
  withPlace(dead.command('list'))
    .description('list them')
    .addHelpText('after', examples('manage dead list', 'manage dead list --json'))
    .action((flags: Flags) => withDead(flags, context, (inbox) => list(inbox, flags, context)));
  withPlace(dead.command('show'))
    .description('show one: its message, and why it is there')
    .argument('<id>', "its message id or its invocation's id")
    .action((id: string, flags: Flags) =>
      withDead(flags, context, (inbox) => show(id, inbox, flags, context)),
    );
  withPlace(dead.command('redrive'))
    .description('put them back on the invocation queue: no write is executed twice')
    .argument('[ids...]', 'which')
    .option('--all', 'all of them, by SQS itself')
    .addHelpText('after', examples('manage dead redrive erp-42', 'manage dead redrive --all'))
    .action((ids: readonly string[], flags: Flags) =>
      withDead(flags, context, (inbox, place) => redrive(ids, inbox, place, flags, context)),
    );
}

async function withDead(
  flags: Flags,
  context: Context,
  act: (inbox: Inbox, place: Place) => Promise<void>,
): Promise<void> {
  const place = await placeOf(flags, context);
  const { openInbox } = await import('../clients/queue.ts');
  const inbox = openInbox(place.deadLetterQueueUrl, place.aws);
  try {
    await act(inbox, place);
  } finally {
    inbox.close();
  }
}

const lettersOf = async (inbox: Inbox) =>
  (await peek(inbox)).map((letter) => ({ letter, id: idOf(letter), why: letter.attributes['why'] ?? '' }));

async function list(inbox: Inbox, { json }: Flags, { terminal }: Context): Promise<void> {
  const letters = await lettersOf(inbox);
  if (json) {
    const entries = letters.map(({ letter, id, why }) => ({
      messageId: letter.messageId,
      id,
      why,
      sentAt: timeOf(letter),
    }));
    return terminal.print(JSON.stringify(entries, null, 2));
  }
  if (letters.length === 0) return terminal.note('There are no dead letters.');
  const rows = letters.map(({ letter, id, why }) => [timeOf(letter), letter.messageId, id, why]);
  for (const line of tableLines(rows)) terminal.print(line);
}

const timeOf = ({ sentAtMs }: Received) => timeText(sentAtMs);

async function show(wanted: string, inbox: Inbox, { json }: Flags, { terminal }: Context): Promise<void> {
  const found = (await lettersOf(inbox)).filter(({ letter, id }) => [letter.messageId, id].includes(wanted));
  if (found.length === 0) throw notThere([wanted]);
  for (const { letter, why } of found) {
    if (!json) terminal.note(`${letter.messageId}  ${timeOf(letter)}  ${why}`);
    terminal.print(
      json
        ? JSON.stringify({ messageId: letter.messageId, why, body: letter.body }, null, 2)
        : pretty(letter.body),
    );
  }
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const notThere = (ids: readonly string[]) =>
  new CommandFailed(
    'failed',
    `There is no dead letter ${ids.join(', ')}. manage dead list shows those that there are.`,
  );

async function redrive(
  ids: readonly string[],
  inbox: Inbox,
  { invocationQueueUrl, aws }: Place,
  { all, json }: Flags,
  { terminal }: Context,
): Promise<void> {
  if (ids.length > 0 === (all === true)) throw usageError('Say which: ids, or --all.');
  const said = (count: number) =>
    json
      ? terminal.print(JSON.stringify({ redriven: count }))
      : terminal.note(`${count} put back on the invocation queue.`);
  if (all) {
    const { openInbox } = await import('../clients/queue.ts');
    const { waiting } = await inbox.counts();
    const invocations = openInbox(invocationQueueUrl, aws);
    const { arn } = await invocations.counts().finally(() => invocations.close());
    if (waiting > 0) await inbox.moveAllTo(arn);
    return said(waiting);
  }
  // They have to be received to be deleted, so they are taken anew and the others given back.
  const taken = await take(ids, inbox);
  const { createQueues } = await import('../../lib/clients/queue.ts');
  const queue = createQueues(aws)(invocationQueueUrl);
  for (const letter of taken) {
    await queue.send(letter.body, { group: letter.group, tracked: letter.attributes['tracked'] === 'true' });
    await inbox.delete([letter]);
  }
  const missing = ids.filter((id) => !taken.some((letter) => [letter.messageId, idOf(letter)].includes(id)));
  said(taken.length);
  if (missing.length > 0) throw notThere(missing);
}

/** Receives until every wanted letter is there; those that are not wanted go back at once. */
async function take(ids: readonly string[], inbox: Inbox): Promise<readonly Received[]> {
  const isWanted = (letter: Received) => ids.includes(letter.messageId) || ids.includes(idOf(letter));
  const letters = await peek(inbox, isWanted);
  return letters.filter(isWanted);
}
