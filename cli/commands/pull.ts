import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { type Invocation, parseInvocation } from '../../lib/invocation.ts';
import type { Result } from '../../lib/result.ts';
import { claimReader, type ReadClaim, withClaimed } from '../claims.ts';
import type { Inbox } from '../clients/queue.ts';
import { collect as collectResults } from '../collecting.ts';
import { type Context, examples, type PlaceFlags, placeOf, withPlace } from '../context.ts';
import { CommandFailed, usageError } from '../ending.ts';
import { readInputs } from '../inputs.ts';
import { wholeNumber } from '../numbers.ts';
import type { Place } from '../place.ts';
import type { Head } from '../pulling/pull-log.ts';
import { fileRecords, printedRecords, type Records } from '../pulling/records.ts';
import type { Terminal } from '../terminal.ts';
import { collect } from './invoke.ts';

interface Asked {
  readonly connection: string;
  readonly input?: readonly string[];
  readonly pages?: number | 'all';
  readonly checkpoint?: string;
  readonly deletes?: boolean;
}

interface Flags extends PlaceFlags, Asked {
  readonly output?: string;
  readonly restart?: boolean;
  readonly patience: number;
  readonly json?: boolean;
}

/** `manage pull`: takes a whole list, page by page, until the certificate. */
export function addPull(program: Command, context: Context): void {
  withPlace(program.command('pull'))
    .description('take a whole list: every record as a line of JSON, until the certificate')
    .argument('<operation>', 'a list, such as getServiceTickets')
    .option('-c, --connection <name>', 'which connection', 'acme')
    .option('-i, --input <name=value>', 'a URL parameter, such as conditions=closedFlag = false', collect)
    .option('--pages <n>', 'so many pages instead of all', wholeNumber('--pages', 1, 1_000_000))
    .option('--checkpoint <name>', 'only what is new or changed since the last pull by it; needs -o')
    .option('--deletes', 'with --checkpoint: what is gone too, as { "id": 7, "deleted": true }')
    .option(
      '-o, --output <file>',
      'where the records go; a pull into a file goes on where it was interrupted. Standard output unless told',
    )
    .option('--restart', 'begin a pull that was interrupted anew')
    .option(
      '--patience <seconds>',
      'how long to wait without a page',
      wholeNumber('--patience', 1, 86_400),
      900,
    )
    .addHelpText(
      'after',
      examples(
        'manage pull getCompanyCompanies -o companies.jsonl',
        `manage pull getServiceTickets -i 'conditions=closedFlag = false' | wc -l`,
        'manage pull getServiceTickets --checkpoint tickets -o changed.jsonl',
      ),
    )
    .action((operation: string, flags: Flags) => pull(operation, flags, context));
}

/** @throws CommandFailed where the pull does not end, or not with a certificate that says it is complete. */
async function pull(operation: string, flags: Flags, context: Context): Promise<void> {
  const { terminal } = context;
  if (flags.checkpoint !== undefined && flags.output === undefined)
    throw usageError(
      '--checkpoint needs -o FILE: the checkpoint moves when the pages are out, and what is not kept does not come again.',
    );
  if (flags.deletes && flags.checkpoint === undefined) throw usageError('--deletes needs --checkpoint NAME.');
  const invocation = invocationOf(operation, flags);
  const parsed = parseInvocation(JSON.stringify(invocation));
  if (!parsed.valid) throw usageError(parsed.message);
  const place = await placeOf(flags, context);
  const records = recordsFor(invocation, flags, place, terminal);
  const { openInbox } = await import('../clients/queue.ts');
  const inbox = openInbox(place.resultQueueUrl, place.aws);
  try {
    await ask(records, invocation, place, terminal);
    const last = await collectPages(records, inbox, flags, place, terminal);
    records.finish();
    conclude(last, flags, terminal);
  } finally {
    inbox.close();
    records.close();
  }
}

function invocationOf(
  operationId: string,
  { connection, input = [], pages = 'all', checkpoint, deletes }: Asked,
): Invocation {
  const inputs = readInputs(input);
  return {
    version: 1,
    connection,
    operationId,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    pages,
    ...(checkpoint !== undefined && { incremental: { checkpoint, ...(deletes && { deletes: 'sweep' }) } }),
  };
}

function recordsFor(
  invocation: Invocation,
  { output, restart = false }: Flags,
  { invocationQueueUrl: queueUrl }: Place,
  terminal: Terminal,
): Records {
  const head: Head = {
    version: 1,
    id: `pull-${randomUUID()}`,
    message: JSON.stringify(invocation),
    queueUrl,
    startedAt: new Date().toISOString(),
  };
  return output === undefined ? printedRecords(head, terminal) : fileRecords(output, head, restart, terminal);
}

/** Puts the pull on the queue, once. Where nobody knows whether it is there it goes again: the same id is the same pull. */
async function ask(
  records: Records,
  invocation: Invocation,
  place: Place,
  terminal: Terminal,
): Promise<void> {
  const { id } = records.head;
  terminal.note(`The pull is ${id}.`);
  if (records.isSent) return;
  const { createQueues } = await import('../../lib/clients/queue.ts');
  await createQueues(place.aws)(place.invocationQueueUrl).send(JSON.stringify({ ...invocation, id }), {
    group: invocation.connection,
    tracked: false,
  });
  records.markSent();
}

async function collectPages(
  records: Records,
  inbox: Inbox,
  { output, patience }: Flags,
  { aws }: Place,
  terminal: Terminal,
): Promise<Result> {
  const read = claimReader(aws);
  // The queue does not keep the order: the last result can come before some of the pages that it certifies.
  const isMore = () => !records.last || records.pages < (records.last.certificate?.pages ?? 0);
  const take = async (result: Result) => {
    const { page } = result;
    if (!page) records.end(result);
    // A page can come twice, and is the same then.
    else if (!records.has(page.id)) records.add(page.id, await recordsOf(result, read));
    terminal.progress(`${records.rows} records in ${records.pages} pages`);
    return isMore();
  };
  const { id } = records.head;
  const isWanted = (result: Result) => result.id === id;
  const [patienceMs, signal] = [patience * 1000, terminal.interrupted];
  const how = isMore()
    ? await collectResults({ inbox, isWanted, take, patienceMs, now: Date.now, signal })
    : 'all';
  if (records.last && how === 'all') return records.last;
  const rest =
    output === undefined
      ? 'Its other pages come on the result queue all the same: manage results takes them.'
      : 'The same command goes on where it stopped.';
  if (how === 'interrupted')
    throw new CommandFailed('interrupted', `Interrupted after ${records.rows} records. ${rest}`);
  throw new CommandFailed('late', `No page came for ${patience} s, after ${records.rows} records. ${rest}`);
}

/** The records of a page; a page of many is left in S3 and claimed. */
async function recordsOf(result: Result, read: ReadClaim): Promise<readonly unknown[]> {
  const { response } = await withClaimed(result, read);
  if (Array.isArray(response)) return response;
  throw new CommandFailed('failed', `Page ${result.page?.number} of the pull is no list of records.`);
}

function conclude(result: Result, { json, output }: Flags, terminal: Terminal): void {
  const { certificate, failure } = result;
  if (json && output !== undefined) terminal.print(JSON.stringify(result, null, 2));
  if (failure) throw new CommandFailed('failed', `${failure.reason}: ${failure.message}`);
  if (!certificate) throw new CommandFailed('failed', 'The pull ended without a certificate.');
  const { rows, pages, complete, why, incremental } = certificate;
  const gone = incremental?.deleted ? ` and ${incremental.deleted} that are gone` : '';
  if (!complete)
    throw new CommandFailed('failed', `${rows} records${gone} in ${pages} pages. Not complete: ${why}`);
  terminal.note(
    `${terminal.colours.green('✓')} ${rows} records${gone} in ${pages} pages, certified to be complete.`,
  );
}
